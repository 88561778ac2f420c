import type { HeardEvent, Subject } from "@treff/domain/events"
import * as z from "zod"
import { accountMessages, fromAccountWire, toAccountWire } from "./account-messages.ts"
import { companyMessages, fromCompanyWire, toCompanyWire } from "./company-messages.ts"
import { fromWireInstant, toWireInstant } from "./instant.ts"
import { fromInvitationWire, invitationMessages, toInvitationWire } from "./invitation-messages.ts"
import type { TypeAndData } from "./message-schema.ts"
import { fromOfferWire, offerMessages, toOfferWire } from "./offer-messages.ts"
import { fromOfferSentWire, offerSentMessages, toOfferSentWire } from "./offer-sent-messages.ts"

/**
 * One schema for each type of event: what is on the queue, and what a history shows. Source: `http.md`, the event log;
 * `offers.md`, `offer-sends.md` and `recruiter-invitations.md`, states.
 */
export const eventMessages = [
  ...offerMessages,
  ...offerSentMessages,
  ...invitationMessages,
  ...accountMessages,
  ...companyMessages
] as const

/**
 * The schema of an event as it travels: whole, in the names of the wire. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { eventMessage } from "@treff/adapters/wire"
 *
 * strictEqual(eventMessage.safeParse({ type: "offer.lost" }).success, false)
 * ```
 */
export const eventMessage = z.discriminatedUnion("type", eventMessages)
/** An event as it travels. Source: `http.md`, the event log. */
export type EventMessage = z.infer<typeof eventMessage>

/**
 * Whether an event, as the domain or as the wire has it, is one of an offer. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isOfferEvent } from "@treff/adapters/wire"
 *
 * strictEqual(isOfferEvent({ type: "offer.archived" }), true)
 * strictEqual(isOfferEvent({ type: "offerSent.viewed" }), false)
 * ```
 */
export const isOfferEvent = <E extends { readonly type: string }>(
  event: E
): event is Extract<E, { readonly type: `offer.${string}` }> => event.type.startsWith("offer.")

/**
 * Writes an event in the names of the wire; the company stays out of it. It cannot fail. Source: `http.md`, the event
 * log.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { toEventMessage } from "@treff/adapters/wire"
 * import { system } from "@treff/domain/events"
 *
 * const subject = { type: "offer", id: "o1" } as const
 * const fact = { type: "offer.archived", data: { term: 1 }, actor: system, companyId: "acme", occurredAt: 0 } as const
 * const message = toEventMessage({ ...fact, id: "e1", subject, sequence: 1 })
 * strictEqual(message.occurredAt, "1970-01-01T00:00:00.000Z")
 * ```
 */
export const toEventMessage = (event: HeardEvent): EventMessage => {
  const { id, subject, sequence, actor } = event
  const envelope = { id, subject, sequence, actor, occurredAt: toWireInstant(event.occurredAt) }
  return { ...envelope, ...wireOf(subject).to(event) } as EventMessage
}

/**
 * Reads an event in the names of the domain: what `toEventMessage` wrote, without the company. It cannot fail. Source:
 * `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { fromEventMessage, toEventMessage } from "@treff/adapters/wire"
 * import { system } from "@treff/domain/events"
 *
 * const subject = { type: "offer", id: "o1" } as const
 * const fact = { type: "offer.archived", data: { term: 1 }, actor: system, occurredAt: 0 } as const
 * const event = { ...fact, id: "e1", subject, sequence: 1 }
 * deepStrictEqual(fromEventMessage(toEventMessage(event)), event)
 * ```
 */
export const fromEventMessage = (message: EventMessage): HeardEvent => {
  const { id, subject, sequence, actor } = message
  const envelope = { id, subject, sequence, actor, occurredAt: fromWireInstant(message.occurredAt) }
  return { ...envelope, ...wireOf(subject).from(message) } as HeardEvent
}

/** What one kind of subject's events are on the wire, and back: the part before the dot of their types. */
interface Wire<S extends Subject["type"]> {
  readonly to: (
    event: Extract<HeardEvent, { readonly type: `${S}.${string}` }>
  ) => TypeAndData<Extract<EventMessage, { readonly type: `${S}.${string}` }>>
  readonly from: (
    message: Extract<EventMessage, { readonly type: `${S}.${string}` }>
  ) => TypeAndData<Extract<HeardEvent, { readonly type: `${S}.${string}` }>>
}

const wires: { readonly [S in Subject["type"]]: Wire<S> } = {
  account: { to: toAccountWire, from: fromAccountWire },
  company: { to: toCompanyWire, from: fromCompanyWire },
  invitation: { to: toInvitationWire, from: fromInvitationWire },
  offer: { to: toOfferWire, from: fromOfferWire },
  offerSent: { to: toOfferSentWire, from: fromOfferSentWire }
}

/** An event and its subject belong together, which their types don't show. */
const wireOf = ({ type }: Subject) =>
  wires[type] as {
    readonly to: (event: HeardEvent) => TypeAndData<EventMessage>
    readonly from: (message: EventMessage) => TypeAndData<HeardEvent>
  }
