import { lifecycle, rulesOn } from "../../../kernel/lifecycle.ts"
import {
  type AccountCommand,
  type AccountState,
  type AlreadyInACompany,
  accountStatuses,
  type IsAHiringManager,
  type NotARecruiter,
  noAccount
} from "./account.ts"
import { accountEvents } from "./account-events.ts"
import { emailKey } from "./account-rules.ts"

const { event } = accountEvents
const { when, happened } = rulesOn<AccountState, AccountCommand>()

/** Whoever comes by an invitation comes as this. */
const asRecruiter = { role: "recruiter", subRole: "recruiter_user" } as const

/** The invitation came to the address, so it is verified; what else is to be known was said. */
const asInvited = { emailVerified: true, profileComplete: true } as const

const guards = {
  "is a hiring manager": when(["Join", "JoinOwnCompany"], ({ role }) => role === "hiring_manager"),
  "is no recruiter": when("ChangeSubRole", ({ role }) => role !== "recruiter"),
  "has this sub-role": when("ChangeSubRole", (account, { subRole }) => account.subRole === subRole)
}

const decisions = {
  created: when("Create", (_, { type: __, at, invitationId, ...facts }) =>
    happened(event("created", at, { ...asRecruiter, formerRole: null, invitationId }), {
      ...facts,
      ...asRecruiter,
      ...asInvited,
      createdAt: at
    })
  ),
  joined: when("Join", ({ role }, { at, companyId, invitationId }) =>
    happened(event("joined", at, { ...asRecruiter, formerRole: role, invitationId }), {
      ...asRecruiter,
      ...asInvited,
      companyId
    })
  ),
  "made a company": when("JoinOwnCompany", ({ role, subRole }, { at, companyId }) =>
    happened(event("joined", at, { role, subRole, formerRole: role, invitationId: null }), { companyId })
  ),
  "changed sub-role": when("ChangeSubRole", (_, { at, subRole }) =>
    happened(event("subRoleChanged", at, { subRole }), { subRole })
  ),
  left: when("Leave", ({ role }, { at }) => happened(event("left", at, { role }), { companyId: null }))
}

const refusals = {
  "cannot be a recruiter": when("Join", (): IsAHiringManager => ({ _tag: "IsAHiringManager" })),
  "in a company": when(["Join", "JoinOwnCompany"], (): AlreadyInACompany => ({ _tag: "AlreadyInACompany" })),
  "has no sub-role": when("ChangeSubRole", (): NotARecruiter => ({ _tag: "NotARecruiter" }))
}

/**
 * What may become of an account: the law. See docs/flows/identity.md; the picture of it is docs/charts/account.svg.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { accountLifecycle, noAccount } from "@treff/domain/identity"
 * import { acme, invitation } from "@treff/domain/testing"
 * import * as Result from "effect/Result"
 *
 * const account = { ...noAccount, status: "outside" } as const
 * const join = { type: "Join", at: 0, companyId: acme.id, invitationId: invitation.id } as const
 * strictEqual(Result.getOrThrow(accountLifecycle.decide(account, join)).state.role, "recruiter")
 * ```
 */
export const accountLifecycle = lifecycle({
  kind: "account",
  events: accountEvents,
  none: noAccount,
  statuses: accountStatuses,
  isRequired: true,
  uniqueKeys: ({ email, username }) => [
    ["email", emailKey(email)],
    ...(username === null ? [] : [["username", username.toLowerCase()]])
  ],
  guards,
  decisions,
  refusals,
  chart: {
    none: { on: { Create: { target: "member", actions: "created" } } },
    outside: {
      on: {
        Join: [
          { guard: "is a hiring manager", actions: "cannot be a recruiter" },
          { target: "member", actions: "joined" }
        ],
        JoinOwnCompany: [{ guard: "is a hiring manager", target: "member", actions: "made a company" }],
        Leave: { actions: "unchanged" }
      }
    },
    member: {
      on: {
        Join: { actions: "in a company" },
        JoinOwnCompany: { actions: "in a company" },
        ChangeSubRole: [
          { guard: "is no recruiter", actions: "has no sub-role" },
          { guard: "has this sub-role", actions: "unchanged" },
          { actions: "changed sub-role" }
        ],
        Leave: { target: "outside", actions: "left" }
      }
    }
  }
})
