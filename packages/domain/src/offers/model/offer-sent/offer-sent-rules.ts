import * as Effect from "effect/Effect"
import { isText, textRule } from "../../../kernel/text.ts"

/** How long the message that goes with a send may be, in code points, after trimming. Source: `offer-sends.md`, fields. */
export const messageLimit = 2_000

/** How many candidates one bulk may name. Source: `004`; `offer-sends.md`, routes. */
export const bulkLimit = 50

/** The message can't be sent like this; nothing was. Source: `offer-sends.md`, fields. */
export interface InvalidMessage {
  readonly _tag: "InvalidMessage"
  readonly message: string
}

/** A bulk names none, or too many. Source: `offer-sends.md`, routes. */
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

/** The same in words. */
export const bulkRule = `must name 1 to ${bulkLimit} candidates`
