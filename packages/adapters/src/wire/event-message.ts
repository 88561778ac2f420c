import type { RecordedEvent } from "@treff/domain/event"
import type { Instant } from "@treff/domain/time"
import * as z from "zod"
import { wireField } from "./offer-names.ts"

const id = z.uuid()
const instant = z.iso.datetime({ precision: 3 })
const term = z.int().min(1).meta({ description: "which opening of the offer this concerns" })

const actor = z.strictObject({
  kind: z.enum(["recruiter", "hiring_manager", "candidate", "system"]),
  id: id.nullable().meta({ description: "null for the system: what time alone did" })
})

const message = <T extends RecordedEvent["type"], D extends z.ZodType>(type: T, description: string, data: D) =>
  z
    .strictObject({
      id,
      type: z.literal(type),
      subject: z.strictObject({ type: z.literal("offer"), id }),
      sequence: z.int().min(1).meta({ description: "1, 2, 3 … per subject, without a gap" }),
      occurredAt: instant,
      actor,
      data
    })
    .meta({ id: schemaName(type), description })

const schemaName = (type: string) =>
  `${type.replace(/(^|\.)(\w)/g, (_, _dot, letter: string) => letter.toUpperCase())}Event`

/**
 * One schema for each type of event: what is on the queue, and what a history shows. Source: `http.md`, the event log;
 * `offers.md`, states.
 */
export const eventMessages = [
  message(
    "offer.created",
    "An offer was made; it is active.",
    z.strictObject({ recruiterId: id, term, startDateJob: instant, expiredDate: instant })
  ),
  message(
    "offer.updated",
    "The content of an offer was changed; the names of the changed fields.",
    z.strictObject({
      fields: z.array(z.enum(Object.values(wireField))).min(1),
      startDateJob: instant,
      expiredDate: instant
    })
  ),
  message("offer.enabled", "An offer is active again.", z.strictObject({ term })),
  message("offer.disabled", "An offer was hidden from candidates.", z.strictObject({ term })),
  message("offer.archived", "An offer was archived, which ends its term.", z.strictObject({ term })),
  message(
    "offer.expired",
    "One of an offer's dates came, which ended its term.",
    z.strictObject({ term, reason: z.enum(["job_started", "expired_date"]) })
  ),
  message(
    "offer.transferred",
    "An offer was given to another recruiter.",
    z.strictObject({ fromRecruiterId: id, toRecruiterId: id })
  ),
  message("offer.deleted", "An offer was deleted for good.", z.strictObject({ term, recruiterId: id }))
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
 * Writes an event in the names of the wire; the company stays out of it. It cannot fail. Source: `http.md`, the event
 * log.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { toEventMessage } from "@treff/adapters/wire"
 * import { system } from "@treff/domain/event"
 *
 * const subject = { type: "offer", id: "o1" } as const
 * const fact = { type: "offer.archived", data: { term: 1 }, actor: system, companyId: "acme", occurredAt: 0 } as const
 * const message = toEventMessage({ ...fact, id: "e1", subject, sequence: 1 })
 * strictEqual(message.occurredAt, "1970-01-01T00:00:00.000Z")
 * ```
 */
export const toEventMessage = (event: RecordedEvent): EventMessage => {
  const { id, subject, sequence, actor } = event
  return { id, subject, sequence, actor, occurredAt: toWireInstant(event.occurredAt), ...typeAndData(event) }
}

/**
 * An instant as ISO 8601 in UTC with milliseconds. Throws a `RangeError` beyond the years that a `Date` holds. Source:
 * `http.md`, instants.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { toWireInstant } from "@treff/adapters/wire"
 *
 * strictEqual(toWireInstant(1_500), "1970-01-01T00:00:01.500Z")
 * ```
 */
export const toWireInstant = (at: Instant): string => new Date(at).toISOString()

/**
 * Reads a well-formed ISO 8601 date and time, whatever its offset, to the millisecond; of any other text it makes
 * `NaN`. Source: `http.md`, instants.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { fromWireInstant } from "@treff/adapters/wire"
 *
 * strictEqual(fromWireInstant("1970-01-01T01:00:01.500+01:00"), 1_500)
 * ```
 */
export const fromWireInstant = (text: string): Instant => new Date(text).getTime()

type TypeAndData<M = EventMessage> = M extends EventMessage ? Pick<M, "type" | "data"> : never

const typeAndData = (event: RecordedEvent): TypeAndData => {
  switch (event.type) {
    case "offer.created": {
      const { ownerId, term } = event.data
      return { type: event.type, data: { recruiterId: ownerId, term, ...dates(event.data) } }
    }
    case "offer.updated":
      return {
        type: event.type,
        data: { fields: event.data.fields.map((field) => wireField[field]), ...dates(event.data) }
      }
    case "offer.enabled":
    case "offer.disabled":
    case "offer.archived":
      return { type: event.type, data: event.data }
    case "offer.expired":
      return { type: event.type, data: event.data }
    case "offer.transferred": {
      const { fromOwnerId, toOwnerId } = event.data
      return { type: event.type, data: { fromRecruiterId: fromOwnerId, toRecruiterId: toOwnerId } }
    }
    case "offer.deleted":
      return { type: event.type, data: { term: event.data.term, recruiterId: event.data.ownerId } }
  }
}

const dates = ({ jobStartsAt, expiresAt }: { readonly jobStartsAt: number; readonly expiresAt: number }) => ({
  startDateJob: toWireInstant(jobStartsAt),
  expiredDate: toWireInstant(expiresAt)
})
