import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type { Actor } from "../../../events/model/recorded-event.ts"
import { Journal, type Reliance, type Versioned } from "../../../events/ports/journal.ts"
import { untilWritten, type VersionMismatch } from "../../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../events/use-cases/record-events.ts"
import { isMember, type NoCompany } from "../../../identity/model/account/access.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import type { Decision } from "../../../kernel/decider.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { Offer } from "../../model/offer/offer.ts"
import type { NotOwner } from "../../model/offer/offer-access.ts"
import { decideOfferSent } from "../../model/offer-sent/decide-offer-sent.ts"
import type {
  AlreadyAnswered,
  OfferSent,
  OfferSentCommand,
  OfferSentEvent,
  OfferSentState,
  offerSentRefusals,
  StatusOutOfOrder
} from "../../model/offer-sent/offer-sent.ts"
import { type NotRecipient, reachesSend, standingOf } from "../../model/offer-sent/offer-sent-access.ts"
import { type SeenOfferSent, seenBy } from "../../model/offer-sent/offer-sent-views.ts"
import { type FoundOfferSent, OfferSends } from "../../ports/offer-sends.ts"
import type { OfferChange } from "../offer/change-offer.ts"
import { writeExpiry } from "../offer/offer-expiry.ts"

/** There is no such send, or it is gone with its offer's term. Source: `offer-sends.md`, states. */
export interface OfferSentNotFound {
  readonly _tag: "OfferSentNotFound"
}

/** Who changes which send; `expected` as of an offer's change. Source: `http.md`, `If-Match`. */
export type OfferSentChange = OfferChange

/** A send that the caller may see and act on, and its offer. */
export interface ReachedSend extends FoundOfferSent {
  readonly offer: Versioned<Offer>
  readonly standing: "open" | "hidden"
}

/** The send that was found, if the caller may have it; otherwise the refusal that says why not. */
export const reach = Effect.fnUntraced(function* (caller: Caller, found: FoundOfferSent | null, at: Instant) {
  if (caller.role !== "candidate" && !isMember(caller)) return yield* refuse<NoCompany>({ _tag: "NoCompany" })
  const standing = found === null ? "gone" : standingOf(found.value, found.offer?.value ?? null, at)
  if (found === null || found.offer === null || standing === "gone") {
    return yield* refuse<OfferSentNotFound>({ _tag: "OfferSentNotFound" })
  }
  if (reachesSend(caller, found.value, found.offer.value)) {
    return { ...found, offer: found.offer, standing } satisfies ReachedSend
  }
  return yield* caller.role === "candidate"
    ? refuse<NotRecipient>({ _tag: "NotRecipient" })
    : refuse<NotOwner>({ _tag: "NotOwner" })
})

/** Load, decide, commit, beside the offer as it was read: no send moves beside a change of its offer that came first. */
export const changeOfferSent = Effect.fnUntraced(function* <C extends OfferSentCommand, F>(
  { caller: claimed, id, expected }: OfferSentChange,
  choose: (found: ReachedSend, at: Instant) => Effect.Effect<C, F>
) {
  const sends = yield* OfferSends
  const now = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const { caller, found: read } = yield* sends.find(claimed, id)
    if (read?.offer && reachesSend(caller, read.value, read.offer.value)) yield* writeExpiry(read.offer, now)
    const found = yield* reach(caller, read, now)
    if (expected?.includes(found.version) === false) return yield* refuse<VersionMismatch>({ _tag: "VersionMismatch" })
    const at = Math.max(now, found.value.updatedAt)
    const decision = yield* Effect.fromResult(decideExisting(found.value, yield* choose(found, at)))
    const written = yield* commitOf(found, decision, actorOf(caller), at)
    return {
      ...written,
      outcome: Effect.succeed({
        version: written.version,
        value: seenBy(caller, {
          value: decision.state as OfferSent,
          title: found.offer.value.title,
          candidate: found.candidate
        })
      } satisfies Versioned<SeenOfferSent>)
    }
  })
  return yield* untilWritten(attempt, expected)
})

/** What the decision on a send makes the journal write, and the version that it then has. */
export const commitOf = Effect.fnUntraced(function* (
  { value, version: prior, offer }: Versioned<OfferSent> & { readonly offer: Versioned<Offer> },
  decision: Decision<OfferSentState, OfferSentEvent>,
  actor: Actor,
  at: Instant
) {
  const change = yield* recordChange("offerSent", decision, { prior, actor, at })
  const { events } = change
  const journal = yield* Journal
  return {
    subject: { type: "offerSent", id: value.id } as const,
    prior,
    version: prior + events.length,
    types: decision.events.map(({ type }) => type),
    commit: events.length === 0 ? Effect.void : journal.commit([change], { at, reliesOn: [relianceOn(offer)] })
  }
})

/** That an offer is still as it was read. */
export const relianceOn = ({ value: { id }, version }: Versioned<Offer>): Reliance => ({ kind: "offer", id, version })

/** A send that exists refuses each command in its own ways only; the tests hold the chart to `offerSentRefusals`. */
const decideExisting = <C extends OfferSentCommand>(sent: OfferSent, command: C) =>
  decideOfferSent(sent, command) as Result.Result<
    Decision<OfferSentState, OfferSentEvent>,
    Extract<StatusOutOfOrder | AlreadyAnswered, { readonly _tag: (typeof offerSentRefusals)[C["type"]][number] }>
  >
