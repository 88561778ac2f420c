import { storeContract } from "@treff/contract-tests/store"
import { afterAll } from "vitest"
import { neonStore } from "./stores.ts"

const store = await neonStore()
afterAll(store.stop)
storeContract(store)
