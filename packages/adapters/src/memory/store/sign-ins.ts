import { type Account, emailKey, SignIns } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import { accountWith, factsOf } from "../reads/accounts.ts"
import { writeTells } from "../reads/notifications.ts"
import type { MemoryState, StoredAccount } from "./state.ts"

export const makeSignIns = (state: MemoryState) => {
  const { signIns, notifications, outgoingMails } = state

  return SignIns.of({
    request: ({ secret, ...request }, mail, { atMost, since }) =>
      Effect.sync(() => {
        const key = emailKey(request.email)
        const recent = [...signIns.values()].filter(
          ({ email, createdAt }) => emailKey(email) === key && createdAt > since
        )
        if (recent.length >= atMost) return
        signIns.set(request.id, { ...request, tokenHash: secret.hash, sealedToken: secret.sealed, usedAt: null })
        writeTells(state, [mail], request.createdAt)
      }),

    take: (tokenHash, at) =>
      Effect.sync(() => {
        const signIn = [...signIns.values()].find((one) => one.tokenHash === tokenHash)
        if (signIn === undefined || signIn.usedAt !== null || signIn.expiresAt <= at) return null
        signIns.set(signIn.id, { ...signIn, sealedToken: null, usedAt: at })
        const account = accountWith(state, signIn.email)
        return account === undefined ? null : accountOf(account)
      }),

    forget: (until, limit) =>
      Effect.sync(() => {
        const unsettled = new Set([...outgoingMails.keys()].map((id) => notifications.get(id)?.recipientId))
        const old = [...signIns.values()]
          .filter(({ id, createdAt }) => createdAt <= until && !unsettled.has(id))
          .sort((a, b) => a.createdAt - b.createdAt)
          .slice(0, limit)
        const ids = new Set(old.map(({ id }) => id))
        for (const id of ids) signIns.delete(id)
        for (const { id, recipientId } of notifications.values()) if (ids.has(recipientId)) notifications.delete(id)
        return ids.size
      })
  })
}

/** What the port tells of an account, and no more. */
const accountOf = (stored: StoredAccount): Account => {
  const { version, value } = factsOf(stored)
  const { contactNumber, emailVerified, profileComplete, createdAt, ...account } = value
  return { ...account, version }
}
