import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { isEmail } from "../../identity/model/account/account-rules.ts"
import { isText, textRule } from "../../kernel/text.ts"
import { day, type Instant } from "../../kernel/time.ts"

/** How long the message that goes with an invitation may be, in code points, after trimming. */
export const personalMessageLimit = 1_000

/** How many addresses one bulk may name. See docs/flows/invitations.md. */
export const inviteLimit = 100

/** For how long who declined is not invited again. See docs/flows/invitations.md. */
export const declinedFor = 30 * day

/** Over which time somebody's invitations are counted. See docs/flows/invitations.md. */
export const sentWithin = day

/**
 * What whoever runs Treff may set: how long an invitation is open, in milliseconds, how many may be open in a company,
 * and how many somebody may send within a day, those that are sent again among them. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { InvitationSettings } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 *
 * const read = InvitationSettings.useSync(({ openAtMost }) => openAtMost)
 * strictEqual(await Effect.runPromise(read), 500)
 * ```
 */
export const InvitationSettings = Context.Reference<{
  readonly lifetime: number
  readonly openAtMost: number
  readonly sentAtMost: number
}>("@treff/domain/InvitationSettings", {
  defaultValue: () => ({ lifetime: 3 * day, openAtMost: 500, sentAtMost: 200 })
})

/** What goes into an invitation. See docs/flows/invitations.md. */
export interface InvitationContent {
  readonly email: string
  readonly personalMessage: string | null
  readonly locale: string | null
}

/** Nobody is invited like this; nothing was written. `issues` holds at least one. */
export interface InvalidInvitation {
  readonly _tag: "InvalidInvitation"
  readonly issues: ReadonlyArray<{ readonly field: "email" | "personalMessage"; readonly message: string }>
}

/** Everything that is wrong with what goes into an invitation. */
export const contentIssues = ({ email, personalMessage }: InvitationContent): InvalidInvitation["issues"] => [
  ...(isEmail(email) ? [] : [{ field: "email", message: "must be an e-mail address" } as const]),
  ...(personalMessage === null || isText(personalMessage, personalMessageLimit)
    ? []
    : [{ field: "personalMessage", message: textRule(personalMessageLimit) } as const])
]

/** Fails with the same. */
export const checkContent = (content: InvitationContent): Effect.Effect<void, InvalidInvitation> => {
  const issues = contentIssues(content)
  return issues.length === 0 ? Effect.void : Effect.fail({ _tag: "InvalidInvitation", issues })
}

/** Whether a bulk has a size that one may have. */
export const isBulk = (contents: ReadonlyArray<InvitationContent>): boolean =>
  contents.length >= 1 && contents.length <= inviteLimit

/** What `isBulk` demands, in words. */
export const bulkRule = `must hold 1 to ${inviteLimit} invitations`

/** How many there are, and until when the oldest of them counts: null where there is none. */
export interface Tally {
  readonly count: number
  readonly until: Instant | null
}

/**
 * No more are let through for now; after `wait`, in milliseconds, the oldest counts no more. See
 * docs/flows/invitations.md.
 */
export interface OverLimit {
  readonly _tag: "OverLimit"
  readonly wait: number
}

/** How many more are let through, and how long the next one has to wait. */
export const roomFor = (
  { open, sent }: { readonly open: Tally; readonly sent: Tally },
  { openAtMost, sentAtMost }: { readonly openAtMost: number; readonly sentAtMost: number },
  at: Instant
) => {
  const full = [
    { room: openAtMost - open.count, until: open.until },
    { room: sentAtMost - sent.count, until: sent.until }
  ]
  const room = Math.max(0, Math.min(...full.map(({ room }) => room)))
  const wait = Math.max(0, ...full.flatMap(({ room, until }) => (room > 0 || until === null ? [] : [until - at])))
  return { room, wait }
}
