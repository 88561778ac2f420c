import { assert, describe, it } from "@effect/vitest"
import { layerMemory, layerMemoryQueue, memoryState } from "@treff/adapters/memory"
import { layerCloudflareQueue, layerPublishing, type MessageQueue } from "@treff/adapters/queue"
import { type EventMessage, eventMessage, eventMessages } from "@treff/adapters/wire"
import { eventQueueContract } from "@treff/contract-tests/event-queue"
import { anEvent, anOffer, newId, now, removed, written } from "@treff/contract-tests/fixtures"
import { EventQueue, Journal, type RecordedEvent } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

type Message = Parameters<MessageQueue["sendBatch"]>[0] extends Iterable<infer M> ? M : never

/** Cloudflare's side of a binding: it takes what the platform would take, and throws at the rest. */
const fakeBinding = () => {
  const batches: Array<ReadonlyArray<Message>> = []
  const binding = {
    batches,
    bodies: () => batches.flat().map(({ body }) => body as EventMessage),
    refuses: false,
    sendBatch: async (messages: Iterable<Message>) => {
      const batch = [...messages]
      if (binding.refuses) throw new Error("queue is full")
      batches.push(batch)
    }
  }
  return binding
}
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length

const offer = anOffer()
const happenings = (count: number) =>
  Array.from({ length: count }, (_, index) => anEvent(offer, { sequence: index + 1 }))
const large = (bytes: number) =>
  anEvent(offer, {
    type: "offer.updated",
    data: { fields: Array(Math.ceil(bytes / '"title",'.length)).fill("title"), jobStartsAt: now, expiresAt: now }
  })

const publish = (events: ReadonlyArray<RecordedEvent>) =>
  Effect.flatMap(Effect.service(EventQueue), (queue) => queue.publish(events))

eventQueueContract({
  name: "a queue in memory",
  make: () => {
    const events: Array<RecordedEvent> = []
    return {
      layer: layerMemoryQueue((batch) => void events.push(...batch)),
      published: () => events.map(({ id }) => id)
    }
  }
})
eventQueueContract({
  name: "a queue at Cloudflare",
  make: () => {
    const binding = fakeBinding()
    return { layer: layerCloudflareQueue(binding), published: () => binding.bodies().map(({ id }) => id) }
  }
})

describe("a queue at Cloudflare", () => {
  const batchesOf = (events: ReadonlyArray<RecordedEvent>) => {
    const binding = fakeBinding()
    return Effect.as(Effect.provide(publish(events), layerCloudflareQueue(binding)), binding.batches)
  }

  it.effect("is given at most a hundred messages at once, and nothing at all rather than none", () =>
    Effect.gen(function* () {
      const sizes = (batches: ReadonlyArray<ReadonlyArray<unknown>>) => batches.map(({ length }) => length)
      assert.deepStrictEqual(sizes(yield* batchesOf(happenings(250))), [100, 100, 50])
      assert.deepStrictEqual(sizes(yield* batchesOf(happenings(100))), [100])
      assert.deepStrictEqual(sizes(yield* batchesOf([])), [])
    })
  )

  it.effect("is given at most 240 KB at once", () =>
    Effect.gen(function* () {
      const events = [100_000, 100_000, 100_000, 500, 120_000, 119_000, 500, 60_000].map(large)
      const batches = yield* batchesOf(events)
      for (const batch of batches) {
        assert.isAtMost(
          batch.reduce((sum, { body }) => sum + bytesOf(body), 0),
          240_000
        )
      }
      assert.strictEqual(batches.flat().length, events.length)
      // Full batches, not one message each.
      assert.isAtMost(batches.length, 4)
    })
  )

  it.effect("that refuses is unavailable", () =>
    Effect.gen(function* () {
      const binding = fakeBinding()
      binding.refuses = true
      const failure = yield* Effect.flip(Effect.provide(publish(happenings(1)), layerCloudflareQueue(binding)))
      assert.strictEqual(failure._tag, "QueueUnavailable")
    })
  )

  it.effect("carries every type of event in its documented form, and nothing of its tenant", () =>
    Effect.gen(function* () {
      const dates = { jobStartsAt: now, expiresAt: now + 1 }
      const term = 2
      const facts: ReadonlyArray<Pick<RecordedEvent, "type" | "data">> = [
        { type: "offer.created", data: { ownerId: offer.ownerId, term, ...dates } },
        { type: "offer.updated", data: { fields: ["employmentType", "jobStartsAt"], ...dates } },
        { type: "offer.enabled", data: { term } },
        { type: "offer.disabled", data: { term } },
        { type: "offer.archived", data: { term } },
        { type: "offer.expired", data: { term, reason: "expired_date" } },
        { type: "offer.transferred", data: { fromOwnerId: newId(), toOwnerId: newId() } },
        { type: "offer.deleted", data: { term, ownerId: offer.ownerId } }
      ]
      const parties = { offerId: offer.id, term, candidateId: newId(), senderId: newId() }
      const send = { type: "offerSent", id: newId() } as const
      const factsOfSends = [
        { type: "offerSent.created", data: parties },
        { type: "offerSent.viewed", data: parties },
        { type: "offerSent.responded", data: parties },
        { type: "offerSent.deleted", data: { ...parties, reason: "candidate" } }
      ] as const
      const inviting = { inviterId: newId() }
      const sending = { ...inviting, resends: 0, expiresAt: now }
      const joining = { role: "recruiter", subRole: "recruiter_user", formerRole: null, invitationId: null } as const
      const factsOfOthers = {
        invitation: [
          { type: "invitation.created", data: sending },
          { type: "invitation.resent", data: sending },
          { type: "invitation.accepted", data: { ...inviting, accountId: newId() } },
          { type: "invitation.declined", data: inviting },
          { type: "invitation.revoked", data: inviting },
          { type: "invitation.expired", data: inviting }
        ],
        account: [
          { type: "account.created", data: joining },
          { type: "account.joined", data: joining },
          { type: "account.subRoleChanged", data: { subRole: "recruiter_admin" } },
          { type: "account.left", data: { role: "recruiter" } }
        ],
        company: [
          { type: "company.created", data: { creatorId: newId() } },
          { type: "company.renamed", data: {} }
        ]
      } as const
      const events = [
        ...facts.map((fact, index) => anEvent(offer, { sequence: index + 1, ...fact })),
        ...factsOfSends.map((fact, index) => ({ ...anEvent(offer, { sequence: index + 1, ...fact }), subject: send })),
        ...Object.entries(factsOfOthers).flatMap(([type, facts]) => {
          const subject = { type: type as keyof typeof factsOfOthers, id: newId() }
          return facts.map((fact, index) => ({ ...anEvent(offer, { sequence: index + 1, ...fact }), subject }))
        })
      ]
      const batches = yield* batchesOf(events)
      for (const [index, { body, contentType }] of batches.flat().entries()) {
        assert.strictEqual(contentType, "json")
        const carried = eventMessage.parse(JSON.parse(JSON.stringify(body)))
        assert.deepStrictEqual(carried, body)
        const { id, type, subject, sequence, actor } = events[index] as RecordedEvent
        const { data: _, ...envelope } = carried
        const occurredAt = new Date(now).toISOString()
        assert.deepStrictEqual<unknown>(envelope, { id, type, subject, sequence, actor, occurredAt })
        assert.notProperty(carried, "companyId")
      }
      assert.strictEqual(batches.flat().length, eventMessages.length)
      assert.deepStrictEqual(batches.flat().map(({ body }) => (body as EventMessage).data as unknown)[1], {
        fields: ["emploiType", "startDateJob"],
        startDateJob: new Date(now).toISOString(),
        expiredDate: new Date(now + 1).toISOString()
      })
    })
  )
})

