import { afterAll } from "vitest"
import { storeContract } from "./store-contract.ts"
import { neonStore } from "./stores.ts"

const store = await neonStore()
afterAll(store.stop)
storeContract(store)
