export {
  type EventMessage,
  eventMessage,
  eventMessages,
  fromWireInstant,
  toEventMessage,
  toWireInstant
} from "./event-message.ts"
export { type InputIssue, inputIssues } from "./input-issues.ts"
export { wireEmploymentType, wireField } from "./offer-names.ts"
