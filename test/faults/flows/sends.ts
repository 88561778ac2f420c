import {
  changeOfferSentStatus,
  listOfferSends,
  listReceivedOffers,
  readOffer,
  readOfferSent,
  readReceivedOffer,
  sendOffer,
  sendOfferInBulk,
  withdrawOfferSent
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { assert } from "vitest"
import { hasLeft } from "../../workers/snapshot/people.ts"
import type { Snapshot } from "../../workers/snapshot.ts"
import { callerIn, type Name } from "../cast.ts"
import {
  type Call,
  type Context,
  circumstances,
  type Flow,
  type Known,
  type Outcome,
  plainly,
  refuse,
  type Step,
  type View
} from "../flow.ts"
import { codeOf } from "../memory-machine.ts"
import {
  atTime,
  indexOfTarget,
  isDue,
  isOpen,
  mayAccessOffer,
  type OffersWorld,
  offerStep,
  withOffer
} from "./offers.ts"

export interface SendsWorld extends OffersWorld {
  readonly sends: ReadonlyArray<PlainSend>
}

/** A send as plainly as it can be thought of: what happened to it. `offer` counts the offers that were made. */
export interface PlainSend {
  readonly offer: number
  readonly term: number
  readonly candidate: Name
  readonly sender: Name
  readonly events: ReadonlyArray<string>
}

/** `target` counts back from what was made last: offers to send and to read, and otherwise sends. */
export interface SendCall extends Call {
  readonly command: "send" | "bulk" | "read" | "readOffer" | "view" | "respond" | "withdraw"
  readonly who: Name
  readonly target: number
  /** Whom it is sent to. */
  readonly to: Name | "nobody"
  /** Whom a bulk is to, too. */
  readonly others: ReadonlyArray<Name | "nobody">
}

const facts = {
  target: fc.constantFrom(0, 0, 0, 1, 2),
  to: fc.constantFrom("cleo", "cleo", "cleo", "cleo", "cleo", "dora", "nobody", "ada"),
  others: fc.array(fc.constantFrom("cleo", "dora", "nobody", "fay"), { maxLength: 3 }),
  ...circumstances
} as const
const others = fc.constantFrom("dora", "leo", "ned", "bea", "fay")
const staff = fc.constantFrom("mia", "mia", "olga", "ada")
const calls: fc.Arbitrary<SendCall> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        command: fc.constantFrom("send", "send", "bulk"),
        who: fc.oneof({ weight: 8, arbitrary: staff }, { weight: 1, arbitrary: others }, fc.constant("cleo")),
        ...facts
      })
      // Of several bulks at once each would send some.
      .map((call) => (call.command === "bulk" ? { ...call, times: 1 } : call))
  },
  {
    weight: 6,
    arbitrary: fc.record({
      command: fc.constantFrom("read", "readOffer", "view", "respond", "respond", "withdraw"),
      who: fc.oneof(
        { weight: 6, arbitrary: fc.constant("cleo") },
        { weight: 4, arbitrary: staff },
        { weight: 2, arbitrary: others }
      ),
      ...facts
    })
  }
)

/** A call about the last offer, or the last send, made to Cleo. */
export const sendStep = (command: SendCall["command"], who: Name, changes: Partial<SendCall> = {}): Step => {
  const call: SendCall = { ...plainly, command, who, target: 0, to: "cleo", others: [], ...changes }
  return { type: "call", flow: "sends", call }
}
const life = fc
  .subarray<Step>([
    sendStep("send", "mia"),
    sendStep("read", "cleo"),
    sendStep("respond", "cleo"),
    offerStep("disable"),
    sendStep("withdraw", "cleo"),
    offerStep("archive"),
    offerStep("enable"),
    sendStep("send", "mia"),
    { type: "deliver", outage: null },
    { type: "advance", hours: 1 }
  ])
  .map((rest) => [offerStep("create", { who: "olga" }), ...rest])

const statusOf = ({ events }: PlainSend): string =>
  ({ created: "sent", viewed: "viewed", responded: "responded" })[events.at(-1) ?? ""] ?? "gone"

