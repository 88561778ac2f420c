export { actorOf, recordEvents, system } from "./record-events.ts"
export type { Actor, DomainEvent, HeardEvent, RecordedEvent, Subject } from "./recorded-event.ts"
export { relayEvents } from "./relay-events.ts"
