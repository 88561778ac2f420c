import type { PublishedEvent } from "@treff/domain/events"
import type { EventOf } from "@treff/domain/kernel"
import { allEvents, type TreffEvent } from "@treff/domain/reactions"
import { type EventCodec, eventCodec, type MessageOf, unionByType } from "./event-codec.ts"
import { offerEventNames, offerSentEventNames } from "./names/offers.ts"

/** The kinds whose events have fields that the wire calls otherwise than the domain does. */
const namesOf = { offer: offerEventNames, offerSent: offerSentEventNames } as const

type AnyEvents = (typeof allEvents)[number]
type NamesOf<K> = K extends keyof typeof namesOf ? (typeof namesOf)[K] : Record<never, string>
type MessageOfAny<E> = E extends AnyEvents ? MessageOf<E, NamesOf<E["kind"]>> : never

/** An event as it travels: complete, in the names of the wire. See docs/events.md. */
export type EventMessage = MessageOfAny<AnyEvents>

/** The codec of each kind of event, made of what the kind declares. */
const codecs = Object.fromEntries(
  allEvents.map((events) => [events.kind, eventCodec(events, namesOf[events.kind as keyof typeof namesOf] ?? {})])
  // Each kind has the codec that is made of its declaration: the library's type of entries does not say which has which.
) as unknown as {
  readonly [E in AnyEvents as E["kind"]]: EventCodec<E["kind"], PublishedEvent<EventOf<E>>, MessageOfAny<E>>
}

/** How the events of offers travel: what the history of an offer shows, too. */
export const offerEventCodec = codecs.offer

/** One schema for each type of event: what is on the queue, and what a history shows. */
export const eventMessages = Object.values(codecs).flatMap(({ schemas }) => schemas)

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
export const eventMessage = unionByType<EventMessage>(eventMessages)

/** The codec of some kind, which is given nothing but events of that kind. */
interface AnyCodec {
  readonly toMessage: (event: PublishedEvent) => EventMessage
  readonly fromMessage: (message: EventMessage) => PublishedEvent<TreffEvent>
}

const codecFor = (kind: string): AnyCodec => {
  if (!Object.hasOwn(codecs, kind)) throw new Error(`No event of a subject ${kind} is declared`)
  return codecs[kind as keyof typeof codecs] as AnyCodec
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
