export { storeContract } from "./store-contract.ts"
export {
  type SeededAccount,
  type StoredKind,
  type StoredRow,
  type StorePorts,
  sendsOf,
  type TestStore
} from "./test-store.ts"
export { type UniquenessCase, uniquenessCases } from "./unique-keys-contract.ts"
