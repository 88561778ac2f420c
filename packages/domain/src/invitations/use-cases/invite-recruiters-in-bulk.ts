import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Journal } from "../../events/ports/journal.ts"
import { StaleVersion } from "../../events/ports/store.ts"
import { maxAttempts } from "../../events/use-cases/commit-with-retry.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import { emailKey } from "../../identity/model/account/account-rules.ts"
import { Accounts } from "../../identity/ports/accounts.ts"
import { requireRole } from "../../identity/use-cases/require-member.ts"
import { refuse } from "../../kernel/refuse.ts"
import { mayActOnInvitations } from "../model/invitation-access.ts"
import { bulkRule, contentIssues, type InvitationContent, isBulk } from "../model/invitation-rules.ts"
import { decideInvite, type InviteRefusal, mayInvite } from "./invite-recruiter.ts"
import { type InvitationContext, loadInvitationContext } from "./load-invitation-context.ts"

/** What became of one address of a bulk. See docs/flows/invitations.md. */
export type InviteOutcome =
  | "Invited"
  | InviteRefusal["_tag"]
  | "DuplicateInRequest"
  | "InvalidEmail"
  | "InvalidPersonalMessage"
  | "OverLimit"

/** A bulk holds none, or too many. See docs/flows/invitations.md. */
export interface InvalidInvitationBulk {
  readonly _tag: "InvalidInvitationBulk"
  readonly message: string
}

/**
 * Invites up to a hundred recruiters: what is wrong with one stops no other. Answers what became of each, in the given
 * order: the first time that an address is named as it may be counts, in whatever case. Fails with `RoleNotAllowed`,
 * `CallerStale`, `InvalidInvitationBulk`, `StaleVersion` or `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const inviteRecruitersInBulk = Effect.fn("inviteRecruitersInBulk")(function* (
  claimed: Caller,
  contents: ReadonlyArray<InvitationContent>
) {
  yield* requireRole(mayActOnInvitations(claimed, "invite"))
  if (!isBulk(contents)) {
    yield* (yield* Accounts).confirm(claimed)
    return yield* refuse<InvalidInvitationBulk>({ _tag: "InvalidInvitationBulk", message: bulkRule })
  }
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const emails = [...new Set(contents.map(({ email }) => emailKey(email)))]
  for (let tries = 0; tries < maxAttempts; tries++) {
    const context = yield* loadInvitationContext(claimed, emails, at)
    const rows = outcomesOf(context, contents, at)
    const invites = yield* Effect.forEach(rows, ({ content, outcome }) =>
      outcome === "Invited" ? decideInvite(context, content, at) : Effect.succeed(null)
    )
    const { preconditions, quotas } = context
    const changes = invites.flatMap((invite) => invite?.changes ?? [])
    if (changes.length === 0) return rows.map(({ outcome }) => outcome)
    const written = yield* journal.commitEach([...context.changes, ...changes], { at, preconditions, quotas })
    if (written.length === 0) continue
    const ids = new Set(written.map(({ subject }) => subject.id))
    const isWritten = (index: number) => ids.has(invites[index]?.invitation.value.id ?? "")
    // Who was invited by somebody else at the same instant has an open invitation, whoever's it is.
    return rows.map(({ outcome }, index) => (outcome === "Invited" && !isWritten(index) ? "AlreadyInvited" : outcome))
  }
  return yield* new StaleVersion({ subjectId: claimed.id })
})

/** What is to become of each: as many as there is room for are invited, in the given order. */
const outcomesOf = (context: InvitationContext, contents: ReadonlyArray<InvitationContent>, at: number) => {
  const named = new Set<string>()
  let room = context.room
  return contents.map((content) => {
    const outcome = ((): InviteOutcome => {
      // What can't be invited stands in nobody's way.
      const issue = contentIssues(content)[0]
      if (issue !== undefined) return issue.field === "email" ? "InvalidEmail" : "InvalidPersonalMessage"
      const key = emailKey(content.email)
      if (named.has(key)) return "DuplicateInRequest"
      named.add(key)
      const refusal = mayInvite(context.inviteeOf(content.email), at)
      if (Result.isFailure(refusal)) return refusal.failure._tag
      return room-- > 0 ? "Invited" : "OverLimit"
    })()
    return { content, outcome }
  })
}
