import type { TokenSecret } from "../../identity/model/token-secret.ts"
import type { Instant } from "../../kernel/time.ts"

/**
 * What an invitation that exists can be. See docs/flows/invitations.md.
 */
export const invitationStatuses = ["pending", "accepted", "expired", "revoked", "declined"] as const
/** One of {@link invitationStatuses}. */
export type InvitationStatus = (typeof invitationStatuses)[number]

/**
 * What is known of an invitation whatever its status.
 *
 * - `email`: as it was typed; compared in lower case.
 * - `locale`: of the mail and of a new account; null: English.
 * - `resends`: how often it was sent again, each time with another token.
 * - `sealedToken`: for the mail alone. It is written with each token; a store gives it back to nobody but who sends mails,
 *   and answers null to everybody else.
 * - `expiresAt`: from this instant on it is expired.
 * - `updatedAt`: when it last changed, or expired.
 */
export interface InvitationFacts {
  readonly id: string
  readonly companyId: string
  readonly inviterId: string
  readonly email: string
  readonly personalMessage: string | null
  readonly locale: string | null
  readonly tokenHash: string
  readonly sealedToken: string | null
  readonly resends: number
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly updatedAt: Instant
}

/** An invitation that exists. */
export interface Invitation extends InvitationFacts {
  readonly status: InvitationStatus
}

/** An invitation anywhere in its life, before it is made included. */
export interface InvitationState extends InvitationFacts {
  readonly status: "none" | InvitationStatus
}

/** Before it is made nothing is known of an invitation. */
export const noInvitation: InvitationState = {
  id: "",
  companyId: "",
  inviterId: "",
  email: "",
  personalMessage: null,
  locale: null,
  tokenHash: "",
  sealedToken: null,
  resends: 0,
  createdAt: 0,
  expiresAt: 0,
  updatedAt: 0,
  status: "none"
}

/** How often an invitation may be sent again. See docs/flows/invitations.md. */
export const resendLimit = 3

/**
 * Whether an invitation's time is over at `at`. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isExpired } from "@treff/domain/invitations"
 *
 * strictEqual(isExpired({ expiresAt: 100 }, 99), false)
 * strictEqual(isExpired({ expiresAt: 100 }, 100), true)
 * ```
 */
export const isExpired = ({ expiresAt }: Pick<InvitationFacts, "expiresAt">, at: Instant): boolean => expiresAt <= at

/** What may be asked of an invitation, and when. See docs/flows/invitations.md. */
export type InvitationCommand = { readonly at: Instant } & (
  | ({ readonly type: "Invite"; readonly secret: TokenSecret } & Pick<
      InvitationFacts,
      "id" | "companyId" | "inviterId" | "email" | "personalMessage" | "locale" | "expiresAt"
    >)
  | { readonly type: "Accept"; readonly accountId: string }
  | { readonly type: "Decline" }
  | { readonly type: "Revoke" }
  | { readonly type: "Resend"; readonly secret: TokenSecret; readonly expiresAt: Instant }
  | { readonly type: "Expire" }
)

/** It can't be answered any more: it was, or it is over. See docs/flows/invitations.md. */
export interface InvitationNotOpen {
  readonly _tag: "InvitationNotOpen"
  readonly status: InvitationState["status"]
}

/** It can't be revoked or sent again as it stands. See docs/flows/invitations.md. */
export interface InvitationNotPending {
  readonly _tag: "InvitationNotPending"
  readonly status: InvitationState["status"]
}

/** It was sent again as often as it may be. See docs/flows/invitations.md. */
export interface ResentTooOften {
  readonly _tag: "ResentTooOften"
}

/** Its end before its time: only the passing of time asks for it, and ignores this. */
export interface InvitationNotDue {
  readonly _tag: "InvitationNotDue"
}
