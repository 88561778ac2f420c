import { layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMemory, memoryState } from "@treff/adapters/memory"
import { layerPublishing } from "@treff/adapters/queue"
import type { Account } from "@treff/domain/account"
import { handleEvent, type RecordedEvent, relayEvents } from "@treff/domain/event"
import {
  archiveOffer,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  listOffers,
  type Offer,
  transferOffer,
  updateOffer
} from "@treff/domain/offer"
import { EventQueue, QueueUnavailable } from "@treff/domain/ports"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { assert } from "vitest"
import { assertWhole, countOf, explained } from "../event-log.ts"
import { aCompany, everybodyOf, type GivenCompany, content as offerContent } from "../given.ts"
import { offerInput, openStage } from "../stage.ts"
import { crons, hour, openCompany, relayOnce } from "../workers/cast.ts"
import { deliver, startHeldQueue } from "../workers/held-queue.ts"
import type { Content, Outage, Owner, PlainOffer, System } from "./model.ts"

const ownerOf = ({ recruiter, colleague, manager }: GivenCompany) => {
  const names: Readonly<Record<string, string>> = {
    [recruiter.id]: "recruiter",
    [colleague.id]: "colleague",
    [manager.id]: "manager"
  }
  return (id: string) => names[id] as Owner
}

/** The domain embedded in a program, on the memory adapters. There is no database to lose: outages don't reach it. */
export const memorySystem = (): System => {
  const company = aCompany()
  const owner = ownerOf(company)
  let state = memoryState()
  let begun = 0
  let hours = 0
  let refuses = false
  let published: Array<RecordedEvent> = []
  let delivered: Array<RecordedEvent> = []
  const queue = Layer.succeed(
    EventQueue,
    EventQueue.of({
      publish: (events) =>
        Effect.suspend(() => {
          if (refuses) return Effect.fail(new QueueUnavailable({ cause: "as ordered" }))
          published.push(...events)
          return Effect.void
        })
    })
  )
  const run = async <A, E>(
    program: Effect.Effect<
      A,
      E,
      Layer.Success<ReturnType<typeof layerMemory>> | EventQueue | Layer.Success<typeof layerUuid>
    >
  ) => {
    const publishing: Array<Promise<unknown>> = []
    const layer = layerPublishing((work) => publishing.push(work)).pipe(
      Layer.provideMerge(
        Layer.mergeAll(layerMemory(state), queue, layerUuid, layerInstant(begun + hours * hour + hour / 2))
      )
    )
    const exit = await Effect.runPromiseExit(Effect.provide(program, layer))
    await Promise.all(publishing)
    return exit
  }
  const plain = ({ ownerId, title, jobStartsAt, expiresAt, status }: Offer) => ({
    owner: owner(ownerId),
    title,
    jobStartsAt,
    expiresAt,
    status
  })
  return {
    begin: async () => {
      state = memoryState({
        companies: [{ id: company.id, name: "Acme", creatorId: null }],
        accounts: everybodyOf(company)
      })
      published = []
      delivered = []
      hours = 0
      refuses = false
      begun = Math.floor(Date.now() / 1000) * 1000
      return begun
    },
    call: async ({ who, command, to }, id, { title, jobStartsAt, expiresAt }) => {
      const caller: Account = company[who]
      const change = { caller, id }
      const content = offerContent({ title, jobStartsAt, expiresAt, contractEndsAt: null })
      const programs = {
        create: () => createOffer(caller, content),
        update: () => updateOffer(change, content),
        enable: () => enableOffer(change),
        disable: () => disableOffer(change),
        archive: () => archiveOffer(change),
        transfer: () => transferOffer(change, company[to].id),
        delete: () => deleteOffer(change)
      }
      const program: ReturnType<(typeof programs)[keyof typeof programs]> = programs[command]()
      // The union of all programs has no single type of failure that Effect could infer. A deletion leaves nothing.
      const exit = await run(
        program as Effect.Effect<{ version: number; value: Offer } | undefined, { readonly _tag: string }, never>
      )
      if (Exit.isSuccess(exit)) {
        const { value } = exit
        return value === undefined ? { answer: "ok" } : { answer: "ok", id: value.value.id, version: value.version }
      }
      const failure = Option.getOrThrowWith(Cause.findErrorOption(exit.cause), () => Cause.squash(exit.cause))
      return { answer: codes[failure._tag] ?? failure._tag }
    },
    moveTo: async (to) => {
      hours = to
    },
    sweep: async (date) => Exit.isSuccess(await run(expireDueOffers(date, 20))),
    relay: async () => Exit.isSuccess(await run(relayEvents())),
    deliver: async (again) => {
      const events = again ? delivered : published.splice(0).reverse()
      for (const event of events) assert.isTrue(Exit.isSuccess(await run(handleEvent(event))))
      if (!again) delivered.push(...events)
    },
    refuse: (now) => {
      refuses = now
    },
    written: async () =>
      new Map(
        [...state.offers].map(([id, { version, value }]) => [id, { version, term: value.term, ...plain(value) }])
      ),
    read: async () => {
      const exit = await run(listOffers(company.manager, { status: null, page: { number: 1, limit: 100 } }))
      if (!Exit.isSuccess(exit)) throw Cause.squash(exit.cause)
      return new Map(exit.value.rows.map((offer) => [offer.id, plain(offer)]))
    },
    assertWhole: async () => {
      const logs = Map.groupBy(state.events.values(), ({ subject }) => subject.id)
      for (const [id, log] of logs) {
        const offer = state.offers.get(id)
        const told = explained(log.toSorted((a, b) => a.sequence - b.sequence))
        const { status, term, ownerId, jobStartsAt, expiresAt } = offer?.value ?? {}
        assert.deepStrictEqual(
          told,
          offer === undefined ? null : ({ status, term, owner: ownerId, jobStartsAt, expiresAt } as typeof told)
        )
        if (offer !== undefined) assert.strictEqual(offer.version, log.length)
      }
      assert.sameMembers([...state.deliveries.keys(), ...state.receipts.keys()], [...state.events.keys()])
    },
    unhandled: async () => state.deliveries.size
  }
}

