import { isDue } from "@treff/domain/offers"
import type { NotificationRow } from "../workers/snapshot/part.ts"
import type { Snapshot } from "../workers/snapshot.ts"
import type { Outage } from "./machine.ts"
import type { Owner, PlainOffer } from "./model.ts"

export type Candidate = "cleo" | "dora"

/** A send as plainly as it can be thought of: what happened to it, but for the end of its offer's term. */
export interface PlainSend {
  readonly offerId: string
  readonly term: number
  readonly candidate: Candidate
  readonly events: ReadonlyArray<string>
}

/** What somebody asks for, `times` times at once. `target` counts the offers that were made, deleted ones too. */
export interface SendCall {
  readonly type: "send"
  readonly who: "manager" | Owner | Candidate
  readonly command: "send" | "bulk" | "read" | "readOffer" | "view" | "respond" | "withdraw"
  readonly target: number
  readonly to: Candidate | "nobody"
  /** Whom a bulk is to, too. */
  readonly others: ReadonlyArray<Candidate | "nobody">
  readonly times: number
  readonly outage: Outage | null
}

/**
 * The answers: `ok`, with the status of the send that is shown, or the code of the problem. A bulk says of everybody what
 * became of them.
 */
export interface SendOutcome {
  readonly answers: ReadonlyArray<string>
}

/** How many are asked at once: a bulk, or what meets an outage, is asked once. */
export const timesOf = ({ command, outage, times }: SendCall): number =>
  command === "bulk" || outage !== null ? 1 : times

interface World {
  /** As time has made them. */
  readonly offers: ReadonlyMap<string, PlainOffer>
  readonly sends: ReadonlyMap<string, PlainSend>
  readonly offerId: string
  readonly sendId: string
}

const isCandidate = (who: SendCall["who"]): who is Candidate => who === "cleo" || who === "dora"

const statusOf = ({ events }: PlainSend): string =>
  ({ created: "sent", viewed: "viewed", responded: "responded" })[events.at(-1) ?? ""] ?? "gone"

/** The page of the specification, read once more: what comes of a call, repeated or not. */
export const decideSend = (call: SendCall, world: World, at: number) => {
  const changed = new Map<string, PlainSend>()
  const created = new Map<Candidate, PlainSend>()
  const answers: Array<string> = []
  for (let asked = 0; asked < timesOf(call); asked++) {
    const sends = new Map([...world.sends, ...changed, ...[...created].map(([name, send]) => [name, send] as const)])
    answers.push(answerTo(call, { ...world, sends }, at, changed, created))
  }
  return { answers, changed, created }
}

