import type { HeardEvent } from "@treff/domain/events"
import type { SendParties } from "@treff/domain/offers"
import * as z from "zod"
import { id, messageSchema, type TypeAndData, term } from "./message-schema.ts"

const parties = {
  offerId: id,
  candidateId: id,
  recruiterId: id.meta({ description: "who sent the offer" }),
  term
}

export const offerSentMessages = [
  messageSchema("offerSent", "offerSent.created", "An offer was sent to a candidate.", z.strictObject(parties)),
  messageSchema("offerSent", "offerSent.viewed", "The candidate has seen the offer.", z.strictObject(parties)),
  messageSchema("offerSent", "offerSent.responded", "The candidate has answered the offer.", z.strictObject(parties)),
  messageSchema(
    "offerSent",
    "offerSent.deleted",
    "A send was taken back, by whom, or ended with its offer's term.",
    z.strictObject({
      ...parties,
      reason: z.enum(["recruiter", "candidate", "offer_deleted", "offer_archived", "offer_expired"])
    })
  )
] as const

export type OfferSentEventMessage = z.infer<(typeof offerSentMessages)[number]>

export type OfferSentHeard = Extract<HeardEvent, { readonly type: `offerSent.${string}` }>

/** What happened to a send, in the names of the wire. */
export const toOfferSentWire = (event: OfferSentHeard): TypeAndData<OfferSentEventMessage> => {
  const { offerId, candidateId, senderId, term } = event.data
  const data = { offerId, candidateId, recruiterId: senderId, term }
  return event.type === "offerSent.deleted"
    ? { type: event.type, data: { ...data, reason: event.data.reason } }
    : { type: event.type, data }
}

/** The same in the names of the domain. */
export const fromOfferSentWire = (message: OfferSentEventMessage): TypeAndData<OfferSentHeard> => {
  const { offerId, candidateId, recruiterId, term } = message.data
  const data: SendParties = { offerId, candidateId, senderId: recruiterId, term }
  return message.type === "offerSent.deleted"
    ? { type: message.type, data: { ...data, reason: message.data.reason } }
    : { type: message.type, data }
}
