import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { eventMessage, eventMessages, fromEventMessage, toEventMessage } from "@treff/adapters/wire"
import type { PublishedEvent } from "@treff/domain/events"
import type { TreffEvent } from "@treff/domain/reactions"
import { assert, describe, it } from "vitest"
import * as z from "zod"

/** What one type of event is on the wire: some messages as their exact JSON text, and the schema of all of them. */
interface Golden {
  readonly messages: ReadonlyArray<string>
  readonly schema: unknown
}

const file = new URL("golden/event-messages.json", import.meta.url)

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

/** For each field the values that it takes in turn, every member of an enum and null among them. */
type Values<D> = { readonly [F in keyof D]: ReadonlyArray<D[F]> }

const term = [1, 2]
const dates = { jobStartsAt: [Date.UTC(2030, 0, 31, 8, 30)], expiresAt: [Date.UTC(2029, 11, 24, 23, 59, 59, 999)] }
const roles = ["hiring_manager", "recruiter", "candidate"] as const
const joining = {
  role: roles,
  subRole: ["recruiter_admin", "recruiter_user", null],
  formerRole: [null, ...roles],
  invitationId: [id(11), null]
} as const
const inviting = { inviterId: [id(12)] }
const sending = { ...inviting, resends: [0, 1, 3], expiresAt: [Date.UTC(2028, 1, 29, 12, 0, 0, 1)] }
const parties = { offerId: [id(13)], term, candidateId: [id(14)], senderId: [id(15)] }
const offerFields = [
  "title",
  "description",
  "employmentType",
  "salary",
  "attachmentUrl",
  "jobStartsAt",
  "expiresAt",
  "contractEndsAt",
  "quizRequired"
] as const

/** What goes with each type of event; a type that is missing here does not compile. */
const valuesOf: { readonly [E in TreffEvent as E["type"]]: Values<E["data"]> } = {
  "account.created": joining,
  "account.joined": joining,
  "account.left": { role: roles },
  "account.subRoleChanged": { subRole: ["recruiter_admin", "recruiter_user"] },
  "company.created": { creatorId: [id(16)] },
  "company.renamed": {},
  "invitation.accepted": { ...inviting, accountId: [id(17)] },
  "invitation.created": sending,
  "invitation.declined": inviting,
  "invitation.expired": inviting,
  "invitation.resent": sending,
  "invitation.revoked": inviting,
  "offer.archived": { term },
  "offer.created": { ownerId: [id(18)], term, ...dates },
  "offer.deleted": { term, ownerId: [id(18)] },
  "offer.disabled": { term },
  "offer.enabled": { term },
  "offer.expired": { term, reason: ["job_started", "expired_date"] },
  "offer.transferred": { fromOwnerId: [id(18)], toOwnerId: [id(19)] },
  "offer.updated": { fields: [offerFields, ...offerFields.map((field) => [field])], ...dates },
  "offerSent.created": parties,
  "offerSent.deleted": {
    ...parties,
    reason: ["recruiter", "candidate", "offer_deleted", "offer_archived", "offer_expired"]
  },
  "offerSent.responded": parties,
  "offerSent.viewed": parties
}

const actors = [
  { kind: "recruiter", id: id(1) },
  { kind: "hiring_manager", id: id(2) },
  { kind: "candidate", id: id(3) },
  { kind: "system", id: null },
  // Somebody who was invited and has no account.
  { kind: "recruiter", id: null }
] as const

/** As many events as it takes for each value of each field, and each actor, to be in one of them. */
const eventsOf = (type: string): ReadonlyArray<PublishedEvent<TreffEvent>> => {
  const values = Object.entries(valuesOf[type as TreffEvent["type"]]) as ReadonlyArray<
    readonly [string, ReadonlyArray<unknown>]
  >
  const count = Math.max(actors.length, ...values.map(([, { length }]) => length))
  return Array.from(
    { length: count },
    (_, n) =>
      ({
        id: id(100 + n),
        subject: { type: type.split(".")[0], id: id(200) },
        sequence: n + 1,
        type,
        data: Object.fromEntries(values.map(([field, choices]) => [field, choices[n % choices.length]])),
        actor: actors[n % actors.length],
        occurredAt: Date.UTC(2027, 5, 15, 10, 20, 30, 400 + n)
      }) as unknown as PublishedEvent<TreffEvent> // type, subject and data belong together, which an object made of parts can't show
  )
}

const textOf = (event: PublishedEvent<TreffEvent>): string => JSON.stringify(toEventMessage(event))

const types = eventMessages.map(({ shape }) => shape.type.value).sort()

const schemaOf = (type: string): unknown =>
  z.toJSONSchema(eventMessages.find(({ shape }) => shape.type.value === type) ?? z.never())

// GOLDEN=write is for a new type of event; `npm run format` afterwards. A line that changes is a change on the wire.
if (process.env.GOLDEN === "write") {
  const golden = types.map((type): [string, Golden] => [
    type,
    { messages: eventsOf(type).map(textOf), schema: schemaOf(type) }
  ])
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(golden), null, 2)}\n`)
}

const goldenOf = (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}) as Readonly<Record<string, Golden>>

describe("the golden messages", () => {
  it("are those of each type of event, in the order of the types", () => {
    assert.deepStrictEqual(Object.keys(goldenOf), types)
  })
})

describe.each(types)("the golden messages of %s", (type) => {
  const golden = goldenOf[type] ?? { messages: [], schema: null }

  it("are what the events are written as, to the byte", () => {
    assert.deepStrictEqual(eventsOf(type).map(textOf), golden.messages)
  })

  it("are read as the events that they were written from", () => {
    const read = golden.messages.map((text) => fromEventMessage(eventMessage.parse(JSON.parse(text))))
    assert.deepStrictEqual(read, eventsOf(type))
  })

  it("have the schema that is published", () => {
    assert.deepStrictEqual(schemaOf(type), golden.schema)
  })
})
