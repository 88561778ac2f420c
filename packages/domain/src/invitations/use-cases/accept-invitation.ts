import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Actor } from "../../events/model/recorded-event.ts"
import { Identifiers } from "../../events/ports/identifiers.ts"
import { Journal, type Versioned } from "../../events/ports/journal.ts"
import { CallerStale } from "../../events/ports/store.ts"
import { untilWritten } from "../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import { agrees } from "../../identity/model/account/access.ts"
import {
  type Account,
  type AccountCommand,
  type AccountEvent,
  type AccountFacts,
  type AccountState,
  type AlreadyInACompany,
  type Caller,
  type IsAHiringManager,
  noAccount
} from "../../identity/model/account/account.ts"
import { decideAccount } from "../../identity/model/account/account-lifecycle.ts"
import { checkProfile, type Profile } from "../../identity/model/account/account-rules.ts"
import type { Decision } from "../../kernel/decider.ts"
import { refuse } from "../../kernel/refuse.ts"
import { decideExisting } from "../model/decide-invitation.ts"
import type { Invitation } from "../model/invitation.ts"
import { holdInvitation } from "./find-invitation-by-token.ts"
import type { AlreadyMember } from "./invite-recruiter.ts"

/** The address has an account: only who is signed in to it accepts. Source: `recruiter-invitations.md`, routes. */
export interface SignInRequired {
  readonly _tag: "SignInRequired"
}

/** Somebody else was invited. Source: `recruiter-invitations.md`, routes. */
export interface NotInvited {
  readonly _tag: "NotInvited"
}

/** The user name is somebody's, in some letter case. Source: `002`. */
export interface UsernameTaken {
  readonly _tag: "UsernameTaken"
}

/**
 * Accepts an invitation by its token. Where its address has no account yet, one is made of the `profile`; otherwise it is
 * for the account's owner, as `caller`, and the profile is not looked at. Answers the account as it is then: first the
 * token counts, then the profile, then the account. Fails with `TokenUnknown`, `InvitationNotOpen`, whatever the profile
 * fails with, `InvalidProfile`, `UsernameTaken`, `SignInRequired`, `NotInvited`, `CallerStale`, `AlreadyMember`,
 * `AlreadyInACompany`, `IsAHiringManager`, `StaleVersion` or `StoreUnavailable`; it changes nothing then. Source: `002`;
 * `recruiter-invitations.md`, routes.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { acceptInvitation } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const profile = Effect.succeed({ username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null })
 * const use = acceptInvitation({ token: "guessed", caller: null, profile })
 * const failing = Effect.provide(Effect.flip(use), [layerMemory(memoryState()), secrets, layerUuid])
 * strictEqual((await Effect.runPromise(failing))._tag, "TokenUnknown")
 * ```
 */
export const acceptInvitation = Effect.fn("acceptInvitation")(function* <E>({
  token,
  caller,
  profile
}: {
  readonly token: string
  readonly caller: Caller | null
  readonly profile: Effect.Effect<Profile, E>
}) {
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const given = yield* Effect.result(Effect.tap(profile, checkProfile))
  const username = Result.isSuccess(given) ? given.success.username : null
  const attempt = Effect.gen(function* () {
    const held = yield* holdInvitation(token, username)
    const at = Math.max(now, held.value.updatedAt)
    const accountId = held.account?.value.id ?? (yield* (yield* Identifiers).next(at))
    const decision = yield* Effect.fromResult(decideExisting(held.value, { type: "Accept", at, accountId }))
    const { value: invitation, version: prior } = held
    const joining = { at, companyId: invitation.companyId, invitationId: invitation.id }
    const entry =
      held.account === null
        ? yield* enter(yield* Effect.fromResult(given), held.usernameTaken, invitation, {
            ...joining,
            type: "Create",
            id: accountId
          })
        : yield* join(held.account, caller, { ...joining, type: "Join" })
    const { actor } = entry
    const changes = [
      yield* recordChange("invitation", decision, { prior, actor, at }),
      yield* recordChange("account", entry.decision, { prior: entry.prior, actor, at })
    ]
    return {
      subject: { type: "invitation", id: invitation.id } as const,
      prior,
      types: decision.events.map(({ type }) => type),
      commit: journal.commit(changes, { at }),
      outcome: Effect.succeed({ ...entry.decision.state, version: entry.prior + 1 } satisfies Account)
    }
  })
  return yield* untilWritten(attempt)
})

/** What becomes of an account by the acceptance, and by whom. */
interface Entry {
  readonly prior: number
  readonly decision: Decision<AccountState, AccountEvent>
  readonly actor: Actor
}

/** A new account, of what its owner says. */
const enter = Effect.fnUntraced(function* (
  profile: Profile,
  usernameTaken: boolean,
  { email, locale }: Invitation,
  create: Pick<Extract<AccountCommand, { type: "Create" }>, "type" | "at" | "id" | "companyId" | "invitationId">
) {
  if (usernameTaken) return yield* refuse<UsernameTaken>({ _tag: "UsernameTaken" })
  const { username, firstName, lastName, contactNumber } = profile
  const decision = Result.getOrThrow(
    decideAccount(noAccount, { ...create, email, locale, username, firstName, lastName, contactNumber })
  )
  return { prior: 0, decision, actor: { kind: "recruiter", id: create.id } } satisfies Entry
})

/** An account that is there is its owner's: nobody else changes it, whatever link they hold. */
const join = Effect.fnUntraced(function* (
  { value, version: prior }: Versioned<AccountFacts>,
  caller: Caller | null,
  command: Extract<AccountCommand, { type: "Join" }>
) {
  if (caller === null) return yield* refuse<SignInRequired>({ _tag: "SignInRequired" })
  if (caller.id !== value.id) return yield* refuse<NotInvited>({ _tag: "NotInvited" })
  if (!agrees(value, caller)) return yield* new CallerStale({ accountId: caller.id })
  if (value.companyId === command.companyId) return yield* refuse<AlreadyMember>({ _tag: "AlreadyMember" })
  const state = { ...value, status: value.companyId === null ? "outside" : "member" } as const
  const decision = yield* Effect.fromResult(
    decideAccount(state, command) as Result.Result<
      Decision<AccountState, AccountEvent>,
      AlreadyInACompany | IsAHiringManager // how an account that exists refuses to join
    >
  )
  return { prior, decision, actor: { kind: value.role, id: value.id } } satisfies Entry
})
