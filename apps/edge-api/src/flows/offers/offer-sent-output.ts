import { toWireInstant } from "@treff/adapters/wire"
import {
  type MemberView,
  type OfferSent,
  type OfferSentView,
  offerSentStatuses,
  type ReceivedOffer,
  type ReceivedOfferSent,
  type SendFailure,
  type StatusChange
} from "@treff/domain/offers"
import * as z from "zod"
import { id, WirePerson, wireInstant } from "../../http/output.ts"
import { WireReceivedOffer, wireReceivedOffer } from "./offer-output.ts"
import { offerSentProblems } from "./problems.ts"

// Sends, as the API names them: for the company's side, and as a candidate may see them. See docs/flows/offer-sends.md.

const status = z.enum(offerSentStatuses)

const publicFields = {
  id,
  offerId: id,
  candidateId: id,
  status,
  sentAt: wireInstant,
  viewedAt: wireInstant.nullable(),
  respondedAt: wireInstant.nullable(),
  message: z.string().nullable().meta({ example: "You would like it here." }),
  createdAt: wireInstant.meta({ description: "the same as sentAt" }),
  updatedAt: wireInstant
}
const memberFields = { recruiterId: id.meta({ description: "who sent it" }), companyId: id }

const rowFields = {
  offer: z.strictObject({ id, title: z.string().meta({ example: "Baker, nights" }) }),
  candidate: WirePerson
}
const detailFields = {
  offer: WireReceivedOffer,
  candidate: WirePerson.extend({ email: z.string().meta({ example: "kim.hansen@example.org" }) }),
  history: z
    .array(z.strictObject({ status, at: wireInstant, by: z.enum(["recruiter", "candidate", "system"]) }))
    .meta({ description: "oldest first" })
}

// Strict, so that the description says what is never there, and which of two schemas an answer has.

/** A send in lists, and as a change answers it, where only the company's side asks. */
export const WireMemberOfferSent = z
  .strictObject({ ...publicFields, ...memberFields, ...rowFields })
  .meta({ id: "OfferSent", description: "An offer sent to a candidate, for the offer's company." })

/** A send where candidates ask, too. */
export const WireOfferSent = z.union([
  WireMemberOfferSent,
  z.strictObject({ ...publicFields, ...rowFields }).meta({
    id: "ReceivedOfferSent",
    description: "The same as its candidate may see it: nothing of who sent it, nor of which company."
  })
])

/** A send by itself. */
export const WireOfferSentDetails = z.union([
  z
    .strictObject({ ...publicFields, ...memberFields, ...detailFields })
    .meta({ id: "OfferSentDetails", description: "A send with its offer and its history, for the offer's company." }),
  z
    .strictObject({ ...publicFields, ...detailFields })
    .meta({ id: "ReceivedOfferSentDetails", description: "The same as its candidate may see it." })
])

const refusals = ["already-sent", "candidate-unknown", "duplicate-in-request", "withdrawn"] as const

/** Who of a bulk was not sent the offer. */
export const WireSendFailure = z
  .object({
    candidateId: id.meta({ description: "as it was given" }),
    code: z.enum(refusals),
    detail: z.string().meta({ description: "what the caller can do about it" })
  })
  .meta({ id: "SendFailure" })

export const wireMemberOfferSent = (view: MemberView): z.infer<typeof WireMemberOfferSent> => ({
  ...memberFieldsOf(view.value),
  ...rowFieldsOf(view)
})

export const wireOfferSent = (view: OfferSentView): z.infer<typeof WireOfferSent> => ({
  ...fieldsOf(view),
  ...rowFieldsOf(view)
})

const rowFieldsOf = ({ value: { offerId }, title, candidate }: OfferSentView) => ({
  offer: { id: offerId, title },
  candidate
})

export const wireOfferSentDetails = (found: {
  readonly view: OfferSentView
  readonly offer: ReceivedOffer
  readonly email: string
  readonly history: ReadonlyArray<StatusChange>
}): z.infer<typeof WireOfferSentDetails> => ({
  ...fieldsOf(found.view),
  offer: wireReceivedOffer(found.offer),
  candidate: { ...found.view.candidate, email: found.email },
  history: found.history.map(({ status, at, by }) => ({ status, at: toWireInstant(at), by }))
})

/** What a send has wherever it is shown; what only members may know is added, and never taken away. */
const fieldsOf = ({ reader, value }: OfferSentView) =>
  reader === "candidate" ? publicFieldsOf(value) : memberFieldsOf(value)

const memberFieldsOf = (sent: OfferSent) => ({
  ...publicFieldsOf(sent),
  recruiterId: sent.senderId,
  companyId: sent.companyId
})

const publicFieldsOf = (sent: ReceivedOfferSent) => ({
  id: sent.id,
  offerId: sent.offerId,
  candidateId: sent.candidateId,
  status: sent.status,
  sentAt: toWireInstant(sent.sentAt),
  viewedAt: sent.viewedAt === null ? null : toWireInstant(sent.viewedAt),
  respondedAt: sent.respondedAt === null ? null : toWireInstant(sent.respondedAt),
  message: sent.message,
  createdAt: toWireInstant(sent.sentAt),
  updatedAt: toWireInstant(sent.updatedAt)
})

export const wireSendFailure = ({ candidateId, refusal }: SendFailure): z.infer<typeof WireSendFailure> => {
  const { code, detail } = offerSentProblems[refusal._tag]
  return { candidateId, code, detail }
}
