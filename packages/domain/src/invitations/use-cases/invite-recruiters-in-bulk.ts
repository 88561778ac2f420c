import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Journal } from "../../events/ports/journal.ts"
import { StaleVersion } from "../../events/ports/store.ts"
import type { RoleNotAllowed } from "../../identity/model/account/access.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import { emailKey } from "../../identity/model/account/account-rules.ts"
import { Accounts } from "../../identity/ports/accounts.ts"
import { refuse } from "../../kernel/refuse.ts"
import { mayActOnInvitations } from "../model/invitation-access.ts"
import { bulkRule, contentIssues, type InvitationContent, isBulk } from "../model/invitation-rules.ts"
import { decideInvite, type InviteRefusal, invitable } from "./invite-recruiter.ts"
import { type Inviting, loadInviting } from "./load-inviting.ts"

/** What became of one address of a bulk. Source: `002`; `recruiter-invitations.md`, routes. */
export type InviteOutcome =
  | "Invited"
  | InviteRefusal["_tag"]
  | "DuplicateInRequest"
  | "InvalidEmail"
  | "InvalidPersonalMessage"
  | "OverLimit"

/** A bulk holds none, or too many. Source: `recruiter-invitations.md`, routes. */
export interface InvalidInvitationBulk {
  readonly _tag: "InvalidInvitationBulk"
  readonly message: string
}

/** How often a bulk that wrote nothing looks again: others invited the same, or filled the limit. */
const patience = 3

/**
 * Invites up to a hundred recruiters: what is wrong with one stops no other. Answers what became of each, in the given
 * order: the first time that an address is named as it may be counts, in whatever case. Fails with `RoleNotAllowed`, `CallerStale`,
 * `InvalidInvitationBulk`, `StaleVersion` or `StoreUnavailable`. Source: `002`; `recruiter-invitations.md`, routes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { noAccount } from "@treff/domain/identity"
 * import { inviteRecruitersInBulk } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager" } as const
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const layers = Layer.mergeAll(layerMemory(memoryState({ accounts: [mia] })), secrets, layerUuid)
 * const rows = ["ada@b.eu", "ADA@b.eu", "bo"].map((email) => ({ email, personalMessage: null, locale: null }))
 * const outcomes = await Effect.runPromise(Effect.provide(inviteRecruitersInBulk(mia, rows), layers))
 * deepStrictEqual(outcomes, ["Invited", "DuplicateInRequest", "InvalidEmail"])
 * ```
 */
export const inviteRecruitersInBulk = Effect.fn("inviteRecruitersInBulk")(function* (
  claimed: Caller,
  contents: ReadonlyArray<InvitationContent>
) {
  if (!mayActOnInvitations(claimed, "invite")) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  if (!isBulk(contents)) {
    yield* (yield* Accounts).confirm(claimed)
    return yield* refuse<InvalidInvitationBulk>({ _tag: "InvalidInvitationBulk", message: bulkRule })
  }
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const emails = [...new Set(contents.map(({ email }) => emailKey(email)))]
  for (let tries = 0; tries <= patience; tries++) {
    const inviting = yield* loadInviting(claimed, emails, at)
    const judged = judge(inviting, contents, at)
    const invites = yield* Effect.forEach(judged, ({ content, outcome }) =>
      outcome === "Invited" ? decideInvite(inviting, content, at) : Effect.succeed(null)
    )
    const { reliesOn, quotas } = inviting
    const changes = invites.flatMap((invite) => invite?.changes ?? [])
    if (changes.length === 0) return judged.map(({ outcome }) => outcome)
    const written = yield* journal.commitFree([...inviting.changes, ...changes], { at, reliesOn, quotas })
    if (written.length === 0) continue
    const ids = new Set(written.map(({ subject }) => subject.id))
    const isWritten = (index: number) => ids.has(invites[index]?.invitation.value.id ?? "")
    // Who was invited by somebody else at the same instant has an open invitation, whoever's it is.
    return judged.map(({ outcome }, index) => (outcome === "Invited" && !isWritten(index) ? "AlreadyInvited" : outcome))
  }
  return yield* new StaleVersion({ subjectId: claimed.id })
})

/** What is to become of each: as many as there is room for are invited, in the given order. */
const judge = (inviting: Inviting, contents: ReadonlyArray<InvitationContent>, at: number) => {
  const seen = new Set<string>()
  let room = inviting.room
  return contents.map((content) => {
    const outcome = ((): InviteOutcome => {
      // What can't be invited stands in nobody's way.
      const issue = contentIssues(content)[0]
      if (issue !== undefined) return issue.field === "email" ? "InvalidEmail" : "InvalidPersonalMessage"
      const key = emailKey(content.email)
      if (seen.has(key)) return "DuplicateInRequest"
      seen.add(key)
      const refusal = invitable(inviting.inviteeOf(content.email), at)
      if (Result.isFailure(refusal)) return refusal.failure._tag
      return room-- > 0 ? "Invited" : "OverLimit"
    })()
    return { content, outcome }
  })
}
