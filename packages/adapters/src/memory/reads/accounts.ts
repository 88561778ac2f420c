import {
  type Account,
  type AccountFacts,
  Accounts,
  agrees,
  type Caller,
  CallerStale,
  emailKey,
  type MemberCursor,
  noAccount
} from "@treff/domain/identity"
import type { Versioned } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import type { MemoryState, StoredAccount } from "../store/state.ts"
import { newestFirstBy, pageOf } from "./paging.ts"

export const makeAccounts = (state: MemoryState) =>
  Accounts.of({
    confirm: (claimed) => confirm(state, claimed),

    findByEmail: (email) =>
      Effect.sync(() => {
        const account = accountByEmail(state, email)
        return account === undefined ? null : callerOf(account)
      }),

    findMember: Effect.fnUntraced(function* (claimed, id) {
      const own = yield* confirmAccount(state, claimed)
      const member = state.accounts.get(id.toLowerCase())
      const isOfCompany = member !== undefined && member.companyId !== null && member.companyId === own.companyId
      const creatorId = state.companies.get(own.companyId ?? "")?.creatorId ?? null
      return {
        caller: callerOf(own),
        found: isOfCompany ? { ...factsOf(member), creatorId, callerVersion: own.version } : null
      }
    }),

    members: Effect.fnUntraced(function* (claimed, page) {
      const caller = yield* confirm(state, claimed)
      const rows = [...state.accounts.values()]
        .filter(({ companyId }) => companyId !== null && companyId === caller.companyId)
        .map(factsOf)
        .sort((a, b) => newestFirst(a.value, b.value))
      return { caller, page: pageOf(rows, page, ({ value }, cursor) => newestFirst(value, cursor) > 0) }
    }),

    findCompany: Effect.fnUntraced(function* (claimed) {
      const caller = yield* confirm(state, claimed)
      const stored = state.companies.get(caller.companyId ?? "")
      if (stored === undefined) return { caller, company: null }
      const { version, ...value } = stored
      return { caller, company: { version, value } }
    })
  })

/** The caller's own account. Fails where it is not what the caller's token claims. */
export const confirmAccount = (
  { accounts }: MemoryState,
  claimed: Caller
): Effect.Effect<StoredAccount, CallerStale> => {
  const account = accounts.get(claimed.id)
  return account !== undefined && agrees(account, claimed)
    ? Effect.succeed(account)
    : Effect.fail(new CallerStale({ accountId: claimed.id }))
}

/** The caller as their account is now. Fails where it is not what the caller's token claims. */
export const confirm = (state: MemoryState, claimed: Caller): Effect.Effect<Caller, CallerStale> =>
  Effect.map(confirmAccount(state, claimed), callerOf)

/** The account that has this address, in any letter case. */
export const accountByEmail = ({ accounts }: MemoryState, email: string): StoredAccount | undefined => {
  const key = emailKey(email)
  return [...accounts.values()].find((account) => emailKey(account.email) === key)
}

export const callerOf = ({ id, role, subRole, companyId }: Account): Caller => ({ id, role, subRole, companyId })

/** Everything that is known of an account, with its version. */
export const factsOf = (stored: StoredAccount): Versioned<AccountFacts> => {
  const { version, status: _, ...value } = { ...noAccount, ...stored }
  return { version, value }
}

const newestFirst = newestFirstBy<Pick<AccountFacts, keyof MemberCursor>>(({ createdAt }) => createdAt)
