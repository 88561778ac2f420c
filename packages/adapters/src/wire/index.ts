export {
  type EventMessage,
  eventMessage,
  eventMessages,
  fromEventMessage,
  isOfferEvent,
  toEventMessage
} from "./event-message.ts"
export { type InputIssue, inputIssues } from "./input-issues.ts"
export { fromWireInstant, toWireInstant } from "./instant.ts"
export { type OfferEventMessage, offerEventMessage } from "./offer-messages.ts"
export { employmentTypeOfWire, wireEmploymentType, wireField } from "./offer-names.ts"
