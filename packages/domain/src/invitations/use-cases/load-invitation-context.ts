import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Change, type Precondition, preconditionOn, type Quota } from "../../events/model/change.ts"
import { Identifiers } from "../../events/ports/identifiers.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import { actorOf } from "../../identity/model/account/access.ts"
import type { AccountFacts, Caller } from "../../identity/model/account/account.ts"
import { accountLifecycle } from "../../identity/model/account/account-lifecycle.ts"
import { emailKey, isEmail } from "../../identity/model/account/account-rules.ts"
import { companyLifecycle } from "../../identity/model/company/company-lifecycle.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import { InvitationSettings, roomFor, sentWithin } from "../model/invitation-rules.ts"
import { Invitations, type Invitee } from "../ports/invitations.ts"

/** By whom and into which company is invited, and what must hold when an invitation there is committed. */
export interface InvitationContext {
  readonly caller: Caller
  readonly inviter: AccountFacts
  readonly companyId: string
  readonly inviteeOf: (email: string) => Invitee
  /** How many more may be invited, and how long the next one has to wait. */
  readonly room: number
  readonly wait: number
  /** What makes the company, where there was none. */
  readonly changes: ReadonlyArray<Change>
  readonly preconditions: ReadonlyArray<Precondition>
  readonly quotas: ReadonlyArray<InvitationQuota>
}

/** Reads what inviting needs; for an inviter without a company, it decides on one. */
export const loadInvitationContext = Effect.fnUntraced(function* (
  claimed: Caller,
  emails: ReadonlyArray<string>,
  at: Instant
) {
  const times = { at, since: at - sentWithin }
  // What is no address is nobody's, and a store may not even be able to ask for it.
  const found = yield* (yield* Invitations).findForInviting(claimed, emails.filter(isEmail), times)
  const { caller, inviter, tallies } = found
  const settings = yield* InvitationSettings
  const known = new Map(found.invitees.map((invitee) => [invitee.email, invitee]))
  const companyId = found.companyId ?? (yield* (yield* Identifiers).next(at))
  return {
    caller,
    inviter: inviter.value,
    companyId,
    inviteeOf: (email) => {
      const key = emailKey(email)
      const invitee = known.get(key) ?? { email: key, isMember: false, pending: null, declinedAt: null }
      // Who has no company yet is to be the first member of it.
      return key === emailKey(inviter.value.email) ? { ...invitee, isMember: true } : invitee
    },
    ...roomFor(tallies, settings, at),
    changes: found.companyId === null ? yield* createCompany(caller, inviter, companyId, at) : [],
    // That the inviter still belongs to the company, where the inviter does not come into it by this very commit.
    preconditions: found.companyId === null ? [] : [preconditionOn("account", inviter)],
    quotas: quotasOf(companyId, inviter.value.id, settings, times)
  } satisfies InvitationContext
})

/**
 * That no more than `limit` invitations of a company are open at `at`, or were sent by somebody after `since`, with those
 * that the commit writes.
 */
export type InvitationQuota =
  | (Quota & { readonly kind: "open-invitations"; readonly at: Instant })
  | (Quota & { readonly kind: "sent-invitations"; readonly inviterId: string; readonly since: Instant })

/** The limits that a commit may not exceed, in a company and of an inviter. */
export const quotasOf = (
  companyId: string,
  inviterId: string,
  { openAtMost, sentAtMost }: { readonly openAtMost: number; readonly sentAtMost: number },
  { at, since }: { readonly at: Instant; readonly since: Instant }
): ReadonlyArray<InvitationQuota> => [
  { kind: "open-invitations", companyId, limit: openAtMost, at },
  { kind: "sent-invitations", companyId, inviterId, limit: sentAtMost, since }
]

/** A company for a hiring manager who has none, named after them until they name it. */
const createCompany = Effect.fnUntraced(function* (
  caller: Caller,
  { value, version }: Versioned<AccountFacts>,
  companyId: string,
  at: Instant
) {
  const name = `${value.firstName} ${value.lastName}`
  const company = companyLifecycle.begin({ type: "Create", at, id: companyId, name, creatorId: value.id })
  const outside = { ...value, status: "outside" } as const
  // Only a hiring manager invites, and one without a company may always make one.
  const account = Result.getOrThrow(accountLifecycle.decide(outside, { type: "JoinOwnCompany", at, companyId }))
  const recording = { actor: actorOf(caller), at, companyId }
  return [
    yield* recordChange("company", company, { ...recording, expectedVersion: 0 }),
    yield* recordChange("account", account, { ...recording, expectedVersion: version })
  ]
})
