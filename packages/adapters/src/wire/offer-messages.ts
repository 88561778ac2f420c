import type { HeardEvent } from "@treff/domain/events"
import * as z from "zod"
import { fromWireInstant, toWireInstant } from "./instant.ts"
import { id, instant, messageSchema, type TypeAndData, term } from "./message-schema.ts"
import { fieldOfWire, wireField } from "./offer-names.ts"

export const offerMessages = [
  messageSchema(
    "offer",
    "offer.created",
    "An offer was made; it is active.",
    z.strictObject({ recruiterId: id, term, startDateJob: instant, expiredDate: instant })
  ),
  messageSchema(
    "offer",
    "offer.updated",
    "The content of an offer was changed; the names of the changed fields.",
    z.strictObject({
      fields: z.array(z.enum(Object.values(wireField))).min(1),
      startDateJob: instant,
      expiredDate: instant
    })
  ),
  messageSchema("offer", "offer.enabled", "An offer is active again.", z.strictObject({ term })),
  messageSchema("offer", "offer.disabled", "An offer was hidden from candidates.", z.strictObject({ term })),
  messageSchema("offer", "offer.archived", "An offer was archived, which ends its term.", z.strictObject({ term })),
  messageSchema(
    "offer",
    "offer.expired",
    "One of an offer's dates came, which ended its term.",
    z.strictObject({ term, reason: z.enum(["job_started", "expired_date"]) })
  ),
  messageSchema(
    "offer",
    "offer.transferred",
    "An offer was given to another recruiter.",
    z.strictObject({ fromRecruiterId: id, toRecruiterId: id })
  ),
  messageSchema("offer", "offer.deleted", "An offer was deleted for good.", z.strictObject({ term, recruiterId: id }))
] as const

/**
 * The schema of what happens to offers: what the history of one shows. Source: `offers.md`, states and routes.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { offerEventMessage } from "@treff/adapters/wire"
 *
 * strictEqual(offerEventMessage.safeParse({ type: "offerSent.created" }).success, false)
 * ```
 */
export const offerEventMessage = z.discriminatedUnion("type", offerMessages)
/** An event of an offer as it travels. Source: `offers.md`, states. */
export type OfferEventMessage = z.infer<typeof offerEventMessage>

export type OfferHeard = Extract<HeardEvent, { readonly type: `offer.${string}` }>

/** What happened to an offer, in the names of the wire. */
export const toOfferWire = (event: OfferHeard): TypeAndData<OfferEventMessage> => {
  switch (event.type) {
    case "offer.created": {
      const { ownerId, term } = event.data
      return { type: event.type, data: { recruiterId: ownerId, term, ...toWireDates(event.data) } }
    }
    case "offer.updated": {
      const fields = event.data.fields.map((field) => wireField[field])
      return { type: event.type, data: { fields, ...toWireDates(event.data) } }
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

/** The same in the names of the domain. */
export const fromOfferWire = (message: OfferEventMessage): TypeAndData<OfferHeard> => {
  switch (message.type) {
    case "offer.created": {
      const { recruiterId, term } = message.data
      return { type: message.type, data: { ownerId: recruiterId, term, ...fromWireDates(message.data) } }
    }
    case "offer.updated": {
      const fields = message.data.fields.map((field) => fieldOfWire[field])
      return { type: message.type, data: { fields, ...fromWireDates(message.data) } }
    }
    case "offer.enabled":
    case "offer.disabled":
    case "offer.archived":
      return { type: message.type, data: message.data }
    case "offer.expired":
      return { type: message.type, data: message.data }
    case "offer.transferred": {
      const { fromRecruiterId, toRecruiterId } = message.data
      return { type: message.type, data: { fromOwnerId: fromRecruiterId, toOwnerId: toRecruiterId } }
    }
    case "offer.deleted":
      return { type: message.type, data: { term: message.data.term, ownerId: message.data.recruiterId } }
  }
}

const toWireDates = ({ jobStartsAt, expiresAt }: { readonly jobStartsAt: number; readonly expiresAt: number }) => ({
  startDateJob: toWireInstant(jobStartsAt),
  expiredDate: toWireInstant(expiresAt)
})

const fromWireDates = (dates: { readonly startDateJob: string; readonly expiredDate: string }) => ({
  jobStartsAt: fromWireInstant(dates.startDateJob),
  expiresAt: fromWireInstant(dates.expiredDate)
})
