import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { HeardEvent } from "../../../events/model/recorded-event.ts"
import { tell } from "../../../events/use-cases/notify.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { NewNotification } from "../../../notifications/model/notification.ts"
import type { OfferOutline } from "../../model/offer/offer.ts"
import type { SendEnd } from "../../model/offer-sent/offer-sent.ts"
import { standingOf } from "../../model/offer-sent/offer-sent-access.ts"
import { OfferSends, type SendCircumstances } from "../../ports/offer-sends.ts"
import { withdrawEndedSends } from "./withdraw-ended-sends.ts"
import { withdrawSendsOfCandidates } from "./withdraw-sends-of-candidates.ts"

type Heard<T extends HeardEvent["type"]> = Extract<HeardEvent, { readonly type: T }>
type SendEvent = Extract<HeardEvent, { readonly type: `offerSent.${string}` }>
type EndEvent = Heard<"offer.deleted" | "offer.archived" | "offer.expired">

/**
 * What follows from the end of offers' terms: their sends are deleted and the candidates told, up to `lots` lots of 1,000
 * in all. Other events are passed over. Answers and fails as `withdrawEndedSends`. Source: `004`, events;
 * `offer-sends.md`, reactions.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { system } from "@treff/domain/events"
 * import { reactToEnds } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const fact = { id: "e1", subject: { type: "offer", id: "o1" }, sequence: 2, actor: system, occurredAt: 0 } as const
 * const use = reactToEnds([{ ...fact, type: "offer.archived", data: { term: 1 } }], 20)
 * const { finished } = await Effect.runPromise(Effect.provide(use, [layerMemory(memoryState()), layerUuid]))
 * strictEqual(finished, true)
 * ```
 */
export const reactToEnds = (events: ReadonlyArray<EndEvent>, lots: number) =>
  withdrawEndedSends(
    // Of one term what came first has ended it.
    [...events]
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ type, subject, data }) => ({ offerId: subject.id, term: data.term, reason: endOf[type] })),
    lots
  )

/**
 * Whether an event ends a term of an offer. Source: `offers.md`, terms.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { system } from "@treff/domain/events"
 * import { isEnd } from "@treff/domain/offers"
 *
 * const fact = { id: "e1", subject: { type: "offer", id: "o1" }, sequence: 2, actor: system, occurredAt: 0 } as const
 * strictEqual(isEnd({ ...fact, type: "offer.archived", data: { term: 1 } }), true)
 * strictEqual(isEnd({ ...fact, type: "offer.disabled", data: { term: 1 } }), false)
 * ```
 */
export const isEnd = (event: HeardEvent): event is EndEvent => Object.hasOwn(endOf, event.type)

const endOf = {
  "offer.deleted": "offer_deleted",
  "offer.archived": "offer_archived",
  "offer.expired": "offer_expired"
} as const satisfies Record<EndEvent["type"], SendEnd>

/**
 * Does what follows from candidates having become recruiters: what they have not answered is withdrawn, up to `lots` lots
 * of a thousand. Answers as `withdrawSendsOfCandidates` does, and fails with `StoreUnavailable`. Source:
 * `recruiter-invitations.md`, an address that has an account already.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { reactToLeavingCandidates } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const use = Effect.provide(reactToLeavingCandidates([], 1), [layerMemory(memoryState()), layerUuid])
 * deepStrictEqual(await Effect.runPromise(use), { withdrawn: 0, finished: true })
 * ```
 */
export const reactToLeavingCandidates = (events: ReadonlyArray<Heard<"account.joined">>, lots: number) =>
  withdrawSendsOfCandidates(
    events.map(({ subject }) => subject.id),
    lots
  )

/**
 * Whether an event says that a candidate is none any more. Source: `recruiter-invitations.md`, an address that has an
 * account already.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { system } from "@treff/domain/events"
 * import { isLeavingCandidate } from "@treff/domain/offers"
 *
 * const subject = { type: "offer", id: "o1" } as const
 * const fact = { type: "offer.archived", data: { term: 1 }, actor: system, occurredAt: 0 } as const
 * strictEqual(isLeavingCandidate({ ...fact, id: "e1", subject, sequence: 1 }), false)
 * ```
 */
