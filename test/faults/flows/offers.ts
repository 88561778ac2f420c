import { content as offerContent } from "@treff/contract-tests/fixtures"
import {
  archiveOffer,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  listOffers,
  type Offer,
  type OfferStatus,
  transferOffer,
  updateOffer
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { offerInput } from "../../stage.ts"
import { jobs, type WorkerJob } from "../../workers/cast.ts"
import { hasLeft } from "../../workers/snapshot/people.ts"
import type { Snapshot } from "../../workers/snapshot.ts"
import { type CompanyName, callerIn, isAdmin, type Name, type People, type PlainPerson } from "../cast.ts"
import {
  type Call,
  type Context,
  circumstances,
  type Flow,
  type Job,
  type Known,
  type Outcome,
  outage,
  plainly,
  refuse,
  type Step,
  type View
} from "../flow.ts"

export interface OffersWorld extends People {
  /** In the order in which they were made. */
  readonly offers: ReadonlyArray<PlainOffer>
}

/** An offer as plainly as it can be thought of. Its dates are full hours since the story began. */
export interface PlainOffer {
  readonly company: CompanyName
  readonly owner: Name
  readonly title: string
  readonly jobStartsAt: number
  readonly expiresAt: number
  readonly status: OfferStatus | "gone"
  readonly term: number
  readonly version: number
}

/** `target` counts the offers back from the one that was made last, deleted ones too; the dates are in hours from then. */
export interface OfferCall extends Call {
  readonly command: "create" | "update" | "enable" | "disable" | "archive" | "transfer" | "delete"
  readonly who: Name
  readonly target: number
  readonly title: string
  readonly startsIn: number
  readonly expiresAfter: number
  readonly to: Name
}

const commands = [
  "create",
  "update",
  "enable",
  "enable",
  "disable",
  "archive",
  "archive",
  "transfer",
  "delete"
] as const
const facts = {
  who: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom("mia", "mia", "mia", "olga", "olga", "ada", "ada", "ida") },
    { weight: 2, arbitrary: fc.constantFrom("leo", "ned", "bea", "cleo", "fay") }
  ),
  target: fc.constantFrom(0, 0, 1, 2, 3),
  title: fc.constantFrom("Baker", "Cook"),
  startsIn: fc.integer({ min: -1, max: 9 }),
  expiresAfter: fc.integer({ min: 1, max: 6 }),
  to: fc.constantFrom("olga", "olga", "ada", "ada", "ida", "fay", "cleo", "mia", "bea"),
  ...circumstances,
  // More often than elsewhere, since each of these calls writes something.
  outage: fc.oneof(fc.constant(null), outage)
} as const
const calls: fc.Arbitrary<OfferCall> = fc.record({ command: fc.constantFrom(...commands), ...facts })

/** A call of Mia's about the last offer. */
export const offerStep = (command: OfferCall["command"], changes: Partial<OfferCall> = {}): Step => {
  const content = { title: "Baker", startsIn: 5, expiresAfter: 3 }
  const call: OfferCall = { ...plainly, ...content, command, who: "mia", target: 0, to: "olga", ...changes }
  return { type: "call", flow: "offers", call }
}

/** When an offer ends by itself: when its job starts or it expires, whichever comes first. */
const endsAt = ({ jobStartsAt, expiresAt }: PlainOffer) => Math.min(jobStartsAt, expiresAt)

export const isOpen = ({ status }: PlainOffer): boolean => status === "active" || status === "disabled"

export const isDue = (offer: PlainOffer, at: number): boolean => isOpen(offer) && endsAt(offer) <= at

const expired = (offer: PlainOffer): PlainOffer => ({ ...offer, status: "expired", version: offer.version + 1 })

/** An offer as time alone has made it. */
export const atTime = (offer: PlainOffer, at: number): PlainOffer => (isDue(offer, at) ? expired(offer) : offer)

/** Somebody sees and changes all offers of their company, or their own. */
export const mayAccessOffer = (name: Name, person: PlainPerson, { owner }: PlainOffer): boolean =>
  isAdmin(person) || owner === name

export const indexOfTarget = (target: number, { offers }: OffersWorld): number =>
  offers.length - 1 - (target % Math.max(1, offers.length))

export const withOffer = ({ offers }: OffersWorld, index: number, offer: PlainOffer) => ({
  offers: offers.with(index, offer)
})

const contentOf = ({ title, startsIn, expiresAfter }: OfferCall, at: number) => {
  const jobStartsAt = at + 1 + startsIn
  return { title, jobStartsAt, expiresAt: jobStartsAt + expiresAfter }
}

