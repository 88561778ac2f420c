import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import { type Caller, isMember, type NoCompany, type RoleNotAllowed } from "../account/index.ts"
import type { Decision } from "../decider.ts"
import { actorOf, recordEvents } from "../event/index.ts"
import {
  EventLog,
  type FoundOffer,
  Journal,
  Offers,
  type Reliance,
  StaleVersion,
  type Versioned
} from "../ports/index.ts"
import type { Instant } from "../time/index.ts"
import { decideOffer, settleOffer } from "./decide-offer.ts"
import type { Offer, OfferCommand, OfferEvent, OfferRefusalOf, OfferState } from "./offer.ts"
import { mayEver, type NotOwner, type OfferAction, reaches } from "./offer-access.ts"

/** There is no such offer in the caller's company. Source: `http.md`, the order of the checks. */
export interface OfferNotFound {
  readonly _tag: "OfferNotFound"
}

/** The caller's change builds on another version of the offer than the present one. Source: `http.md`, `If-Match`. */
export interface VersionMismatch {
  readonly _tag: "VersionMismatch"
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

/**
 * Load, decide, commit, again where the race was lost. A change that lost to its own kind always comes second in the
 * end; one that lost to other kinds more often than `patience` gives up. One that named its version learns from the
 * next load that it is stale.
 */
export const changeLoadedOffer = Effect.fnUntraced(function* <C extends OfferCommand, L extends Loaded, E, R, I, F>(
  { caller, id, expected }: OfferChange,
  action: OfferAction,
  { load, check, choose }: Steps<C, L, E, R, I, F>
) {
  if (!mayEver(caller, action)) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const journal = yield* Journal
  const log = yield* EventLog
  const now = yield* Clock.currentTimeMillis
  for (let losses = 0; ; ) {
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
    // Time has passed for the offer, whether or not the command is refused.
    const decision = Result.getOrElse(decided, () => settleOffer(found.value, at))
    const subject = { type: "offer", id: found.value.id } as const
    const events = yield* recordEvents(decision, {
      subject,
      companyId: found.value.companyId,
      prior: found.version,
      actor: actorOf(loaded.caller),
      at
    })
    const change = { kind: "offer", prior: found.version, state: decision.state, events } as const
    const written =
      events.length === 0 ||
      (yield* journal.commit([change], { at, reliesOn }).pipe(
        Effect.as(true),
        Effect.catchTag("StaleVersion", () => Effect.succeed(false))
      ))
    if (written) {
      yield* Effect.fromResult(decided)
      return { version: found.version + events.length, value: decision.state as Offer } satisfies Versioned<Offer>
    }
    const rivals = expected === undefined ? yield* log.typesAfter(subject, found.version) : []
    const lostToItsKind = decision.events.some(({ type }) => rivals.includes(type))
    if (!lostToItsKind && ++losses > patience) return yield* new StaleVersion({ subjectId: id })
    if (expected === undefined) yield* Effect.sleep(Math.ceil((yield* Random.next) * longestPause))
  }
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

const refuse = <R extends { readonly _tag: string }>(refusal: R): Effect.Effect<never, R> => Effect.fail(refusal)

/** Races lost to other kinds of change before the caller is asked to look again. */
const patience = 3

/** Between two tries, in milliseconds: rivals that met once should not meet again. */
const longestPause = 30
