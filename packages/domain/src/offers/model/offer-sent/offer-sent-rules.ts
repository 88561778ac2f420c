import * as Effect from "effect/Effect"
import { isText, textRule } from "../../../kernel/text.ts"

/** How long the message that goes with a send may be, in code points, after trimming. See docs/flows/offer-sends.md. */
export const messageLimit = 2_000

/** How many candidates one bulk may name. See docs/flows/offer-sends.md. */
export const bulkLimit = 50

/** The message can't be sent like this; nothing was. See docs/flows/offer-sends.md. */
export interface InvalidMessage {
  readonly _tag: "InvalidMessage"
  readonly message: string
}

/** A bulk names none, or too many. See docs/flows/offer-sends.md. */
export interface InvalidBulk {
  readonly _tag: "InvalidBulk"
  readonly message: string
}

/** Fails with what is wrong with the message, if anything is. */
export const checkMessage = (message: string | null): Effect.Effect<void, InvalidMessage> =>
  message === null || isText(message, messageLimit)
    ? Effect.void
    : Effect.fail({ _tag: "InvalidMessage", message: textRule(messageLimit) })

/** Whether a bulk has a size that one may have. */
export const isBulk = (candidateIds: ReadonlyArray<string>): boolean =>
  candidateIds.length >= 1 && candidateIds.length <= bulkLimit

/** What `isBulk` demands, in words. */
export const bulkRule = `must name 1 to ${bulkLimit} candidates`
