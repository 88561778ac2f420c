import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Journal, type Reliance, type Versioned } from "../../../events/ports/journal.ts"
import { untilWritten, type VersionMismatch } from "../../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../events/use-cases/record-events.ts"
import { isMember, type NoCompany, type RoleNotAllowed } from "../../../identity/model/account/access.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import type { Decision } from "../../../kernel/decider.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import { decideOffer, settleOffer } from "../../model/offer/decide-offer.ts"
import type { Offer, OfferCommand, OfferEvent, OfferRefusalOf, OfferState } from "../../model/offer/offer.ts"
import { mayActOnOffers, type NotOwner, type OfferAction, reaches } from "../../model/offer/offer-access.ts"
import { type FoundOffer, Offers } from "../../ports/offers.ts"

/** There is no such offer in the caller's company. Source: `http.md`, the order of the checks. */
export interface OfferNotFound {
  readonly _tag: "OfferNotFound"
}

/**
 * Who changes which offer. `expected`: the versions that the change builds on; left out, whatever the present one is.
 * Source: `http.md`, `If-Match`.
 */
export interface OfferChange {
  readonly caller: Caller
  readonly id: string
  readonly expected?: ReadonlyArray<number> | undefined
}

/** A change that needs nothing but the offer: load, decide, commit. */
export const changeOffer = Effect.fnUntraced(function* <C extends OfferCommand>(
  change: OfferChange,
  action: OfferAction,
  command: (at: Instant) => C
) {
  const offers = yield* Offers
  return yield* changeLoadedOffer(change, action, {
    load: offers.find(change.caller, change.id),
    check: () => Effect.void,
    choose: (_, at) => Effect.succeed({ command: command(at) })
  })
})

/** Load, decide, commit. Time has passed for the offer, whether or not the command is refused. */
export const changeLoadedOffer = Effect.fnUntraced(function* <C extends OfferCommand, L extends Loaded, E, R, I, F>(
  { caller, expected }: OfferChange,
  action: OfferAction,
  { load, check, choose }: Steps<C, L, E, R, I, F>
) {
  if (!mayActOnOffers(caller, action)) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const loaded = yield* load
    if (!isMember(loaded.caller)) return yield* refuse<NoCompany>({ _tag: "NoCompany" })
    yield* check(now)
    const { found } = loaded
    if (found === null) return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
    if (!reaches(loaded.caller, found.value)) return yield* refuse<NotOwner>({ _tag: "NotOwner" })
    if (expected?.includes(found.version) === false) return yield* refuse<VersionMismatch>({ _tag: "VersionMismatch" })
    // One who lost a race, or whose clock is behind, does not write earlier than what was written last.
    const at = Math.max(now, found.value.updatedAt)
    const choice = yield* Effect.result(choose({ ...loaded, found }, at))
    const decided = Result.flatMap(choice, ({ command }) => decideExisting(found.value, command))
    const reliesOn = Result.isSuccess(decided) && Result.isSuccess(choice) ? (choice.success.reliesOn ?? []) : []
    const decision = Result.getOrElse(decided, () => settleOffer(found.value, at))
    const prior = found.version
    const change = yield* recordChange("offer", decision, { prior, actor: actorOf(loaded.caller), at })
    const { events } = change
    return {
      subject: { type: "offer", id: found.value.id } as const,
      prior,
      types: decision.events.map(({ type }) => type),
      commit: events.length === 0 ? Effect.void : journal.commit([change], { at, reliesOn }),
      outcome: Effect.as(Effect.fromResult(decided), {
        version: prior + events.length,
        value: decision.state as Offer
      } satisfies Versioned<Offer>)
    }
  })
  return yield* untilWritten(attempt, expected)
})

/** An offer that exists refuses each command in its own ways only; the tests hold the chart to `offerRefusals`. */
const decideExisting = <C extends OfferCommand>(offer: Offer, command: C) =>
  decideOffer(offer, command) as Result.Result<Decision<OfferState, OfferEvent>, OfferRefusalOf<C>>

/** What differs from one change to the next. */
interface Steps<C extends OfferCommand, L extends Loaded, E, R, I, F> {
  /** Reads the offer, and what else the decision needs, in one round trip. */
  readonly load: Effect.Effect<L, E, R>
  /** Whether what is asked for can be at all, before it is said whether there is such an offer. */
  readonly check: (at: Instant) => Effect.Effect<void, I>
  readonly choose: (loaded: L & { readonly found: FoundOffer }, at: Instant) => Effect.Effect<Choice<C>, F>
}

interface Loaded {
  readonly caller: Caller
  readonly found: FoundOffer | null
}

interface Choice<C extends OfferCommand> {
  readonly command: C
  readonly reliesOn?: ReadonlyArray<Reliance>
}