/** What the API says for each failure, by hand. */
const codes: Readonly<Record<string, string>> = {
  RoleNotAllowed: "role-not-allowed",
  InvalidOffer: "invalid-input",
  OfferNotFound: "not-found",
  NotOwner: "not-owner",
  IllegalTransition: "illegal-transition",
  OfferDatesPassed: "offer-dates-passed",
  OfferNotActive: "offer-not-active"
}

/** Both workers in workerd over PostgreSQL, with a queue that is held in the hand. */
export const openWorkers = async (): Promise<System & { readonly close: () => Promise<void> }> => {
  const queue = await startHeldQueue()
  const stage = await openStage(queue.options)
  const { company, tokens } = await openCompany(stage)
  const owner = ownerOf(company)
  let begun = 0
  let delivered: Array<unknown> = []
  const withOutage = async <A>(outage: Outage | null, work: () => Promise<A>): Promise<A> => {
    let request = 0
    stage.neon.onRequest = () => (request++ === outage?.request ? { down: outage.down } : undefined)
    const result = await work()
    stage.neon.onRequest = undefined
    return result
  }
  const succeeds = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false
    )
  const moveTo = (hours: number) => stage.platform.setClockOffset(begun + hours * hour + hour / 2 - Date.now())
  const input = ({ title, jobStartsAt, expiresAt }: Content) =>
    offerInput({
      title,
      startDateJob: new Date(jobStartsAt).toISOString(),
      expiredDate: new Date(expiresAt).toISOString()
    })
  return {
    begin: async () => {
      await stage.pool.query("truncate offer, event, delivery, receipt, dead_letter")
      queue.take()
      queue.refusing = false
      delivered = []
      begun = Math.floor(Date.now() / 1000) * 1000
      await moveTo(0)
      return begun
    },
    call: async ({ who, command, to, outage }, id, content) => {
      const [path, body] = {
        create: ["/offers", input(content)],
        update: [`/offers/${id}`, input(content)],
        enable: [`/offers/${id}/enabled`],
        disable: [`/offers/${id}/disabled`],
        archive: [`/offers/${id}/archived`],
        transfer: [`/offers/${id}/transfer`, { newRecruiterId: company[to].id }],
        delete: [`/offers/${id}/delete`]
      }[command] as [string, unknown?]
      const { status, json, headers } = await withOutage(outage, () =>
        stage.call("POST", path, { token: tokens[who], ...(body !== undefined && { body }) })
      )
      if (status >= 400) return { answer: json.code }
      return { answer: "ok", id: json?.id ?? id, version: Number(headers.get("etag")?.replaceAll('"', "")) }
    },
    moveTo,
    sweep: (date, outage) =>
      withOutage(outage, () =>
        succeeds(stage.platform.runCron(date === "jobStartsAt" ? crons.started : crons.expired, new Date()))
      ),
    relay: (outage) => withOutage(outage, () => succeeds(relayOnce(stage))),
    deliver: async (again, outage) => {
      const messages = again ? delivered : queue.take().toReversed()
      const refused = await withOutage(outage, () => deliver(stage.platform, messages))
      if (refused > 0) assert.strictEqual(await deliver(stage.platform, messages), 0)
      if (!again) delivered.push(...messages)
    },
    refuse: (refuses) => {
      queue.refusing = refuses
    },
    written: async () => {
      const { rows } = await stage.pool.query("select * from offer")
      return new Map(
        rows.map((row): [string, PlainOffer] => [
          row.id,
          {
            version: row.version,
            term: row.term,
            owner: owner(row.owner_id),
            title: row.title,
            jobStartsAt: row.job_starts_at.getTime(),
            expiresAt: row.expires_at.getTime(),
            status: row.status
          }
        ])
      )
    },
    read: async () => {
      const { json } = await stage.call("GET", "/offers?limit=100", { token: tokens.manager })
      return new Map(
        // biome-ignore lint/suspicious/noExplicitAny: as it came over the wire
        json.map((offer: any) => [
          offer.id,
          {
            owner: owner(offer.recruiterId),
            title: offer.title,
            jobStartsAt: Date.parse(offer.startDateJob),
            expiresAt: Date.parse(offer.expiredDate),
            status: offer.status
          }
        ])
      )
    },
    assertWhole: () => assertWhole(stage.pool),
    unhandled: () => countOf(stage.pool, "delivery"),
    close: async () => {
      await stage.close()
      await queue.stop()
    }
  }
}
