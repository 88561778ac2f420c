import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemory, layerMemoryMailer, type MemoryMailbox, memoryState } from "@treff/adapters/memory"
import {
  aCandidate,
  aCompany,
  anEvent,
  anInvitation,
  anInvitationEvent,
  anOffer,
  aSend,
  aSendEvent,
  everybodyOf,
  now,
  partiesOf
} from "@treff/contract-tests/fixtures"
import { type Identifiers, Journal, type PublishedEvent, type RecordedEvent } from "@treff/domain/events"
import { type Account, Secrets } from "@treff/domain/identity"
import type { Invitation } from "@treff/domain/invitations"
import type { Mailer, MailTemplates } from "@treff/domain/notifications"
import type { Offer, OfferSent } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"

type Store = Layer.Success<ReturnType<typeof layerMemory>>
export type Ports = Store | Identifiers | Mailer | MailTemplates | Secrets

/** Tokens as plain as can be, each another: what keeps them secret has tests of its own. */
const layerPlainSecrets = () => {
  let issued = 0
  return Layer.succeed(
    Secrets,
    Secrets.of({
      issue: Effect.sync(() => {
        const token = `token ${++issued}`
        return { hash: `hash of ${token}`, sealed: `sealed ${token}` }
      }),
      hash: (token) => Effect.succeed(`hash of ${token}`),
      open: (sealed) =>
        Effect.succeed(sealed.startsWith("sealed ") ? Redacted.make(sealed.slice("sealed ".length)) : null)
    })
  )
}

/** Two companies and two candidates in a store in memory. */
const makeWorld = () => {
  const acme = aCompany()
  const globex = aCompany()
  const candidate = { ...aCandidate(), firstName: "Cleo", lastName: "Vik" }
  const other = { ...aCandidate(), firstName: "Dag", lastName: "Moe" }
  const state = memoryState({
    companies: [acme, globex].map(({ id, manager }) => ({ id, name: "A company", creatorId: manager.id })),
    accounts: [...everybodyOf(acme), ...everybodyOf(globex), candidate, other]
  })
  const mailbox: MemoryMailbox = new Map()
  const supplied = new Set<string>()
  const happened = (event: RecordedEvent) => {
    supplied.add(event.id)
    state.events.set(event.id, event)
  }
  return {
    acme,
    globex,
    candidate,
    other,
    state,
    mailbox,
    store: Layer.mergeAll(
      layerMemory(state),
      layerUuid,
      layerPlainSecrets(),
      layerMailTemplates("https://treff.example"),
      layerMemoryMailer(mailbox)
    ),
    /** Somebody more, or somebody as they are by now. */
    account: <A extends Account>(account: A): A => {
      state.accounts.set(account.id, account)
      return account
    },
    accountNow: ({ id }: Pick<Account, "id">) => state.accounts.get(id),
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
    /** An invitation by acme's manager, sent just now, unless it is said otherwise. */
    invitation: (changes: Partial<Invitation> = {}): Invitation => {
      const value = anInvitation(acme, changes)
      const version = 1 + value.resends + (value.status === "pending" ? 0 : 1)
      state.invitations.set(value.id, { version, value })
      happened(anInvitationEvent(value, { occurredAt: value.createdAt }))
      return value
    },
    invitationNow: ({ id }: Pick<Invitation, "id">) => state.invitations.get(id),
    /** What is in the link of an invitation's last mail. */
    tokenOf: ({ id }: Pick<Invitation, "id">): string =>
      state.invitations.get(id)?.value.tokenHash.slice("hash of ".length) ?? "none",
    now: ({ id }: Pick<Offer, "id">) => state.offers.get(id),
    sendNow: ({ id }: Pick<OfferSent, "id">) => state.offerSends.get(id),
    /** What happened to a subject after it was given. */
    events: ({ id }: { readonly id: string }) =>
      [...state.events.values()]
        .filter((event) => event.subject.id === id && !supplied.has(event.id))
        .sort((a, b) => a.sequence - b.sequence),
    /** All that happened after what was given, in its order, as its consumer gets it. */
    published: (): ReadonlyArray<PublishedEvent> =>
      [...state.events.values()].flatMap((event) => {
        const { companyId: _, ...published } = event
        return supplied.has(event.id) ? [] : [published]
      }),
    leaves: ({ id }: { readonly id: string }) => {
      const account = state.accounts.get(id)
      if (account === undefined) throw new Error("nobody of this world")
      state.accounts.set(id, { ...account, companyId: null, version: account.version + 1 })
    },
    /** What people were notified of, by which channels, and what became of it. */
    notifications: () => [...state.notifications.values()],
    /** What became of all that people were notified of. */
    deliveries: () =>
      [...state.notifications.values()].flatMap(({ deliveries }) =>
        deliveries.map(({ id: _, ...delivery }) => delivery)
      )
  }
}
export type World = ReturnType<typeof makeWorld>

/** Plays a story that begins at `now`, over the store in memory. */
export const story = <Step extends Effect.Effect<unknown, unknown, Ports>, A>(
  play: (world: World) => Generator<Step, A, never>
): Effect.Effect<A, Effect.Error<Step>> => {
  const world = makeWorld()
  const played = Effect.gen(() => play(world)) as Effect.Effect<A, Effect.Error<Step>, Ports>
  return Effect.andThen(TestClock.setTime(now), Effect.provide(played, world.store))
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
        commitEach: (changes, options) => Effect.andThen(race, journal.commitEach(changes, options))
      })
    })
  ).pipe(Layer.provide(world.store))
  return { tried, layer: Layer.merge(world.store, layer) }
}

/** The store, in which every commit fails in the given way. */
export const failing = (
  world: World,
  failure: Effect.Error<ReturnType<Journal["Service"]["commit"]>>,
  onCommit: () => void = () => {}
) => {
  const commit = () => Effect.andThen(Effect.sync(onCommit), Effect.fail(failure))
  return Layer.merge(world.store, Layer.mock(Journal, { commit }))
}