describe("a journal that publishes", () => {
  /** A store in memory whose journal publishes, and what the platform is asked to keep alive. */
  const publishingJournal = () => {
    const state = memoryState()
    const binding = fakeBinding()
    const kept: Array<Promise<unknown>> = []
    const layer = layerPublishing((work) => void kept.push(work)).pipe(
      Layer.provide(Layer.merge(layerMemory(state), layerCloudflareQueue(binding)))
    )
    const done = Effect.promise(() => Promise.all(kept))
    const commit = (...changes: Parameters<Journal["Service"]["commit"]>[0]) =>
      Effect.provide(
        Effect.flatMap(Effect.service(Journal), (journal) => journal.commit(changes, { at: now })),
        layer
      )
    return { state, binding, kept, layer, done, commit }
  }

  it.effect("publishes what it has committed, in the background", () =>
    Effect.gen(function* () {
      const { state, binding, kept, done, commit } = publishingJournal()
      const [one, two] = [written(anOffer()), written(anOffer())]
      yield* commit(one, two)
      assert.strictEqual(kept.length, 1)
      yield* done
      assert.deepStrictEqual(
        binding.bodies().map(({ id }) => id),
        [...one.events, ...two.events].map(({ id }) => id)
      )
      // It stays due until it is handled: publishing is no delivery.
      assert.strictEqual(state.deliveries.size, 2)
    })
  )

  it.effect("publishes nothing before it is committed", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const journal = Layer.mock(Journal, { commit: () => Effect.sync(() => void order.push("committed")) })
      const queue = layerMemoryQueue(() => void order.push("published"))
      const layer = layerPublishing(() => void order.push("kept alive")).pipe(
        Layer.provide(Layer.merge(journal, queue))
      )
      yield* Effect.provide(
        Effect.flatMap(Effect.service(Journal), ({ commit }) => commit([written(anOffer())], { at: now })),
        layer
      )
      assert.strictEqual(order[0], "committed")
      assert.sameMembers(order, ["committed", "published", "kept alive"])
    })
  )

  it.effect("publishes nothing of a commit that failed", () =>
    Effect.gen(function* () {
      const { binding, kept, commit } = publishingJournal()
      assert.strictEqual((yield* Effect.flip(commit(removed(anOffer(), 3))))._tag, "StaleVersion")
      assert.deepStrictEqual([kept.length, binding.batches.length], [0, 0])
    })
  )

  it.effect("publishes of a sweep what was written, and not what was skipped", () =>
    Effect.gen(function* () {
      const { binding, done, layer } = publishingJournal()
      const available = written(anOffer())
      yield* Effect.provide(
        Effect.flatMap(Effect.service(Journal), ({ commitEach }) =>
          commitEach([removed(anOffer(), 3), available], { at: now })
        ),
        layer
      )
      yield* done
      assert.deepStrictEqual(
        binding.bodies().map(({ id }) => id),
        available.events.map(({ id }) => id)
      )
    })
  )

  it.effect("takes no harm from a queue that refuses: the events are still due", () =>
    Effect.gen(function* () {
      const { state, binding, done, commit } = publishingJournal()
      binding.refuses = true
      const change = written(anOffer())
      yield* commit(change)
      yield* done
      assert.deepStrictEqual(
        [...state.deliveries.keys()],
        change.events.map(({ id }) => id)
      )
    })
  )
})