const decide = (call: OfferCall, world: OffersWorld, at: number): Outcome<OffersWorld> => {
  const { command, who } = call
  const caller = callerIn(world, who)
  if (typeof caller === "string") return refuse(caller)
  const isForAdmins = command === "delete" || command === "transfer"
  if (caller.role === "candidate" || (isForAdmins && !isAdmin(caller))) return refuse("role-not-allowed")
  const { company } = caller
  if (company === null) return refuse("no-company")
  const content = contentOf(call, at)
  if ((command === "create" || command === "update") && content.jobStartsAt <= at) return refuse("invalid-input")
  if (command === "create") {
    const offer = { ...content, company, owner: who, status: "active", term: 1, version: 1 } as const
    return { answer: "ok 1", writes: [{ offers: [...world.offers, offer] }] }
  }
  const index = indexOfTarget(call.target, world)
  const known = world.offers[index]
  if (known === undefined || known.status === "gone" || known.company !== company) return refuse("not-found")
  if (!mayAccessOffer(who, caller, known)) return refuse("not-owner")
  const offer = atTime(known, at)
  const next = changed(call, offer, content, world, at)
  // What the state refuses leaves the offer as time has made it, and that is written.
  const state = typeof next === "string" ? offer : next
  return {
    answer: typeof next === "string" ? next : command === "delete" ? "ok" : `ok ${next.version}`,
    writes: state === known ? [] : [withOffer(world, index, state)]
  }
}

/** What a command makes of an offer, or why it is refused. */
const changed = (
  { command, to }: OfferCall,
  offer: PlainOffer,
  content: Pick<PlainOffer, "title" | "jobStartsAt" | "expiresAt">,
  { people }: People,
  at: number
): PlainOffer | string => {
  const next = (changes: Partial<PlainOffer>) => ({ ...offer, ...changes, version: offer.version + 1 })
  switch (command) {
    case "update": {
      const { title, jobStartsAt, expiresAt } = offer
      const same = title === content.title && jobStartsAt === content.jobStartsAt && expiresAt === content.expiresAt
      return offer.status === "archived" ? "illegal-transition" : same ? offer : next(content)
    }
    case "enable":
      if (offer.status === "active") return offer
      if (endsAt(offer) <= at) return "offer-dates-passed"
      return next({ status: "active", term: offer.status === "disabled" ? offer.term : offer.term + 1 })
    case "disable":
      if (offer.status === "disabled") return offer
      return offer.status === "active" ? next({ status: "disabled" }) : "illegal-transition"
    case "archive":
      return offer.status === "archived" ? offer : next({ status: "archived" })
    case "transfer": {
      const newOwner = people.get(to)
      if (newOwner?.role !== "recruiter" || newOwner.company !== offer.company) return "recruiter-unknown"
      if (offer.owner === to) return offer
      const hasLeft = people.get(offer.owner)?.company !== offer.company
      return offer.status === "active" || hasLeft ? next({ owner: to }) : "offer-not-active"
    }
    case "delete":
      return next({ status: "gone" })
    case "create":
      throw new Error("there is nothing yet")
  }
}

/** An offer as somebody of the company reads it. */
const shown = ({ owner, title, jobStartsAt, expiresAt, status }: PlainOffer) => ({
  ...{ owner, title, jobStartsAt, expiresAt, status }
})

const listOf = (who: Name): View<OffersWorld> => ({
  what: `the offers that ${who} lists`,
  who,
  path: "/offers?limit=100",
  onWorkers: (json: ReadonlyArray<WireOffer>, known) =>
    Object.fromEntries(
      json.map(({ id, recruiterId, title, startDateJob, expiredDate, status }) => {
        const [jobStartsAt, expiresAt] = [startDateJob, expiredDate].map((date) => known.hoursOf(Date.parse(date)))
        return [id, { owner: known.nameOf(recruiterId), title, jobStartsAt, expiresAt, status }]
      })
    ),
  onMemory: (caller, known) =>
    Effect.map(listOffers(caller, { status: null, page: { number: 1, limit: 100 } }), ({ rows }) =>
      Object.fromEntries(
        rows.map((offer) => [offer.id, { ...timesOf(offer, known), title: offer.title, status: offer.status }])
      )
    ),
  expected: (world, at, known) =>
    Object.fromEntries(
      world.offers.flatMap((offer, index) => {
        const person = world.people.get(who)
        const isListed =
          person?.company === offer.company && mayAccessOffer(who, person, offer) && offer.status !== "gone"
        return isListed ? [[known.idOf("offers", index), shown(atTime(offer, at))]] : []
      })
    )
})

interface WireOffer {
  readonly id: string
  readonly recruiterId: string
  readonly title: string
  readonly startDateJob: string
  readonly expiredDate: string
  readonly status: string
}

const timesOf = (
  { ownerId, jobStartsAt, expiresAt }: Pick<Offer, "ownerId" | "jobStartsAt" | "expiresAt">,
  known: Known
) => ({
  owner: known.nameOf(ownerId),
  jobStartsAt: known.hoursOf(jobStartsAt),
  expiresAt: known.hoursOf(expiresAt)
})