/** Whether the term of its offer goes on. */
const livesOn = ({ offer: index, term }: PlainSend, { offers }: SendsWorld, at: number): boolean => {
  const offer = offers[index]
  return offer?.term === term && isOpen(offer) && !isDue(offer, at)
}

const indexOfSend = ({ target }: SendCall, { sends }: SendsWorld): number =>
  sends.length - 1 - (target % Math.max(1, sends.length))

const decide = (call: SendCall, world: SendsWorld, at: number): Outcome<SendsWorld> => {
  const { who, command } = call
  const caller = callerIn(world, who)
  if (typeof caller === "string") return refuse(caller)
  if ((command === "send" || command === "bulk") && caller.role === "candidate") return refuse("role-not-allowed")
  if (caller.role !== "candidate" && caller.company === null) return refuse("no-company")
  if (command === "send" || command === "bulk") return send(call, world, at)
  return command === "readOffer" ? readOfOffer(call, world, at) : change(call, world, at)
}

/** Whoever comes across an offer whose time has come has that written, whatever else happens. */
const noteExpiry = (world: SendsWorld, index: number, at: number) => {
  const offer = world.offers[index]
  const now =
    offer !== undefined && isDue(offer, at) ? { ...world, ...withOffer(world, index, atTime(offer, at)) } : world
  return { now, writes: now === world ? [] : [now] }
}

/** The send that takes a candidate's place in the present term of an offer: one that a recruiter took back takes none. */
const placeOf = ({ offers, sends }: SendsWorld, index: number, candidate: Name): number =>
  sends.findIndex(
    ({ offer, term, candidate: name, events }) =>
      offer === index && term === offers[index]?.term && name === candidate && events.at(-1) !== "deleted by recruiter"
  )

const send = (call: SendCall, world: SendsWorld, at: number): Outcome<SendsWorld> => {
  const { who, command, to, others } = call
  const index = indexOfTarget(call.target, world)
  const offer = world.offers[index]
  const caller = world.people.get(who)
  if (caller === undefined || offer === undefined || offer.status === "gone" || offer.company !== caller.company) {
    return refuse("not-found")
  }
  if (!mayAccessOffer(who, caller, offer)) return refuse("not-owner")
  const { now, writes } = noteExpiry(world, index, at)
  const isCandidate = (name: Name | "nobody"): name is Name =>
    name !== "nobody" && world.people.get(name)?.role === "candidate"
  if (command === "send" && !isCandidate(to)) return { answer: "candidate-unknown", writes }
  if (now.offers[index]?.status !== "active") return { answer: "offer-not-active", writes }
  const sends: Array<PlainSend> = []
  const sendTo = (name: Name | "nobody"): string => {
    if (!isCandidate(name)) return "candidate-unknown"
    const place = now.sends[placeOf(now, index, name)]
    if (place !== undefined) return place.events.at(-1) === "deleted by candidate" ? "withdrawn" : "already-sent"
    sends.push({ offer: index, term: offer.term, candidate: name, sender: who, events: ["created"] })
    return "ok sent"
  }
  const all = command === "send" ? [to] : [to, ...others]
  const results = all.map((name, place) => (all.indexOf(name) < place ? "duplicate-in-request" : sendTo(name)))
  return {
    answer:
      command === "send" ? (results[0] ?? "") : bulkAnswer(all.map((name, place) => [name, results[place] ?? ""])),
    writes: sends.length === 0 ? writes : [...writes, { sends: [...now.sends, ...sends] }]
  }
}

/** What became of everybody in a bulk. */
const bulkAnswer = (results: ReadonlyArray<readonly [name: string, result: string]>): string =>
  `ok ${results
    .map((result) => result.join(" "))
    .toSorted()
    .join(", ")}`

/** A send after more has happened to it, shown by its status. */
const happened = ({ sends }: SendsWorld, index: number, known: PlainSend, ...events: ReadonlyArray<string>) => {
  const next = { ...known, events: [...known.events, ...events] }
  return { answer: `ok ${statusOf(next)}`, writes: events.length === 0 ? [] : [{ sends: sends.with(index, next) }] }
}

