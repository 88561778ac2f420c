import type { Person } from "../../identity/model/account/account.ts"
import type { InvitationFacts } from "../../invitations/model/invitation.ts"
import type { Instant } from "../../kernel/time.ts"
import type { SendEnd } from "../../offers/model/offer-sent/offer-sent.ts"

/** What those of the company are told about a send. */
interface AboutSend {
  readonly offerSentId: string
  readonly offerId: string
  readonly title: string
  readonly candidate: Person
}

/**
 * What somebody may be told, and with which facts. What a candidate is told names nobody of the company, and no company,
 * by id. Source: the reactions of `offer-sends.md`,
 * `offers.md` and `recruiter-invitations.md`.
 *
 * - `offer-sent`: to the candidate, that a company sent them an offer, with the message that came with it.
 * - `offer-sent-viewed`, `-responded`, `-withdrawn`: to the company's side, what the candidate did with it.
 * - `offer-ended`: to the candidate, that an offer which was sent to them is gone.
 * - `offer-handed-over`: to the recruiter who owned an offer until it was transferred, and who owns it now.
 * - `offer-taken-over`: to the recruiter who owns it now, and who did before.
 * - `invitation`: to somebody's address, that they are invited into a company, with what the inviter writes and one link;
 *   `resends` tells its token from those before.
 * - `invitation-accepted`, `-declined`: to the inviter, what became of it.
 * - `sign-in`: to the address of an account, a one-time link.
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
  | {
      readonly template: "invitation"
      readonly data: Pick<InvitationFacts, "resends" | "personalMessage" | "expiresAt"> & {
        readonly invitationId: string
        readonly inviter: Person
        readonly companyName: string
      }
    }
  | {
      readonly template: "invitation-accepted"
      readonly data: { readonly invitationId: string; readonly email: string; readonly member: Person }
    }
  | {
      readonly template: "invitation-declined"
      readonly data: { readonly invitationId: string; readonly email: string }
    }
  | { readonly template: "sign-in"; readonly data: { readonly signInId: string; readonly expiresAt: Instant } }

/** What a telling is made from: its subject, its words and its layout. */
export type Template = Telling["template"]

/** Where somebody is told: in the own inbox always, by mail where it matters. Source: `http.md`, notifications. */
export type Channel = "inbox" | "mail"

/** A notification that is to be written: unique per event, recipient and channel. Source: `http.md`, notifications. */
export type NewNotification = Telling & {
  readonly id: string
  /** Of a sign-in, which is no event, its own id. */
  readonly eventId: string
  /** The account that is told; where the address alone is known, what the mail is about: an invitation, or a sign-in. */
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
