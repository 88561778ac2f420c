import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemory, layerMemoryMailer, type MemoryMailbox, memoryState } from "@treff/adapters/memory"
import type { HeardEvent, RecordedEvent } from "@treff/domain/event"
import type { Notification } from "@treff/domain/notification"
import type { Offer } from "@treff/domain/offer"
import type { OfferSent } from "@treff/domain/offer-sent"
import {
  type Accounts,
  type Deliveries,
  type EventLog,
  type Identifiers,
  Journal,
  type Mailer,
  type MailTemplates,
  type Notifications,
  type OfferSends,
  type Offers
} from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { aCandidate, aCompany, anEvent, anOffer, aSend, aSendEvent, everybodyOf, now, partiesOf } from "../given.ts"

type Store = Accounts | Deliveries | EventLog | Journal | Notifications | OfferSends | Offers
export type Ports = Store | Identifiers | Mailer | MailTemplates

/** Two companies and two candidates in a store in memory. */
const makeWorld = () => {
  const acme = aCompany()
  const globex = aCompany()
  const candidate = { ...aCandidate(), firstName: "Cleo", lastName: "Vik" }
  const other = { ...aCandidate(), firstName: "Dag", lastName: "Moe" }
  const state = memoryState({
    companies: [acme, globex].map(({ id }) => ({ id, name: "A company", creatorId: null })),
    accounts: [...everybodyOf(acme), ...everybodyOf(globex), candidate, other]
  })
  const mailbox: MemoryMailbox = new Map()
  const given = new Set<string>()
  const happened = (event: RecordedEvent) => {
    given.add(event.id)
    state.events.set(event.id, event)
  }
  return {
    acme,
    globex,
    candidate,
    other,
    state,
    mailbox,
    store: Layer.mergeAll(layerMemory(state), layerUuid, layerMailTemplates, layerMemoryMailer(mailbox)),
    /** An offer of acme's recruiter, active since a day, unless it is said otherwise. */
    offer: (changes: Partial<Offer> = {}): Offer => {
      const value = anOffer({ companyId: acme.id, ownerId: acme.recruiter.id, ...changes })
      state.offers.set(value.id, { version: 1, value })
      happened(anEvent(value))
      return value
    },
    /** That offer as it was sent to the candidate, by its owner, unless it is said otherwise. */
    send: (offer: Offer, changes: Partial<OfferSent> = {}): OfferSent => {
      const value = aSend(offer, candidate.id, changes)
      const types = ["offerSent.created", "offerSent.viewed", "offerSent.responded"] as const
      const steps = types.slice(0, ["sent", "viewed", "responded"].indexOf(value.status) + 1)
      state.offerSends.set(value.id, { version: steps.length, value })
      for (const [index, type] of steps.entries()) {
        happened(aSendEvent(value, { sequence: index + 1, type, data: partiesOf(value) }))
      }
      return value
    },
    now: ({ id }: Pick<Offer, "id">) => state.offers.get(id),
    sendNow: ({ id }: Pick<OfferSent, "id">) => state.offerSends.get(id),
    /** What happened to the offer, or the send, after it was given. */
    events: ({ id }: { readonly id: string }) =>
      [...state.events.values()]
        .filter((event) => event.subject.id === id && !given.has(event.id))
        .sort((a, b) => a.sequence - b.sequence),
    /** All that happened after what was given, in its order, as its consumer hears it. */
    heard: (): ReadonlyArray<HeardEvent> =>
      [...state.events.values()].flatMap((event) => {
        const { companyId: _, ...heard } = event
        return given.has(event.id) ? [] : [heard as HeardEvent]
      }),
    leaves: ({ id }: { readonly id: string }) => {
      const account = state.accounts.get(id)
      if (account === undefined) throw new Error("nobody of this world")
      state.accounts.set(id, { ...account, companyId: null, version: account.version + 1 })
    },
    told: (): ReadonlyArray<Notification> => [...state.notifications.values()]
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
  const race = Effect.suspend(() =>
    ++tried.commits <= races ? Effect.orDie(Effect.provide(rival(tried.commits), world.store)) : Effect.void
  )
  const layer = Layer.effect(
    Journal,
    Effect.gen(function* () {
      const journal = yield* Journal
      return Journal.of({
        commit: (changes, options) => Effect.andThen(race, journal.commit(changes, options)),
        commitFree: (changes, options) => Effect.andThen(race, journal.commitFree(changes, options))
      })
    })
  ).pipe(Layer.provide(world.store))
  return { tried, layer: Layer.merge(world.store, layer) }
}

/** The store, in which every commit fails as it is told. */
export const failing = (
  world: World,
  failure: Effect.Error<ReturnType<Journal["Service"]["commit"]>>,
  onCommit: () => void = () => {}
) => {
  const commit = () => Effect.andThen(Effect.sync(onCommit), Effect.fail(failure))
  return Layer.merge(world.store, Layer.mock(Journal, { commit }))
}
