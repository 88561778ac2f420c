import type { Person } from "../account/index.ts"
import type { SendEnd } from "../offer-sent/index.ts"
import type { Instant } from "../time/index.ts"

/** What those of the company are told about a send. */
interface AboutSend {
  readonly offerSentId: string
  readonly offerId: string
  readonly title: string
  readonly candidate: Person
}

/**
 * What somebody may be told, and with which facts. What a candidate is told names nobody of the company, and no company,
 * by id. Source: `offer-sends.md` and `offers.md`, reactions.
 *
 * - `offer-sent`: to the candidate, that a company sent them an offer, with the message that came with it.
 * - `offer-sent-viewed`, `-responded`, `-withdrawn`: to the company's side, what the candidate did with it.
 * - `offer-ended`: to the candidate, that an offer which was sent to them is gone.
 * - `offer-handed-over`: to the recruiter who owned an offer until it was transferred, and who owns it now.
 * - `offer-taken-over`: to the recruiter who owns it now, and who did before.
 */
export type Telling =
  | {
      readonly template: "offer-sent"
      readonly data: {
        readonly offerSentId: string
        readonly offerId: string
        readonly title: string
        readonly companyName: string
        readonly message: string | null
      }
    }
  | { readonly template: "offer-sent-viewed"; readonly data: AboutSend }
  | { readonly template: "offer-sent-responded"; readonly data: AboutSend }
  | { readonly template: "offer-sent-withdrawn"; readonly data: AboutSend }
  | {
      readonly template: "offer-ended"
      readonly data: {
        readonly offerSentId: string
        readonly offerId: string
        readonly title: string
        readonly reason: SendEnd
      }
    }
  | {
      readonly template: "offer-handed-over"
      readonly data: { readonly offerId: string; readonly title: string; readonly newOwner: Person }
    }
  | {
      readonly template: "offer-taken-over"
      readonly data: { readonly offerId: string; readonly title: string; readonly formerOwner: Person }
    }

/** What a telling is made from: its subject, its words and its layout. */
export type Template = Telling["template"]

/** Where somebody is told: in the own inbox always, by mail where it matters. Source: `http.md`, notifications. */
export type Channel = "inbox" | "mail"

/** A notification that is to be written: unique per event, recipient and channel. Source: `http.md`, notifications. */
export type NewNotification = Telling & {
  readonly id: string
  readonly eventId: string
  readonly recipientId: string
  /** The company whose matter it is: who has left it sees it no more. Null for candidates, who belong to none. */
  readonly companyId: string | null
  readonly channel: Channel
}

/**
 * That somebody was told of an event. In the inbox it is `sent` when it is written; a mail is `queued` until it was sent,
 * or `failed` for good, with the reason in `error`. Source: `http.md`, notifications.
 */
export type Notification = NewNotification & {
  readonly status: "queued" | "sent" | "failed"
  readonly error: string | null
  readonly createdAt: Instant
  readonly sentAt: Instant | null
  readonly readAt: Instant | null
}
