import type * as Result from "effect/Result"
import { setup } from "xstate"
import { type AlreadySo, alreadySo, type Decision, decider, type IllegalTransition } from "../../../kernel/decider.ts"
import {
  type AccountCommand,
  type AccountEvent,
  type AccountFacts,
  type AccountState,
  type AlreadyInACompany,
  type IsAHiringManager,
  type NotARecruiter,
  noAccount
} from "./account.ts"

type Refusal = AlreadyInACompany | IsAHiringManager | NotARecruiter
type Given<C extends AccountCommand["type"]> = {
  readonly context: AccountFacts
  readonly event: Extract<AccountCommand, { readonly type: C }>
}

const chart = setup({
  types: { context: {} as AccountFacts, events: {} as AccountCommand },
  guards: {
    "is a hiring manager": ({ context }) => context.role === "hiring_manager",
    "is no recruiter": ({ context }) => context.role !== "recruiter",
    "changes nothing": ({ context, event }) => event.type === "ChangeSubRole" && event.subRole === context.subRole
  },
  // Inert: the outcome is read from the action, which never runs.
  actions: { decided: (_, _outcome: AccountEvent | Refusal | AlreadySo) => {} }
})

/** Whoever comes by an invitation comes as this. */
const asRecruiter = { role: "recruiter", subRole: "recruiter_user" } as const

/** The invitation came to the address, so it is verified; what else is to be known was said. */
const asInvited = { emailVerified: true, profileComplete: true } as const

const begin = chart.assign(({ event }) => {
  if (event.type !== "Create") return {}
  const { type: _, at, invitationId: __, ...facts } = event
  return { ...facts, ...asRecruiter, ...asInvited, createdAt: at }
})
const join = chart.assign(({ event }) =>
  event.type === "Join" ? { ...asRecruiter, ...asInvited, companyId: event.companyId } : {}
)
const found = chart.assign(({ event }) => (event.type === "Found" ? { companyId: event.companyId } : {}))
const changeSubRole = chart.assign(({ event }) => (event.type === "ChangeSubRole" ? { subRole: event.subRole } : {}))
const leave = chart.assign({ companyId: null })

const created = ({ event: { at, invitationId } }: Given<"Create">): AccountEvent => ({
  type: "account.created",
  at,
  data: { ...asRecruiter, formerRole: null, invitationId }
})
const joined = ({ context, event: { at, invitationId } }: Given<"Join">): AccountEvent => ({
  type: "account.joined",
  at,
  data: { ...asRecruiter, formerRole: context.role, invitationId }
})
const founded = ({ context: { role, subRole }, event: { at } }: Given<"Found">): AccountEvent => ({
  type: "account.joined",
  at,
  data: { role, subRole, formerRole: role, invitationId: null }
})
const subRoleChanged = ({ event: { at, subRole } }: Given<"ChangeSubRole">): AccountEvent => ({
  type: "account.subRoleChanged",
  at,
  data: { subRole }
})
const left = ({ context: { role }, event: { at } }: Given<"Leave">): AccountEvent => ({
  type: "account.left",
  at,
  data: { role }
})

const isSo = { actions: { type: "decided", params: alreadySo } } as const
const isAHiringManager = { actions: { type: "decided", params: { _tag: "IsAHiringManager" } } } as const
const alreadyInACompany = { actions: { type: "decided", params: { _tag: "AlreadyInACompany" } } } as const

/**
 * What may become of an account: the law. Source: `recruiter-invitations.md`, states and members. The picture of it is
 * in `docs/charts/account.svg`.
 */
export const accountMachine = chart.createMachine({
  id: "account",
  initial: "none",
  context: noAccount,
  states: {
    none: { on: { Create: { target: "member", actions: [{ type: "decided", params: created }, begin] } } },
    outside: {
      on: {
        Join: [
          { guard: "is a hiring manager", ...isAHiringManager },
          { target: "member", actions: [{ type: "decided", params: joined }, join] }
        ],
        Found: {
          guard: "is a hiring manager",
          target: "member",
          actions: [{ type: "decided", params: founded }, found]
        },
        Leave: isSo
      }
    },
    member: {
      on: {
        Join: alreadyInACompany,
        Found: alreadyInACompany,
        ChangeSubRole: [
          { guard: "is no recruiter", actions: { type: "decided", params: { _tag: "NotARecruiter" } } },
          { guard: "changes nothing", ...isSo },
          { actions: [{ type: "decided", params: subRoleChanged }, changeSubRole] }
        ],
        Leave: { target: "outside", actions: [{ type: "decided", params: left }, leave] }
      }
    }
  }
})

/**
 * Decides a command on an account. The result fails with `AlreadyInACompany`, `IsAHiringManager`, `NotARecruiter` or
 * `IllegalTransition`. Source: `recruiter-invitations.md`, states and members.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { decideAccount, noAccount } from "@treff/domain/identity"
 * import * as Result from "effect/Result"
 *
 * const ada = { ...noAccount, id: "ada", status: "outside" } as const
 * const join = { type: "Join", at: 0, companyId: "acme", invitationId: "i1" } as const
 * strictEqual(Result.getOrThrow(decideAccount(ada, join)).state.role, "recruiter")
 * ```
 */
export const decideAccount: (
  state: AccountState,
  command: AccountCommand
) => Result.Result<Decision<AccountState, AccountEvent>, Refusal | IllegalTransition> = decider(accountMachine).decide
