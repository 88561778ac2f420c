import { memoryStore } from "@treff/contract-tests/memory"
import { storeContract } from "@treff/contract-tests/store"

storeContract(memoryStore())
