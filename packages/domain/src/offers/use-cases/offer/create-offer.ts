import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Identifiers } from "../../../events/ports/identifiers.ts"
import { Journal } from "../../../events/ports/journal.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../identity/model/account/access.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import { Accounts } from "../../../identity/ports/accounts.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import type { Versioned } from "../../../kernel/versioned.ts"
import type { Offer, OfferContent } from "../../model/offer/offer.ts"
import { mayActOnOffers } from "../../model/offer/offer-access.ts"
import { offerLifecycle } from "../../model/offer/offer-lifecycle.ts"
import { checkContent } from "../../model/offer/offer-rules.ts"

/**
 * Makes an offer, active, owned by the caller in the caller's company, and answers it. Fails with `RoleNotAllowed`,
 * `CallerStale`, `NoCompany`, `InvalidOffer` or `StoreUnavailable`. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { createOffer } from "@treff/domain/offers"
 * import { ada, cast, offer } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 *
 * const use = createOffer(ada, { ...offer, title: "Night baker" })
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(memoryState(cast)), layerUuid]))
 * strictEqual(value.title, "Night baker")
 * ```
 */
export const createOffer = Effect.fn("createOffer")(function* (claimed: Caller, content: OfferContent) {
  yield* requireRole(mayActOnOffers(claimed, "create"))
  const at = yield* Clock.currentTimeMillis
  const caller = yield* requireMember(yield* (yield* Accounts).confirm(claimed))
  yield* checkContent(content, at)
  const id = yield* (yield* Identifiers).next(at)
  const { companyId } = caller
  const decision = offerLifecycle.begin({ type: "Create", at, id, companyId, ownerId: caller.id, content })
  const change = yield* recordChange("offer", decision, { expectedVersion: 0, actor: actorOf(caller), at, companyId })
  yield* (yield* Journal).commit([change], { at }).pipe(Effect.catchTag("StaleVersion", Effect.die)) // the id is new, so nobody can be ahead
  return { version: change.events.length, value: decision.state } satisfies Versioned<Offer>
})
