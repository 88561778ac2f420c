import * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../../../events/ports/store.ts"
import { type Choice, changeState } from "../../../events/use-cases/change-state.ts"
import { actorOf } from "../../../identity/model/account/access.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import type { CallerStale } from "../../../identity/ports/accounts.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { Offer, OfferCommand } from "../../model/offer/offer.ts"
import { mayAccessOffer, mayActOnOffers, type NotOwner, type OfferAction } from "../../model/offer/offer-access.ts"
import { offerLifecycle } from "../../model/offer/offer-lifecycle.ts"
import { type FoundOffer, Offers } from "../../ports/offers.ts"

/** There is no such offer in the caller's company. */
export interface OfferNotFound {
  readonly _tag: "OfferNotFound"
}

/** Who changes which offer; `expectedVersions`: those that the change may build on, any if left out. */
export interface OfferChange {
  readonly caller: Caller
  readonly id: string
  readonly expectedVersions?: ReadonlyArray<number> | undefined
}

/** What differs from one change of an offer to the next. */
interface Steps<L, C, R, I, F> {
  /** Reads the offer, and what else the decision needs, in one round trip. */
  readonly load: Effect.Effect<L, CallerStale | StoreUnavailable, R>
  /** Whether what is asked for can be at all, which is said before it is said whether there is such an offer. */
  readonly checkInput?: Effect.Effect<void, I>
  readonly choose: (found: NonNullable<L> & FoundOffer, at: Instant) => Effect.Effect<Choice<C>, F>
}

/** A change that needs nothing but the offer. */
export const changeOffer = Effect.fnUntraced(function* <C extends OfferCommand>(
  change: OfferChange,
  action: OfferAction,
  command: (at: Instant) => C
) {
  const offers = yield* Offers
  return yield* changeLoadedOffer(change, action, {
    load: offers.find(change.caller, change.id),
    choose: (_, at) => Effect.succeed({ command: command(at) })
  })
})

/** A change of an offer that the caller may act on. */
export const changeLoadedOffer = Effect.fnUntraced(function* <
  L extends { readonly caller: Caller; readonly found: FoundOffer | null },
  C extends OfferCommand,
  R,
  F,
  I = never
>({ caller: claimed, expectedVersions }: OfferChange, action: OfferAction, steps: Steps<L, C, R, I, F>) {
  yield* requireRole(mayActOnOffers(claimed, action))
  return yield* changeState(offerLifecycle, {
    expectedVersions,
    find: Effect.gen(function* () {
      const loaded = yield* steps.load
      const caller = yield* requireMember(loaded.caller)
      if (steps.checkInput !== undefined) yield* steps.checkInput
      const { found } = loaded
      if (found === null) return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
      if (!mayAccessOffer(caller, found.value)) return yield* refuse<NotOwner>({ _tag: "NotOwner" })
      return { ...loaded, ...found, actor: actorOf(caller), companyId: found.value.companyId }
    }),
    choose: steps.choose,
    answer: (offer): Offer => offer
  })
})
