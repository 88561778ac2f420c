import { storeContract } from "@treff/contract-tests/store"
import { afterAll } from "vitest"
import { pgStore } from "./stores.ts"

const store = await pgStore()
afterAll(store.stop)
storeContract(store)
