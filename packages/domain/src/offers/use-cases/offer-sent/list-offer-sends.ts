import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireMember } from "../../../identity/use-cases/require-member.ts"
import type { Page, PageRequest } from "../../../kernel/page.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { OfferSentStatus } from "../../model/offer-sent/offer-sent.ts"
import type { NotRecipient } from "../../model/offer-sent/offer-sent-access.ts"
import { type OfferSentView, viewFor } from "../../model/offer-sent/offer-sent-views.ts"
import { OfferSends, type OfferSentCursor } from "../../ports/offer-sends.ts"

/**
 * The sends that the caller may read, newest first: on the company's side those of all offers or of the own ones, of a
 * candidate the own ones while their offers are active. `status`, `offerId` and `candidateId` keep those that are so,
 * null keeps all; a candidate asks for no other candidate's. Fails with `CallerStale`, `NoCompany`, `NotRecipient` or
 * `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const listOfferSends = Effect.fn("listOfferSends")(function* (
  claimed: Caller,
  query: {
    readonly status: OfferSentStatus | null
    readonly offerId: string | null
    readonly candidateId: string | null
    readonly page: PageRequest<OfferSentCursor>
  }
) {
  const at = yield* Clock.currentTimeMillis
  const { caller, page } = yield* (yield* OfferSends).list(claimed, { ...query, at })
  const { candidateId } = query
  if (caller.role !== "candidate") yield* requireMember(caller)
  if (caller.role === "candidate" && candidateId !== null && candidateId.toLowerCase() !== caller.id) {
    return yield* refuse<NotRecipient>({ _tag: "NotRecipient" })
  }
  return { ...page, rows: page.rows.map((row) => viewFor(caller, row)) } satisfies Page<OfferSentView>
})