const readOfOffer = ({ who, target }: SendCall, world: SendsWorld, at: number): Outcome<SendsWorld> => {
  const index = indexOfTarget(target, world)
  const known = world.offers[index]
  const caller = world.people.get(who)
  if (caller === undefined || known === undefined || known.status === "gone") return refuse("not-found")
  if (caller.role !== "candidate") {
    if (known.company !== caller.company) return refuse("not-found")
    return refuse(mayAccessOffer(who, caller, known) ? "ok" : "not-owner")
  }
  const place = placeOf(world, index, who)
  const own = world.sends[place]
  if (own === undefined || statusOf(own) === "gone" || atTime(known, at).status !== "active")
    return refuse("not-recipient")
  const { writes } = happened(world, place, own, ...(statusOf(own) === "sent" ? ["viewed"] : []))
  // It does not show whether the candidate has viewed it.
  return { answer: "ok", answerUnwritten: "ok", writes }
}

const change = (call: SendCall, world: SendsWorld, at: number): Outcome<SendsWorld> => {
  const { who, command } = call
  const index = indexOfSend(call, world)
  const known = world.sends[index]
  const caller = world.people.get(who)
  const offer = world.offers[known?.offer ?? -1]
  // One that is gone has no row any more, and one of another company is not looked at.
  if (caller === undefined || known === undefined || statusOf(known) === "gone" || offer === undefined) {
    return refuse("not-found")
  }
  const isCandidate = caller.role === "candidate"
  if (offer.status === "gone" || (!isCandidate && offer.company !== caller.company)) return refuse("not-found")
  const mayReach = isCandidate ? known.candidate === who : mayAccessOffer(who, caller, offer)
  const { now, writes } =
    command === "read" || !mayReach ? { now: world, writes: [] } : noteExpiry(world, known.offer, at)
  if (!livesOn(known, now, at)) return { answer: "not-found", writes }
  if (!mayReach) return refuse(isCandidate ? "not-recipient" : "not-owner")
  const status = statusOf(known)
  const isHidden = offer.status === "disabled"
  switch (command) {
    case "read": {
      if (isCandidate && isHidden) return refuse("not-recipient")
      const views = isCandidate && status === "sent"
      return { ...happened(world, index, known, ...(views ? ["viewed"] : [])), answerUnwritten: `ok ${status}` }
    }
    case "view":
      if (isHidden) return refuse("offer-not-active")
      if (status === "responded") return refuse("illegal-transition")
      return happened(world, index, known, ...(status === "sent" ? ["viewed"] : []))
    case "respond":
      if (isHidden) return refuse("offer-not-active")
      if (status === "responded") return happened(world, index, known)
      if (status === "viewed") return happened(world, index, known, "responded")
      return isCandidate ? refuse("illegal-transition") : happened(world, index, known, "viewed", "responded")
    case "withdraw": {
      if (isCandidate && status === "responded") return refuse("already-answered")
      const { writes } = happened(world, index, known, `deleted by ${isCandidate ? "candidate" : "recruiter"}`)
      return { answer: "ok", writes }
    }
    default:
      throw new Error(`${command} is no change of a send`)
  }
}

/** What happened to each send, in its order. */
const eventsOf = ({ events }: Snapshot) => {
  const logs = Map.groupBy(
    events.filter(({ subjectType }) => subjectType === "offerSent"),
    ({ subjectId }) => subjectId
  )
  return [...logs].map(([id, log]) => ({
    id,
    data: log[0]?.data,
    events: log.map(({ type, data }) => type.replace("offerSent.", "") + (data.reason ? ` by ${data.reason}` : ""))
  }))
}

const isOver = ({ offer: index, term }: PlainSend, { offers }: SendsWorld): boolean => {
  const offer = offers[index]
  return offer?.term !== term || !isOpen(offer)
}

/** What somebody lists: of the company's side what their offers were sent to, a candidate what was sent to them. */
const listed = (who: Name, world: SendsWorld, at: number) => {
  const person = world.people.get(who)
  return world.sends
    .map((send, index) => ({ send, index }))
    .filter(({ send }) => {
      const offer = world.offers[send.offer]
      if (person === undefined || offer === undefined || statusOf(send) === "gone" || !livesOn(send, world, at))
        return false
      if (person.role === "candidate") return send.candidate === who && offer.status === "active"
      return offer.company === person.company && mayAccessOffer(who, person, offer)
    })
}