export const isLeavingCandidate = (event: HeardEvent): event is Heard<"account.joined"> =>
  event.type === "account.joined" && event.data.formerRole === "candidate"

/**
 * Whom the events of sends, among those given, make tell what: the circumstances of all of them are read at once. Where
 * the send is gone by now nobody is told. Fails with `StoreUnavailable`. Source: `004`, events; `offer-sends.md`,
 * reactions.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { system } from "@treff/domain/events"
 * import { reactToSends } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const fact = { id: "e1", subject: { type: "offerSent", id: "s1" }, sequence: 1, actor: system, occurredAt: 0 } as const
 * const data = { offerId: "o1", term: 1, candidateId: "cleo", senderId: "ada" }
 * const use = reactToSends([{ ...fact, type: "offerSent.created", data }])
 * deepStrictEqual(await Effect.runPromise(Effect.provide(use, [layerMemory(memoryState()), layerUuid])), [])
 * ```
 */
export const reactToSends = Effect.fn("reactToSends")(function* (events: ReadonlyArray<HeardEvent>) {
  const at = yield* Clock.currentTimeMillis
  const tells: Array<NewNotification> = []
  const telling = events.filter(isTold)
  if (telling.length === 0) return tells
  const circumstances = yield* (yield* OfferSends).circumstances(
    telling.map(({ subject, data }) => ({ id: subject.id, ...data }))
  )
  for (const [index, event] of telling.entries()) {
    const found = circumstances[index]
    if (found !== undefined) tells.push(...(yield* tellOf(event, found, at)))
  }
  return tells
})

/** Of a send that a recruiter took back nobody is told, and of one that ended with its offer its candidate was. */
const isTold = (event: HeardEvent): event is SendEvent =>
  event.type === "offerSent.deleted" ? event.data.reason === "candidate" : event.type.startsWith("offerSent.")

const tellOf = (event: SendEvent, found: SendCircumstances, at: Instant) => {
  const { offer, sent, candidate, companyName } = found
  const standing = standingOf(event.data, offer, at)
  if (offer === null || candidate === null || standing === "gone") return Effect.succeed([])
  const facts = { offerSentId: event.subject.id, offerId: offer.id, title: offer.title }
  const members = { recipients: recruitersOf(event, offer, found), companyId: offer.companyId }
  if (event.type === "offerSent.deleted") {
    const telling = { template: "offer-sent-withdrawn", data: { ...facts, candidate } } as const
    return tell(event, telling, { ...members, channels: ["inbox", "mail"] })
  }
  if (sent === null) return Effect.succeed([])
  switch (event.type) {
    case "offerSent.created": {
      // What the candidate may not read just now is not told either.
      if (standing === "hidden") return Effect.succeed([])
      const data = { ...facts, companyName: companyName ?? "", message: sent.message }
      const told = { recipients: [candidate.id], channels: ["inbox", "mail"], companyId: null } as const
      return tell(event, { template: "offer-sent", data }, told)
    }
    case "offerSent.viewed": {
      // In the inbox only: fifty sends must not become fifty mails.
      const telling = { template: "offer-sent-viewed", data: { ...facts, candidate } } as const
      return tell(event, telling, { ...members, channels: ["inbox"] })
    }
    case "offerSent.responded": {
      const telling = { template: "offer-sent-responded", data: { ...facts, candidate } } as const
      return tell(event, telling, { ...members, channels: ["inbox", "mail"] })
    }
  }
}

/** The offer's owner, or the company's admins where the owner has left it; and who sent it, if another. */
const recruitersOf = (event: SendEvent, offer: OfferOutline, found: SendCircumstances) => [
  ...(found.ownerHasLeft ? found.adminIds : [offer.ownerId]),
  ...(found.senderHasLeft ? [] : [event.data.senderId])
]