const answerTo = (
  { who, command, to, others }: SendCall,
  { offers, sends, offerId, sendId }: World,
  at: number,
  changed: Map<string, PlainSend>,
  created: Map<Candidate, PlainSend>
): string => {
  const offer = offers.get(offerId)
  const reaches = who === "manager" || who === offer?.owner
  const happens = (id: string, send: PlainSend, ...events: ReadonlyArray<string>) => {
    const next = { ...send, events: [...send.events, ...events] }
    if (events.length > 0) changed.set(id, next)
    return `ok ${statusOf(next)}`
  }
  /** What they have of this term of the offer. */
  const placeOf = (candidate: Candidate) =>
    [...sends].find(
      ([, send]) =>
        send.offerId === offerId &&
        send.term === offer?.term &&
        send.candidate === candidate &&
        send.events.at(-1) !== "deleted by recruiter"
    )
  const sendTo = (candidate: Candidate | "nobody") => {
    if (candidate === "nobody") return "candidate-unknown"
    const place = placeOf(candidate)
    if (place !== undefined) return place[1].events.at(-1) === "deleted by candidate" ? "withdrawn" : "already-sent"
    created.set(candidate, { offerId, term: offer?.term ?? 0, candidate, events: ["created"] })
    return "ok sent"
  }

  if (command === "send" || command === "bulk") {
    if (isCandidate(who)) return "role-not-allowed"
    if (offer === undefined) return "not-found"
    if (!reaches) return "not-owner"
    if (command === "send" && to === "nobody") return "candidate-unknown"
    if (offer.status !== "active") return "offer-not-active"
    if (command === "send") return sendTo(to)
    const named = [to, ...others]
    const fates = named.map((name, index) =>
      named.indexOf(name) < index ? `${name} duplicate-in-request` : `${name} ${sendTo(name)}`
    )
    return `ok ${fates.toSorted().join(", ")}`
  }
  if (command === "readOffer") {
    if (offer === undefined) return "not-found"
    if (!isCandidate(who)) return reaches ? "ok" : "not-owner"
    const [id, send] = placeOf(who) ?? []
    if (id === undefined || send === undefined || offer.status !== "active") return "not-recipient"
    if (statusOf(send) === "gone") return "not-recipient"
    happens(id, send, ...(statusOf(send) === "sent" ? ["viewed"] : []))
    return "ok"
  }
  const send = sends.get(sendId)
  if (send === undefined || !livesOn(send, offers, at) || statusOf(send) === "gone") return "not-found"
  if (isCandidate(who) ? send.candidate !== who : !reaches) return isCandidate(who) ? "not-recipient" : "not-owner"
  const status = statusOf(send)
  const hidden = offer?.status === "disabled"
  switch (command) {
    case "read":
      if (isCandidate(who) && hidden) return "not-recipient"
      return happens(sendId, send, ...(isCandidate(who) && status === "sent" ? ["viewed"] : []))
    case "view":
      if (hidden) return "offer-not-active"
      if (status === "responded") return "illegal-transition"
      return happens(sendId, send, ...(status === "sent" ? ["viewed"] : []))
    case "respond":
      if (hidden) return "offer-not-active"
      if (status === "responded") return happens(sendId, send)
      if (status === "viewed") return happens(sendId, send, "responded")
      return isCandidate(who) ? "illegal-transition" : happens(sendId, send, "viewed", "responded")
    case "withdraw":
      if (isCandidate(who) && status === "responded") return "already-answered"
      happens(sendId, send, `deleted by ${isCandidate(who) ? "candidate" : "recruiter"}`)
      return "ok"
    default:
      throw new Error(`${command} is no command`)
  }
}

/** Whether the term of its offer goes on. */
export const livesOn = ({ offerId, term }: PlainSend, offers: ReadonlyMap<string, PlainOffer>, at: number): boolean => {
  const offer = offers.get(offerId)
  return offer?.term === term && (offer.status === "active" || offer.status === "disabled") && !isDue(offer, at)
}

/** What somebody lists: the manager all of the company, a candidate what was sent to them, while it is active. */
export const expectedLists = (
  who: "manager" | Candidate,
  sends: ReadonlyMap<string, PlainSend>,
  offers: ReadonlyMap<string, PlainOffer>,
  at: number
) => {
  const listed = [...sends].filter(
    ([, send]) =>
      statusOf(send) !== "gone" &&
      livesOn(send, offers, at) &&
      (who === "manager" || (send.candidate === who && offers.get(send.offerId)?.status === "active"))
  )
  return {
    sends: Object.fromEntries(listed.map(([id, send]) => [id, statusOf(send)]).toSorted()),
    offers: who === "manager" ? [] : listed.map(([, { offerId }]) => offerId).toSorted()
  }
}

/** Whether a mail may have come to nothing when its turn came: by now what it says is no longer so, or was not for a while. */
export const nothingToTell = ({ eventId, recipientId, template }: NotificationRow, store: Snapshot): boolean => {
  const event = store.events.find(({ id }) => id === eventId)
  if (event === undefined) return false
  const { offerId = event.subjectId, term } = event.data
  const offer = store.offers.find(({ id }) => id === offerId)
  const send = store.sends.find(({ id }) => id === event.subjectId)
  const since = store.events.filter(({ subjectId }) => subjectId === offerId)
  const isOver =
    offer === undefined || offer.term !== term || (offer.status !== "active" && offer.status !== "disabled")
  switch (template) {
    case "offer-sent":
      return (
        isOver ||
        send === undefined ||
        send.status === "withdrawn" ||
        since.some(({ type }) => type === "offer.disabled")
      )
    case "offer-sent-viewed":
    case "offer-sent-responded":
      return isOver || send === undefined || send.status === "withdrawn"
    case "offer-sent-withdrawn":
      return isOver
    case "offer-taken-over":
    case "offer-handed-over": {
      const owners = since.flatMap(({ data }) => data.ownerId ?? data.toOwnerId ?? [])
      return (
        offer === undefined ||
        owners.filter((owner) => (owner === recipientId) === (template === "offer-handed-over")).length > 1
      )
    }
    default:
      return false
  }
}
