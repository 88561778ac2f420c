import { layerUuid } from "@treff/adapters/identifiers"
import { layerMemory, memoryState } from "@treff/adapters/memory"
import type { Offer } from "@treff/domain/offer"
import {
  type Accounts,
  type Deliveries,
  type EventLog,
  type Identifiers,
  Journal,
  type Offers,
  type StaleVersion,
  type StoreUnavailable
} from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { aCandidate, aCompany, anEvent, anOffer, everybodyOf, now } from "../given.ts"

export type Ports = Accounts | Deliveries | EventLog | Identifiers | Journal | Offers

/** Two companies and a candidate in a store in memory. */
const makeWorld = () => {
  const acme = aCompany()
  const globex = aCompany()
  const candidate = aCandidate()
  const state = memoryState({
    companies: [acme, globex].map(({ id }) => ({ id, name: "A company", creatorId: null })),
    accounts: [...everybodyOf(acme), ...everybodyOf(globex), candidate]
  })
  return {
    acme,
    globex,
    candidate,
    state,
    store: Layer.mergeAll(layerMemory(state), layerUuid),
    /** An offer of acme's recruiter, active since a day, unless it is said otherwise. */
    offer: (changes: Partial<Offer> = {}): Offer => {
      const value = anOffer({ companyId: acme.id, ownerId: acme.recruiter.id, ...changes })
      const event = anEvent(value)
      state.offers.set(value.id, { version: 1, value })
      state.events.set(event.id, event)
      return value
    },
    now: ({ id }: Offer) => state.offers.get(id),
    /** What happened to the offer after it was given. */
    events: ({ id }: Offer) =>
      [...state.events.values()]
        .filter(({ subject, sequence }) => subject.id === id && sequence > 1)
        .sort((a, b) => a.sequence - b.sequence),
    leaves: ({ id }: { readonly id: string }) => {
      const account = state.accounts.get(id)
      if (account === undefined) throw new Error("nobody of this world")
      state.accounts.set(id, { ...account, companyId: null, version: account.version + 1 })
    }
  }
}
export type World = ReturnType<typeof makeWorld>

/** Tells a story that begins at `now`, over the store in memory. */
export const story = <Step extends Effect.Effect<unknown, unknown, Ports>, A>(
  tell: (world: World) => Generator<Step, A, never>
): Effect.Effect<A, Effect.Error<Step>> => {
  const world = makeWorld()
  const told = Effect.gen(() => tell(world)) as Effect.Effect<A, Effect.Error<Step>, Ports>
  return Effect.andThen(TestClock.setTime(now), Effect.provide(told, world.store))
}

/** Runs something that waits now and then, without waiting. */
export const hurried = Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkChild(work)
  for (let naps = 0; naps < 50; naps++) yield* TestClock.adjust("1 second")
  return yield* Fiber.join(fiber)
})

/** Each of the first `races` commits is overtaken by a rival. Counts the commits that were tried. */
export const overtaken = <E>(
  races: number,
  rival: (race: number) => Effect.Effect<unknown, E, Ports>,
  world: World
) => {
  const tried = { commits: 0 }
  const layer = Layer.effect(
    Journal,
    Effect.gen(function* () {
      const journal = yield* Journal
      return Journal.of({
        ...journal,
        commit: (changes, options): Effect.Effect<void, StaleVersion | StoreUnavailable> =>
          ++tried.commits <= races
            ? Effect.andThen(
                Effect.orDie(Effect.provide(rival(tried.commits), world.store)),
                journal.commit(changes, options)
              )
            : journal.commit(changes, options)
      })
    })
  ).pipe(Layer.provide(world.store))
  return { tried, layer: Layer.merge(world.store, layer) }
}
