export { type Actor, system } from "./model/actor.ts"
export { beginsSubject, type Change, type Precondition, preconditionOn, type Quota } from "./model/change.ts"
export {
  type Channel,
  type ContentOf,
  channels,
  type DeclaredTemplates,
  declareTemplates,
  type NewNotification,
  type NotificationContent,
  type TemplateDeclaration
} from "./model/notification.ts"
export { isEventOf, type PublishedEvent, type RecordedEvent, type Subject } from "./model/recorded-event.ts"
export { type DeadLetter, Deliveries, type HandledEvent } from "./ports/deliveries.ts"
export { EventLog } from "./ports/event-log.ts"
export { EventQueue, QueueUnavailable } from "./ports/event-queue.ts"
export { Identifiers } from "./ports/identifiers.ts"
export { type CommitOptions, Journal } from "./ports/journal.ts"
export { StaleVersion, StoreUnavailable } from "./ports/store.ts"
export { type Choice, changeState, type Found } from "./use-cases/change-state.ts"
export { type Attempt, commitWithRetry, maxAttempts, type VersionMismatch } from "./use-cases/commit-with-retry.ts"
export { type BatchOutcome, batchSize, inBatches } from "./use-cases/in-batches.ts"
export { notify, type Recipients } from "./use-cases/notify.ts"
export {
  type Cascade,
  type CascadeOutcome,
  type MailAddress,
  type PendingMail,
  type Reactions,
  type StillTrue,
  toRecipient
} from "./use-cases/reactions.ts"
export { type Recording, recordChange, recordExpiry } from "./use-cases/record-change.ts"
export { relayEvents } from "./use-cases/relay-events.ts"
