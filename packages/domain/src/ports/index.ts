export { Accounts, type FoundMember, type MemberCursor } from "./accounts.ts"
export { type DeadLetter, Deliveries, type HandledEvent } from "./deliveries.ts"
export { EventLog } from "./event-log.ts"
export { EventQueue } from "./event-queue.ts"
export { Identifiers } from "./identifiers.ts"
export {
  type HeldInvitation,
  type InvitationCircumstances,
  type InvitationOrder,
  Invitations,
  type InvitationTallies,
  type Invitee,
  invitationOrders,
  type ListedInvitation,
  type MailDelivery,
  type TallyTimes
} from "./invitations.ts"
export { type Change, Journal, type Quota, type Reliance, type Versioned } from "./journal.ts"
export { type Mail, MailDeferred, Mailer, MailerUnavailable, MailRefused, MailTemplates } from "./mailer.ts"
export { type DueMail, type MailOutcome, type NotificationCursor, Notifications } from "./notifications.ts"
export {
  type Addressee,
  type FoundOfferSent,
  type ListedOfferSent,
  OfferSends,
  type OfferSentCursor,
  type SendCircumstances,
  type StatusChange
} from "./offer-sends.ts"
export { type FoundOffer, type OfferCursor, Offers } from "./offers.ts"
export { countedAtMost, type Page, type PageRequest } from "./page.ts"
export { Secrets } from "./secrets.ts"
export { type SignInRequest, SignIns } from "./sign-ins.ts"
export { CallerStale, QueueUnavailable, StaleVersion, StoreUnavailable } from "./store.ts"
