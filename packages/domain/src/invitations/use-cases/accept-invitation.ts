import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Actor } from "../../events/model/actor.ts"
import { Identifiers } from "../../events/ports/identifiers.ts"
import { Journal } from "../../events/ports/journal.ts"
import { commitWithRetry } from "../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import { agrees } from "../../identity/model/account/access.ts"
import type {
  Account,
  AccountCommand,
  AccountFacts,
  AccountState,
  Caller
} from "../../identity/model/account/account.ts"
import type { AccountEvent } from "../../identity/model/account/account-events.ts"
import { accountLifecycle } from "../../identity/model/account/account-lifecycle.ts"
import { checkProfile, type Profile } from "../../identity/model/account/account-rules.ts"
import { CallerStale } from "../../identity/ports/accounts.ts"
import type { Decision } from "../../kernel/decision.ts"
import { refuse } from "../../kernel/refuse.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { Invitation } from "../model/invitation.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { findInvitationByToken } from "./find-invitation-by-token.ts"
import type { AlreadyMember } from "./invite-recruiter.ts"

/** The address has an account: only who is signed in to it accepts. See docs/flows/invitations.md. */
export interface SignInRequired {
  readonly _tag: "SignInRequired"
}

/** Somebody else was invited. See docs/flows/invitations.md. */
export interface NotInvited {
  readonly _tag: "NotInvited"
}

/** The user name is somebody's, in some letter case. See docs/flows/invitations.md. */
export interface UsernameTaken {
  readonly _tag: "UsernameTaken"
}

/**
 * Accepts an invitation by its token. Where its address has no account yet, one is made of the `profile`; otherwise it
 * is for the account's owner, as `caller`, and the profile is not looked at. Answers the account as it is then: first
 * the token counts, then the profile, then the account. Fails with `TokenUnknown`, `InvitationNotOpen`, whatever the
 * profile fails with, `InvalidProfile`, `UsernameTaken`, `SignInRequired`, `NotInvited`, `CallerStale`,
 * `AlreadyMember`, `AlreadyInACompany`, `IsAHiringManager`, `StaleVersion` or `StoreUnavailable`; it changes nothing
 * then. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { acceptInvitation } from "@treff/domain/invitations"
 * import { cast, invitationToken } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const profile = Effect.succeed({ username: "kim", firstName: "Kim", lastName: "Hansen", contactNumber: null })
 * const use = acceptInvitation({ token: invitationToken, caller: null, profile })
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const ports = Layer.mergeAll(layerMemory(memoryState(cast)), secrets, layerUuid)
 * strictEqual((await Effect.runPromise(Effect.provide(use, ports))).role, "recruiter")
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
  const checkedProfile = yield* Effect.result(Effect.tap(profile, checkProfile))
  const username = Result.isSuccess(checkedProfile) ? checkedProfile.success.username : null
  const attempt = Effect.gen(function* () {
    const found = yield* findInvitationByToken(token, username)
    const { value: invitation, version } = found
    const at = Math.max(now, invitation.updatedAt)
    const accountId = found.account?.value.id ?? (yield* (yield* Identifiers).next(at))
    const accept = { type: "Accept", at, accountId } as const
    const decision = yield* Effect.fromResult(invitationLifecycle.decide(invitation, accept))
    const { companyId } = invitation
    const joining = { at, companyId, invitationId: invitation.id }
    const joined =
      found.account === null
        ? yield* createAccount(yield* Effect.fromResult(checkedProfile), found.usernameTaken, invitation, {
            ...joining,
            type: "Create",
            id: accountId
          })
        : yield* joinWithAccount(found.account, caller, { ...joining, type: "Join" })
    const recording = { actor: joined.actor, at, companyId }
    const changes = [
      yield* recordChange("invitation", decision, { ...recording, expectedVersion: version }),
      yield* recordChange("account", joined.decision, { ...recording, expectedVersion: joined.expectedVersion })
    ]
    return {
      subject: { type: "invitation", id: invitation.id },
      version,
      eventTypes: decision.events.map(({ type }) => type),
      commit: journal.commit(changes, { at }),
      outcome: Effect.succeed({
        ...joined.decision.state,
        version: joined.expectedVersion + 1
      } satisfies Account)
    }
  })
  return yield* commitWithRetry(attempt)
})

/** What becomes of an account by the acceptance, and by whom. */
interface Joined {
  readonly expectedVersion: number
  readonly decision: Decision<AccountState, AccountEvent>
  readonly actor: Actor
}

/** A new account, of what its owner says. */
const createAccount = Effect.fnUntraced(function* (
  profile: Profile,
  usernameTaken: boolean,
  { email, locale }: Invitation,
  create: Pick<Extract<AccountCommand, { type: "Create" }>, "type" | "at" | "id" | "companyId" | "invitationId">
) {
  if (usernameTaken) return yield* refuse<UsernameTaken>({ _tag: "UsernameTaken" })
  const { username, firstName, lastName, contactNumber } = profile
  const decision = accountLifecycle.begin({ ...create, email, locale, username, firstName, lastName, contactNumber })
  return { expectedVersion: 0, decision, actor: { kind: "recruiter", id: create.id } } satisfies Joined
})

/** An account that is there is its owner's: nobody else changes it, whatever link they hold. */
const joinWithAccount = Effect.fnUntraced(function* (
  { value, version: expectedVersion }: Versioned<AccountFacts>,
  caller: Caller | null,
  command: Extract<AccountCommand, { type: "Join" }>
) {
  if (caller === null) return yield* refuse<SignInRequired>({ _tag: "SignInRequired" })
  if (caller.id !== value.id) return yield* refuse<NotInvited>({ _tag: "NotInvited" })
  if (!agrees(value, caller)) return yield* new CallerStale({ accountId: caller.id })
  if (value.companyId === command.companyId) return yield* refuse<AlreadyMember>({ _tag: "AlreadyMember" })
  const status = value.companyId === null ? "outside" : "member"
  const decision = yield* Effect.fromResult(accountLifecycle.decide({ ...value, status }, command))
  return { expectedVersion, decision, actor: { kind: value.role, id: value.id } } satisfies Joined
})
