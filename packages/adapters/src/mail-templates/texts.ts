import type { SignInContent } from "@treff/domain/identity"
import type { InvitationNotification } from "@treff/domain/invitations"
import type { OfferNotification, SendEnd } from "@treff/domain/offers"

/** What mails are made of: the contents of every context. */
export type MailContent = OfferNotification | InvitationNotification | SignInContent

/** What one mail says, beside the offer's title and the message, which stand in it as they are. */
export interface Words {
  readonly subject: string
  readonly heading: string
  readonly lines: ReadonlyArray<string>
  /** Where it leads, and what is to be known of that. */
  readonly link?: { readonly address: string; readonly button: string; readonly lines: ReadonlyArray<string> }
  /** Why one gets this mail. */
  readonly why: string
}

interface AboutSend {
  readonly title: string
  readonly candidate: string
}

/** What each mail names, ready to be shown. `until` is an instant in the words of the language. */
interface Facts {
  readonly "offer-sent": { readonly title: string; readonly company: string }
  readonly "offer-sent-viewed": AboutSend
  readonly "offer-sent-responded": AboutSend
  readonly "offer-sent-withdrawn": AboutSend
  readonly "offer-ended": { readonly title: string; readonly reason: SendEnd }
  readonly "offer-handed-over": { readonly title: string; readonly newOwner: string }
  readonly "offer-taken-over": { readonly title: string; readonly formerOwner: string }
  readonly invitation: {
    readonly inviter: string
    readonly company: string
    readonly until: string
    readonly address: string
  }
  readonly "invitation-accepted": { readonly member: string; readonly email: string }
  readonly "invitation-declined": { readonly email: string }
  readonly "sign-in": { readonly minutes: number; readonly until: string; readonly address: string }
}

/** All that is said in one language. Nothing depends on anybody's gender. */
export type Texts = { readonly [T in MailContent["template"]]: (facts: Facts[T]) => Words } & {
  readonly language: string
  /** The locale in which dates are written. */
  readonly dates: string
  /** Stands above the message that came with an offer or an invitation. */
  readonly messageFrom: (name: string) => string
  /** Stands above the address that a button leads to. */
  readonly copyAddress: string
}
