import type { PublishedEvent } from "@treff/domain/events"
import { offerEvents } from "@treff/domain/offers"
import { allEvents, type TreffEvent } from "@treff/domain/reactions"
import * as z from "zod"
import { eventCodec, type MessageOf } from "./event-codec.ts"
import { offerEventNames, offerSentEventNames } from "./names/offers.ts"

/** How the events of offers travel: what the history of an offer shows, too. */
export const offerEventCodec = eventCodec(offerEvents, offerEventNames)

/** The kinds whose events have fields that the wire calls otherwise than the domain does. */
const namesOf = { offer: offerEventNames, offerSent: offerSentEventNames } as const

type NamesOf<K> = K extends keyof typeof namesOf ? (typeof namesOf)[K] : Record<never, string>
type MessageOfAny<E> = E extends (typeof allEvents)[number] ? MessageOf<E, NamesOf<E["kind"]>> : never

/** An event as it travels: complete, in the names of the wire. See docs/events.md. */
export type EventMessage = MessageOfAny<(typeof allEvents)[number]>

/** Each kind has its own message: what is said of a type in one place holds for all of them here. */
interface AnyCodec {
  readonly schemas: ReadonlyArray<z.ZodObject<{ readonly type: z.ZodLiteral<string>; readonly data: z.ZodObject }>>
  readonly toMessage: (event: PublishedEvent) => EventMessage
  readonly fromMessage: (message: EventMessage) => PublishedEvent<TreffEvent>
}

/** The codec of each kind of event, made of what the kind declares. */
const codecOf = new Map(
  allEvents.map((events) => {
    const names = namesOf[events.kind as keyof typeof namesOf] ?? {}
    return [events.kind as string, eventCodec(events, names) as unknown as AnyCodec] as const
  })
)

/** One schema for each type of event: what is on the queue, and what a history shows. */
export const eventMessages = [...codecOf.values()].flatMap(({ schemas }) => schemas)

/**
 * The schema of an event as it travels. See docs/events.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { eventMessage } from "@treff/adapters/wire"
 *
 * strictEqual(eventMessage.safeParse({ type: "offer.lost" }).success, false)
 * ```
 */
export const eventMessage = z.discriminatedUnion("type", eventMessages as never) as unknown as z.ZodType<EventMessage>

const codecFor = (kind: string): AnyCodec => {
  const codec = codecOf.get(kind)
  if (codec === undefined) throw new Error(`No event of a subject ${kind} is declared`)
  return codec
}

/**
 * Writes an event in the names of the wire; the company stays out of it. Throws for an event of a kind that is not
 * declared. See docs/events.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { toEventMessage } from "@treff/adapters/wire"
 * import { system } from "@treff/domain/events"
 *
 * const subject = { type: "offer", id: "o1" }
 * const fact = { type: "offer.archived", data: { term: 1 }, actor: system, occurredAt: 0 }
 * const message = toEventMessage({ ...fact, id: "e1", subject, sequence: 1 })
 * strictEqual(message.occurredAt, "1970-01-01T00:00:00.000Z")
 * ```
 */
export const toEventMessage = (event: PublishedEvent): EventMessage => codecFor(event.subject.type).toMessage(event)

/**
 * Reads an event in the names of the domain: what `toEventMessage` wrote. See docs/events.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { fromEventMessage, toEventMessage } from "@treff/adapters/wire"
 * import { system } from "@treff/domain/events"
 *
 * const subject = { type: "offer", id: "o1" }
 * const fact = { type: "offer.archived", data: { term: 1 }, actor: system, occurredAt: 0 }
 * const event = { ...fact, id: "e1", subject, sequence: 1 }
 * deepStrictEqual(fromEventMessage(toEventMessage(event)), event)
 * ```
 */
export const fromEventMessage = (message: EventMessage): PublishedEvent<TreffEvent> =>
  codecFor(message.subject.type).fromMessage(message)