/** Writes down which offers have ended. */
const sweepOf = (date: "jobStartsAt" | "expiresAt", job: WorkerJob): Job<OffersWorld> => ({
  name: `offers by ${date}`,
  job,
  onMemory: expireDueOffers(date, 20),
  done: ({ offers }, at) => ({
    offers: offers.map((offer) => (isDue(offer, at) && offer[date] <= at ? expired(offer) : offer))
  })
})

const datesOf = (call: OfferCall, { known, at }: Context<OffersWorld>) => {
  const { title, jobStartsAt, expiresAt } = contentOf(call, at)
  return { title, jobStartsAt: known.instantOf(jobStartsAt), expiresAt: known.instantOf(expiresAt) }
}

export const offers: Flow<OfferCall, OffersWorld> = {
  name: "offers",
  calls,
  weight: 3,
  life: fc.array(
    calls.map((call) => ({ type: "call", flow: "offers", call: { ...call, command: "create" } })),
    { minLength: 1, maxLength: 2 }
  ),
  waits: [1, 2, 3, 4],
  decide,

  kinds: [
    {
      name: "offers",
      written: ({ offers }, known) =>
        offers.map(({ id, companyId, title, status, term, version, ...times }) => ({
          id,
          facts: { company: known.companyName(companyId), title, status, term, version, ...timesOf(times, known) }
        })),
      expected: ({ offers }) => offers.map((offer) => (offer.status === "gone" ? null : offer))
    }
  ],
  views: [listOf("mia"), listOf("olga")],
  jobs: [sweepOf("jobStartsAt", jobs.started), sweepOf("expiresAt", jobs.expired)],

  onMemory: (call, context) => {
    const { caller, known, world } = context
    const change = { caller, id: known.idOf("offers", indexOfTarget(call.target, world)) }
    const content = offerContent({ ...datesOf(call, context), contractEndsAt: null })
    const programs = {
      create: () => createOffer(caller, content),
      update: () => updateOffer(change, content),
      enable: () => enableOffer(change),
      disable: () => disableOffer(change),
      archive: () => archiveOffer(change),
      transfer: () => transferOffer(change, known.personId(call.to))
    }
    if (call.command === "delete") return Effect.as(deleteOffer(change), "ok")
    const program: ReturnType<(typeof programs)[keyof typeof programs]> = programs[call.command]()
    return Effect.map(
      program as Effect.Effect<
        { readonly version: number },
        Effect.Error<typeof program>,
        Effect.Services<typeof program>
      >,
      ({ version }) => `ok ${version}`
    )
  },
  codes: {
    InvalidOffer: "invalid-input",
    OfferNotFound: "not-found",
    NotOwner: "not-owner",
    IllegalTransition: "illegal-transition",
    OfferDatesPassed: "offer-dates-passed",
    OfferNotActive: "offer-not-active",
    RecruiterUnknown: "recruiter-unknown"
  },
  onWorkers: (call, context) => {
    const { known, world } = context
    const path = `/offers/${known.idOf("offers", indexOfTarget(call.target, world))}`
    const { title, jobStartsAt, expiresAt } = datesOf(call, context)
    const [startDateJob, expiredDate] = [jobStartsAt, expiresAt].map((date) => new Date(date).toISOString())
    const content = offerInput({ title, startDateJob, expiredDate })
    switch (call.command) {
      case "create":
        return ["POST", "/offers", content]
      case "update":
        return ["POST", path, content]
      case "enable":
        return ["POST", `${path}/enabled`]
      case "disable":
        return ["POST", `${path}/disabled`]
      case "archive":
        return ["POST", `${path}/archived`]
      case "transfer":
        return ["POST", `${path}/transfer`, { newRecruiterId: known.personId(call.to) }]
      case "delete":
        return ["POST", `${path}/delete`]
    }
  },
  said: (call, { headers }) => (call.command === "delete" ? "ok" : `ok ${headers.get("etag")?.replaceAll('"', "")}`),

  mayBeObsolete: ({ eventId, recipientId, template }, store) => {
    if (template !== "offer-taken-over" && template !== "offer-handed-over") return null
    const transfer = store.events.find(({ id }) => id === eventId)
    const owners = ownersSince(store, transfer?.subjectId)
    const isGone = store.offers.every(({ id }) => id !== transfer?.subjectId)
    const isOwner = template === "offer-handed-over"
    return (
      isGone || hasLeft(store, recipientId) || owners.filter((owner) => (owner === recipientId) === isOwner).length > 1
    )
  }
}

/** Everybody who has owned an offer, in their order. */
const ownersSince = ({ events }: Snapshot, offerId: string | undefined): ReadonlyArray<string> =>
  events.filter(({ subjectId }) => subjectId === offerId).flatMap(({ data }) => data.ownerId ?? data.toOwnerId ?? [])
