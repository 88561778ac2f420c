import { eventMessage, eventMessages, fromEventMessage, offerEventCodec, toEventMessage } from "@treff/adapters/wire"
import { always, content } from "@treff/contract-tests/fixtures"
import { isEventOf, type PublishedEvent } from "@treff/domain/events"
import { type OfferEvent, type OfferField, offerEvents } from "@treff/domain/offers"
import type { TreffEvent } from "@treff/domain/reactions"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"

const id = fc.uuid()
const term = fc.integer({ min: 1, max: 1_000 })
/** Up to the end of the year 9999: what ISO 8601 writes with four digits. */
const at = fc.integer({ min: 0, max: 253_402_300_799_999 })
const ofTerm = fc.record({ term })
const dates = { jobStartsAt: at, expiresAt: at }
const fields = fc.constantFrom(...(Object.keys(content()) as ReadonlyArray<OfferField>))
const parties = { offerId: id, candidateId: id, senderId: id, term }
const role = fc.constantFrom("hiring_manager", "recruiter", "candidate")
const subRole = fc.constantFrom("recruiter_admin", "recruiter_user")
const orNull = <A>(value: fc.Arbitrary<A>) => fc.option(value, { nil: null })
const joining = fc.record({ role, subRole: orNull(subRole), formerRole: orNull(role), invitationId: orNull(id) })
const inviting = fc.record({ inviterId: id })
const sending = fc.record({ inviterId: id, resends: fc.integer({ min: 0, max: 3 }), expiresAt: at })

/** What goes with each type of event; a type that is missing here does not compile. */
const dataOf: { readonly [E in TreffEvent as E["type"]]: fc.Arbitrary<E["data"]> } = {
  "offer.created": fc.record({ ownerId: id, term, ...dates }),
  "offer.updated": fc.record({ fields: fc.uniqueArray(fields, { minLength: 1 }), ...dates }),
  "offer.enabled": ofTerm,
  "offer.disabled": ofTerm,
  "offer.archived": ofTerm,
  "offer.expired": fc.record({ term, reason: fc.constantFrom("job_started", "expired_date") }),
  "offer.transferred": fc.record({ fromOwnerId: id, toOwnerId: id }),
  "offer.deleted": fc.record({ term, ownerId: id }),
  "offerSent.created": fc.record(parties),
  "offerSent.viewed": fc.record(parties),
  "offerSent.responded": fc.record(parties),
  "offerSent.deleted": fc.record({
    ...parties,
    reason: fc.constantFrom("recruiter", "candidate", "offer_deleted", "offer_archived", "offer_expired")
  }),
  "invitation.created": sending,
  "invitation.resent": sending,
  "invitation.accepted": fc.record({ inviterId: id, accountId: id }),
  "invitation.declined": inviting,
  "invitation.revoked": inviting,
  "invitation.expired": inviting,
  "account.created": joining,
  "account.joined": joining,
  "account.subRoleChanged": fc.record({ subRole }),
  "account.left": fc.record({ role }),
  "company.created": fc.record({ creatorId: id }),
  "company.renamed": fc.constant({})
}
const types = Object.keys(dataOf) as ReadonlyArray<TreffEvent["type"]>

const actor = fc.oneof(
  fc.record({ kind: fc.constantFrom("recruiter", "hiring_manager", "candidate"), id }),
  fc.constant({ kind: "system", id: null }),
  // Who was invited, and has no account.
  fc.constant({ kind: "recruiter", id: null })
)

const anyEventOf = (type: TreffEvent["type"]): fc.Arbitrary<PublishedEvent<TreffEvent>> =>
  fc.record({
    id,
    subject: fc.record({ type: fc.constant(type.split(".")[0]), id }),
    sequence: fc.integer({ min: 1 }),
    type: fc.constant(type),
    data: dataOf[type],
    actor,
    occurredAt: at
  }) as fc.Arbitrary<PublishedEvent<TreffEvent>> // type, subject and data belong together, which the record can't see

describe.each(types)("an event on the wire: %s", (type) => {
  it("is in its documented form, and says what it said when it is read again", () => {
    always(
      fc.property(anyEventOf(type), (event) => {
        const carried: unknown = JSON.parse(JSON.stringify(toEventMessage(event)))
        const message = eventMessage.parse(carried)
        assert.deepStrictEqual(message, carried)
        assert.deepStrictEqual(fromEventMessage(message), event)
      })
    )
  })

  it("names neither its company nor, in the words of the domain, those who own and send", () => {
    always(
      fc.property(anyEventOf(type), id, (event, companyId) => {
        const recorded = { ...event, companyId }
        const text = JSON.stringify(toEventMessage(recorded))
        assert.notInclude(text, companyId)
        assert.notMatch(text, /ownerId|senderId|OwnerId/)
      })
    )
  })

  it("holds no more than it is documented to hold, whatever else an event was recorded with", () => {
    always(
      fc.property(anyEventOf(type), fc.constantFrom("name", "email", "personalMessage", "token"), (event, field) => {
        const message = toEventMessage(event)
        assert.isFalse(eventMessage.safeParse({ ...message, data: { ...message.data, [field]: "Ada" } }).success)
      })
    )
  })

  it("is known as one of an offer, or as none, before and after", () => {
    always(
      fc.property(anyEventOf(type), (event) => {
        const isOfOffer = event.subject.type === "offer"
        const message = toEventMessage(event)
        assert.strictEqual(isEventOf(offerEvents)(event), isOfOffer)
        assert.strictEqual(isEventOf(offerEvents)(message), isOfOffer)
        assert.strictEqual(offerEventCodec.schema.safeParse(message).success, isOfOffer)
        // What a history shows is what is on the queue.
        if (isOfOffer) {
          assert.deepStrictEqual(offerEventCodec.toMessage(event as PublishedEvent<OfferEvent>), message)
        }
      })
    )
  })
})

describe("the schema of what is on the wire", () => {
  it("knows these types, and no others", () => {
    assert.sameMembers(
      eventMessages.map(({ shape }) => shape.type.value),
      [...types]
    )
  })

  it("takes no type for one of another subject", () => {
    const [event] = fc.sample(anyEventOf("offerSent.viewed"), 1) as [PublishedEvent<TreffEvent>]
    const message = toEventMessage(event)
    assert.isTrue(eventMessage.safeParse(message).success)
    assert.isFalse(eventMessage.safeParse({ ...message, subject: { ...message.subject, type: "offer" } }).success)
  })
})
