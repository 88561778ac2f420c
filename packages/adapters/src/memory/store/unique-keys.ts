import type { Change } from "@treff/domain/events"
import { type AccountFacts, emailKey } from "@treff/domain/identity"
import type { InvitationState } from "@treff/domain/invitations"
import type { OfferSentState } from "@treff/domain/offers"

/** What is looked at, of a state or of a row that is kept. */
export type Keyed =
  | { readonly kind: "account"; readonly state: Pick<AccountFacts, "email" | "username"> }
  | {
      readonly kind: "invitation"
      readonly state: Pick<InvitationState, "tokenHash" | "status" | "companyId" | "email">
    }
  | {
      readonly kind: "offerSent"
      readonly state: Pick<OfferSentState, "status" | "offerId" | "candidateId" | "term">
    }
  | { readonly kind: "company" | "offer"; readonly state: object }

/** What no two of a kind have at once: the same as PostgreSQL's unique indexes. */
export const keysOf = (keyed: Keyed): ReadonlyArray<string> => {
  switch (keyed.kind) {
    case "account": {
      const { email, username } = keyed.state
      const own = username === null ? [] : [keyOf("username", username.toLowerCase())]
      return [keyOf("email", emailKey(email)), ...own]
    }
    case "invitation": {
      const { tokenHash, status, companyId, email } = keyed.state
      const pending = status === "pending" ? [keyOf("pending", companyId, emailKey(email))] : []
      return [keyOf("token", tokenHash), ...pending]
    }
    case "offerSent": {
      const { status, offerId, candidateId, term } = keyed.state
      return status === "gone" ? [] : [keyOf("sent", offerId, candidateId, term)]
    }
    default:
      return []
  }
}

/** Whether a change may ask for a key that its subject does not have yet. */
export const mayClaim = (change: Change): boolean =>
  begins(change) || change.kind === "account" || (change.kind === "invitation" && change.state.status === "pending")

/** Whether a change makes its subject, which did not exist before. */
export const begins = ({ events }: Change): boolean => events[0]?.type.endsWith(".created") === true

const keyOf = (...parts: ReadonlyArray<string | number>) => JSON.stringify(parts)
