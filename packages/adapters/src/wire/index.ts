export { type EventCodec, eventCodec, type MessageOf } from "./event-codec.ts"
export {
  type EventMessage,
  eventMessage,
  eventMessages,
  fromEventMessage,
  offerEventCodec,
  toEventMessage
} from "./event-message.ts"
export { encodeFields, type Names, schemaOfFields } from "./field-codec.ts"
export { type InputIssue, inputIssues } from "./input-issues.ts"
export { fromWireInstant, toWireInstant } from "./instant.ts"
export { employmentTypeOfWire, wireEmploymentType, wireField } from "./names/offers.ts"
