export { eventQueueContract, type TestEventQueue } from "./event-queue-contract.ts"
