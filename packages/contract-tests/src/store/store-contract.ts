import { describe } from "vitest"
import { accountsContract } from "./accounts-contract.ts"
import { deliveriesContract } from "./deliveries-contract.ts"
import { eventLogContract } from "./event-log-contract.ts"
import { invitationsContract } from "./invitations-contract.ts"
import { journalContract } from "./journal-contract.ts"
import { notificationsContract } from "./notifications-contract.ts"
import { offerHistoryContract } from "./offer-history-contract.ts"
import { offerSendsContract } from "./offer-sends-contract.ts"
import { offersContract } from "./offers-contract.ts"
import { signInsContract } from "./sign-ins-contract.ts"
import type { TestStore } from "./test-store.ts"
import { uniqueKeysContract } from "./unique-keys-contract.ts"

/**
 * The tests of what every store has to do, whatever it is made of: call it at the top of a file of tests. See
 * docs/writing-an-adapter.md.
 */
export const storeContract = (store: TestStore) =>
  // Some try many cases each, which takes longer than vitest grants a test by itself.
  describe(store.name, { timeout: 20_000 }, () => {
    accountsContract(store)
    offersContract(store)
    offerHistoryContract(store)
    offerSendsContract(store)
    invitationsContract(store)
    signInsContract(store)
    eventLogContract(store)
    journalContract(store)
    uniqueKeysContract(store)
    deliveriesContract(store)
    notificationsContract(store)
  })
