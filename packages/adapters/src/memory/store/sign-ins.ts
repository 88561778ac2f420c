import { type Account, emailKey, SignIns } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import { accountByEmail, factsOf } from "../reads/accounts.ts"
import { writeNotifications } from "./notifications.ts"
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
        writeNotifications(state, [mail], request.createdAt)
      }),

    take: (tokenHash, at) =>
      Effect.sync(() => {
        const signIn = [...signIns.values()].find((one) => one.tokenHash === tokenHash)
        if (signIn === undefined || signIn.usedAt !== null || signIn.expiresAt <= at) return null
        signIns.set(signIn.id, { ...signIn, sealedToken: null, usedAt: at })
        const account = accountByEmail(state, signIn.email)
        return account === undefined ? null : accountOf(account)
      }),

    forget: (until, limit) =>
      Effect.sync(() => {
        const waiting = [...outgoingMails.values()].map(({ notificationId }) => notifications.get(notificationId))
        const mailing = new Set(waiting.map((notification) => notification?.recipientId))
        const old = [...signIns.values()]
          .filter(({ id, createdAt }) => createdAt <= until && !mailing.has(id))
          .sort((a, b) => a.createdAt - b.createdAt)
          .slice(0, limit)
        const ids = new Set(old.map(({ id }) => id))
        for (const id of ids) signIns.delete(id)
        for (const { id, recipientId } of notifications.values()) if (ids.has(recipientId)) notifications.delete(id)
        return ids.size
      }),

    mailed: (ids) =>
      Effect.sync(() =>
        ids.map((id) => {
          const signIn = signIns.get(id)
          if (signIn === undefined) return null
          const { expiresAt, usedAt, sealedToken } = signIn
          const account = accountByEmail(state, signIn.email)
          return { email: account?.email ?? null, locale: account?.locale ?? null, expiresAt, usedAt, sealedToken }
        })
      )
  })
}

/** As much of an account as the port returns. */
const accountOf = (stored: StoredAccount): Account => {
  const { version, value } = factsOf(stored)
  const { contactNumber, emailVerified, profileComplete, createdAt, ...account } = value
  return { ...account, version }
}
