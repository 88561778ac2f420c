import { afterAll } from "vitest"
import { storeContract } from "./store-contract.ts"
import { pgStore } from "./stores.ts"

const store = await pgStore()
afterAll(store.stop)
storeContract(store)
