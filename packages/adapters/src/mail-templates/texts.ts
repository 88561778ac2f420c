import type { Template } from "@treff/domain/notification"
import type { SendEnd } from "@treff/domain/offer-sent"

/** What one mail says, beside the offer's title and the message, which stand in it as they are. */
export interface Words {
  readonly subject: string
  readonly heading: string
  readonly lines: ReadonlyArray<string>
  /** Why one gets this mail. */
  readonly why: string
}

/**
 * All that is said in one language. `name` is the company's where a candidate was sent an offer, otherwise that of the
 * person who is told of. Nothing depends on anybody's gender.
 */
export type Texts = Readonly<Record<Exclude<Template, "offer-ended">, (title: string, name: string) => Words>> & {
  readonly "offer-ended": (title: string, reason: SendEnd) => Words
  readonly language: string
  /** Stands above the message that came with an offer. */
  readonly messageFrom: (company: string) => string
}