const page = { number: 1, limit: 100 }

const listOf = (who: Name): View<SendsWorld> => ({
  what: `the sends that ${who} lists`,
  who,
  path: "/offer-sends?limit=100",
  onWorkers: (json: ReadonlyArray<WireSend>) => Object.fromEntries(json.map(({ id, status }) => [id, status])),
  onMemory: (caller) =>
    Effect.map(listOfferSends(caller, { status: null, offerId: null, candidateId: null, page }), ({ rows }) =>
      Object.fromEntries(rows.map(({ value: { id, status } }) => [id, status]))
    ),
  expected: (world, at, known) =>
    Object.fromEntries(listed(who, world, at).map(({ send, index }) => [known.idOf("sends", index), statusOf(send)]))
})

const receivedBy = (who: Name): View<SendsWorld> => ({
  what: `the offers that ${who} has received`,
  who,
  mayBeRead: ({ role }) => role === "candidate",
  path: "/offers?limit=100",
  onWorkers: (json: ReadonlyArray<WireSend>) => json.map(({ id }) => id).toSorted(),
  onMemory: (caller) => Effect.map(listReceivedOffers(caller, page), ({ rows }) => rows.map(({ id }) => id).toSorted()),
  expected: (world, at, known) =>
    listed(who, world, at)
      .map(({ send }) => known.idOf("offers", send.offer))
      .toSorted()
})

/** As much as is looked at of what a list, or a bulk, shows. */
interface WireSend {
  readonly id: string
  readonly status: string
  readonly candidateId: string
  readonly code: string
}

const message = "For you?"

const idsOf = (call: SendCall, { world, known }: Context<SendsWorld>) => ({
  offerId: known.idOf("offers", indexOfTarget(call.target, world)),
  sendId: known.idOf("sends", indexOfSend(call, world)),
  candidateId: known.personId(call.to),
  candidateIds: [call.to, ...call.others].map(known.personId)
})

