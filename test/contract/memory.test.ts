import { storeContract } from "./store-contract.ts"
import { memoryStore } from "./stores.ts"

storeContract(memoryStore())
