export { type EventMessage, eventMessage, eventMessages, toEventMessage, toWireInstant } from "./event-message.ts"
export { wireEmploymentType, wireField } from "./offer-names.ts"
