import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Caller, isMember, type NoCompany, type RoleNotAllowed } from "../account/index.ts"
import { actorOf, recordEvents } from "../event/index.ts"
import { Accounts, Identifiers, Journal, type Versioned } from "../ports/index.ts"
import { noOffer, type Offer, type OfferContent } from "./offer.ts"
import { mayEver } from "./offer-access.ts"
import { decideOffer } from "./offer-lifecycle.ts"
import { checkContent } from "./offer-rules.ts"

/** Makes an offer, active, owned by the caller in the caller's company. */
export const createOffer = Effect.fn("createOffer")(function* (claimed: Caller, content: OfferContent) {
  if (!mayEver(claimed, "create")) return yield* Effect.fail<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const at = yield* Clock.currentTimeMillis
  const caller = yield* (yield* Accounts).confirm(claimed)
  if (!isMember(caller)) return yield* Effect.fail<NoCompany>({ _tag: "NoCompany" })
  yield* checkContent(content, at)
  const id = yield* (yield* Identifiers).next(at)
  const decision = yield* Effect.fromResult(
    decideOffer(noOffer, { type: "Create", at, id, companyId: caller.companyId, ownerId: caller.id, content })
  ).pipe(Effect.orDie) // the chart always lets an offer begin
  const events = yield* recordEvents(decision, {
    subject: { type: "offer", id },
    companyId: caller.companyId,
    prior: 0,
    actor: actorOf(caller),
    at
  })
  yield* (yield* Journal)
    .commit([{ kind: "offer", prior: 0, state: decision.state, events }], { at })
    .pipe(Effect.catchTag("StaleVersion", Effect.die)) // the id is new, so nobody can be ahead
  return { version: events.length, value: decision.state as Offer } satisfies Versioned<Offer>
})