export const sends: Flow<SendCall, SendsWorld> = {
  name: "sends",
  calls,
  weight: 6,
  life,
  waits: [1, 2, 3, 4],
  decide,

  kinds: [
    {
      name: "sends",
      written: (store, known) =>
        eventsOf(store).map(({ id, events, data: { offerId, term, candidateId, senderId } }) => {
          const people = { candidate: known.nameOf(candidateId), sender: known.nameOf(senderId) }
          return { id, facts: { offer: known.indexOf("offers", offerId), term, ...people, events } }
        }),
      expected: ({ sends }) => sends
    }
  ],
  views: [listOf("mia"), listOf("cleo"), listOf("dora"), receivedBy("cleo"), receivedBy("dora")],

  onMemory: (call, context) => {
    const { caller, known } = context
    const { offerId, sendId, candidateId, candidateIds } = idsOf(call, context)
    const change = { caller, id: sendId }
    switch (call.command) {
      case "send":
        return Effect.map(sendOffer(caller, { offerId, candidateId, message }), shown)
      case "bulk":
        return Effect.map(sendOfferInBulk(caller, { offerId, candidateIds, message }), ({ created, failures }) =>
          bulkAnswer([
            ...created.map(({ value: { value } }) => [nameIn(known, value.candidateId), `ok ${value.status}`] as const),
            ...failures.map(
              ({ candidateId, refusal }) => [nameIn(known, candidateId), codeOf(sends.codes, refusal._tag)] as const
            )
          ])
        )
      case "read":
        return Effect.map(readOfferSent(caller, sendId, { views: true }), ({ view }) => `ok ${view.value.status}`)
      case "readOffer":
        return caller.role === "candidate"
          ? Effect.as(readReceivedOffer(caller, offerId, { views: true }), "ok")
          : Effect.as(readOffer(caller, offerId), "ok")
      case "view":
        return Effect.map(changeOfferSentStatus(change, "viewed"), shown)
      case "respond":
        return Effect.map(changeOfferSentStatus(change, "responded"), shown)
      case "withdraw":
        return Effect.as(withdrawOfferSent(change), "ok")
    }
  },
  codes: {
    OfferSentNotFound: "not-found",
    NotRecipient: "not-recipient",
    AlreadySent: "already-sent",
    Withdrawn: "withdrawn",
    CandidateUnknown: "candidate-unknown",
    DuplicateInRequest: "duplicate-in-request",
    StatusOutOfOrder: "illegal-transition",
    AlreadyAnswered: "already-answered"
  },
  onWorkers: (call, context) => {
    const { offerId, sendId, candidateId, candidateIds } = idsOf(call, context)
    switch (call.command) {
      case "send":
        return ["POST", "/offer-sends", { offerId, candidateId, message }]
      case "bulk":
        return ["POST", "/offer-sends/bulk", { offerId, candidateIds, message }]
      case "read":
        return ["GET", `/offer-sends/${sendId}`]
      case "readOffer":
        return ["GET", `/offers/${offerId}`]
      case "view":
        return ["POST", `/offer-sends/${sendId}/status`, { status: "viewed" }]
      case "respond":
        return ["POST", `/offer-sends/${sendId}/status`, { status: "responded" }]
      case "withdraw":
        return ["DELETE", `/offer-sends/${sendId}`]
    }
  },
  said: ({ command }, { json }, known) => {
    if (command === "readOffer" || command === "withdraw") return "ok"
    if (command !== "bulk") return `ok ${json.status}`
    return bulkAnswer([
      ...json.created.map(({ candidateId, status }: WireSend) => [nameIn(known, candidateId), `ok ${status}`]),
      ...json.failures.map(({ candidateId, code }: WireSend) => [nameIn(known, candidateId), code])
    ])
  },

  // The consumer deletes what was sent in a term that is over, and withdraws what somebody has not answered who is no
  // candidate any more.
  reacted: (world, store, known) => {
    const logs = new Map(eventsOf(store).map(({ id, events }) => [id, events]))
    return {
      sends: world.sends.map((send, index) => {
        const [next, ...more] = logs.get(known.idOf("sends", index))?.slice(send.events.length) ?? []
        if (next === undefined || more.length > 0) return send
        const hasLeft = world.people.get(send.candidate)?.role !== "candidate" && statusOf(send) !== "responded"
        const isRight = next.startsWith("deleted by offer_")
          ? isOver(send, world)
          : next === "deleted by candidate" && hasLeft
        return isRight ? { ...send, events: [...send.events, next] } : send
      })
    }
  },
  assertDone: (world, store, known) => {
    for (const send of world.sends) {
      const isCandidate = world.people.get(send.candidate)?.role === "candidate"
      const isOpenStill = statusOf(send) !== "gone"
      if (isOpenStill) assert.isFalse(isOver(send, world), "a send has outlived the term of its offer")
      if (isOpenStill && statusOf(send) !== "responded")
        assert.isTrue(isCandidate, "a send waits for a candidate of old")
    }
    const kept = world.sends.flatMap((send, index) => {
      const isKept = statusOf(send) !== "gone" || send.events.at(-1) === "deleted by candidate"
      return isKept && !isOver(send, world) ? known.idOf("sends", index) : []
    })
    assert.sameMembers(
      store.sends.map(({ id }) => id),
      kept,
      "what is left is of terms that go on"
    )
  },

  mayBeObsolete: ({ eventId, recipientId, template }, store) => {
    if (!template.startsWith("offer-sent")) return template === "offer-ended" ? false : null
    if (template !== "offer-sent" && hasLeft(store, recipientId)) return true
    const event = store.events.find(({ id }) => id === eventId)
    const offer = store.offers.find(({ id }) => id === event?.data.offerId)
    const isEnded =
      offer === undefined || offer.term !== event?.data.term || !["active", "disabled"].includes(offer.status)
    if (isEnded || template === "offer-sent-withdrawn") return isEnded
    const status = store.sends.find(({ id }) => id === event?.subjectId)?.status ?? "withdrawn"
    const wasHidden = store.events.some(({ type, subjectId }) => type === "offer.disabled" && subjectId === offer.id)
    return status === "withdrawn" || (template === "offer-sent" && wasHidden)
  }
}

const shown = ({ value: { value } }: { readonly value: { readonly value: { readonly status: string } } }) =>
  `ok ${value.status}`

const nameIn = (known: Known, personId: string): string => known.nameOf(personId) ?? "nobody"
