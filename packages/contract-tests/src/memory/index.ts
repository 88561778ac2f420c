import { layerMemory, memoryState } from "@treff/adapters/memory"
import type { Versioned } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import { factsOf, now } from "../fixtures/index.ts"
import type { StoredKind, StoredRow, TestStore } from "../store/index.ts"

/** The store in memory, as the suite for stores tests it. See docs/writing-an-adapter.md. */
export const memoryStore = (): TestStore => {
  const state = memoryState()
  const stored: Readonly<Record<StoredKind, () => Iterable<Versioned<object> | object>>> = {
    account: () => state.accounts.values(),
    company: () => state.companies.values(),
    invitation: () => state.invitations.values(),
    notification: () => [...state.notifications.values()].map(({ deliveries: _, ...row }) => row),
    notificationDelivery: () =>
      [...state.notifications.values()].flatMap(({ id: notificationId, deliveries }) =>
        deliveries.map((delivery) => ({ ...delivery, notificationId }))
      ),
    offer: () => state.offers.values(),
    offerSent: () => state.offerSends.values(),
    signIn: () => state.signIns.values()
  }
  return {
    name: "memory",
    layer: layerMemory(state),
    seed: (accounts) =>
      Effect.sync(() => {
        for (const account of accounts) {
          const { companyId } = account
          if (companyId !== null && !state.companies.has(companyId)) {
            const company = { id: companyId, name: "A company", creatorId: null, createdAt: now }
            state.companies.set(companyId, { ...company, version: 0 })
          }
          state.accounts.set(account.id, { ...factsOf(account), version: account.version })
        }
      }),
    seedCompany: (company) => Effect.sync(() => void state.companies.set(company.id, { ...company, version: 0 })),
    rowsOf: (kind) =>
      Effect.sync(() =>
        [...stored[kind]()]
          .map((row) => ("value" in row ? { ...row.value, version: row.version } : { ...row }) as StoredRow)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
      ),
    clear: async () => {
      for (const rows of Object.values(state)) rows.clear()
    }
  }
}
