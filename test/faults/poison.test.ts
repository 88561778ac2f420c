import { layerPostgres } from "@treff/adapters/postgres"
import type { EventMessage } from "@treff/adapters/wire"
import { Deliveries } from "@treff/domain/events"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { assertAllHandled, assertWhole, countOf } from "../event-log.ts"
import { openStage, type Stage } from "../stage.ts"
import { until } from "../until.ts"
import { hour, minute, type OpenCompany, openCompany, relayOnce } from "../workers/cast.ts"
import { addOffers } from "../workers/many-offers.ts"

/** What no consumer can make an event of; odd as they are, each must be kept for somebody to look at. */
const malformed: ReadonlyArray<unknown> = [
  null,
  42,
  "a text",
  [],
  {},
  { id: "no uuid", type: "offer.created" },
  { continue: "no such job" },
  { "\0": "a name that PostgreSQL can't hold", text: "\ud800 nor this" }
]

// One story, played once, since the real queue takes a second for each of five tries; the tests look at what became of it.
let stage: Stage
let cast: OpenCompany
let poisoned: string
let others: ReadonlyArray<string>
/** How many times the consumer asked to mark each event as handled; a try that fails asks twice: with its batch, and alone. */
const asked = new Map<string, number>()
const asks = 2
/** How many times the keeper of the dead letters asked the database to keep one, and how often that is to fail first. */
let buryings = 0
const failingBuryings = 12

const eventOf = async (offerId: string): Promise<string> =>
  (await stage.pool.query("select id from event where subject_id = $1 and type = 'offer.archived'", [offerId])).rows[0]
    .id

const letters = async () =>
  (await stage.pool.query("select event_id, message, error, failed_at from dead_letter order by failed_at, id")).rows

const deliveries = <A, E>(use: (deliveries: Deliveries["Service"]) => Effect.Effect<A, E>) =>
  Effect.runPromise(Effect.provide(Effect.flatMap(Deliveries, use), layerPostgres(drizzle(stage.pool))))

/** How often the relay asked what is due, in its cron and later, and what became of the cron. */
let claims = 0
let passes = 0
let relayed: "ok" | "failed"

beforeAll(async () => {
  stage = await openStage({ batchSeconds: 1 })
  cast = await openCompany(stage)
  const [bad = "", ...good] = await Promise.all(Array.from({ length: 6 }, () => cast.offer()))
  await assertAllHandled(stage.pool)
  await stage.pool.query(`
    create function refuse_poison() returns trigger language plpgsql as $$ begin
      if exists (select 1 from event where id = new.event_id and subject_id = '${bad}' and type = 'offer.archived') then
        raise exception 'this one is poison';
      end if;
      return new;
    end $$`)
  await stage.pool.query("create trigger poison before insert on receipt for each row execute function refuse_poison()")
  stage.neon.onRequest = ([statement]) => {
    const { query = "", params = [] } = statement ?? {}
    if (query.includes('insert into "receipt"')) {
      for (const [id] of JSON.stringify(params[0]).matchAll(/[\da-f-]{36}/g)) asked.set(id, (asked.get(id) ?? 0) + 1)
    }
    if (query.includes('update "outgoing_mail"') && passes === 0) return { down: "before" }
    if (query.includes('update "delivery" d') && ++claims === 1) return { down: "before" }
    // The keeper of the dead letters has a bad day, too: its database is gone at first.
    if (query.includes('insert into "dead_letter"') && ++buryings <= failingBuryings) {
      return { down: buryings % 2 === 0 ? "before" : "after" }
    }
    return undefined
  }
  // Two passes, ten seconds apart: they take no longer than the story.
  const relay = stage.platform.runCron(new Date(minute + 40_000)).then(
    () => "ok" as const,
    () => "failed" as const
  )
  // All within the second that the queue gathers a batch.
  await Promise.all([
    ...[bad, ...good].map((id) => cast.byRecruiter(`/offers/${id}/archived`)),
    // The last asks to go on with what always fails: it is given up too, and not kept, since it holds nothing.
    stage.platform.sendToQueue([...malformed, { continue: "sendMails" }])
  ])
  poisoned = await eventOf(bad)
  others = await Promise.all(good.map(eventOf))
  // Those that were kept, but of which the answer was lost, come once more, too.
  const all = failingBuryings + 1 + malformed.length
  await until("all dead letters kept, and known to be", () => buryings === all, 40_000)
  relayed = await relay
  passes = claims
}, 60_000)
afterAll(() => stage.close())

describe("a poison message", () => {
  it("is tried five times, exactly", () => {
    assert.strictEqual(asked.get(poisoned), 5 * asks)
  })

  it("harms none of the others of its batch: each is handled, at its first try", async () => {
    for (const id of others) assert.isAtMost(asked.get(id) ?? 0, asks)
    const { rows } = await stage.pool.query("select count(*)::int as count from receipt where event_id = any($1)", [
      others
    ])
    assert.strictEqual(rows[0].count, others.length)
  })

  it("is kept, whole, with its last error", async () => {
    const [letter, ...more] = (await letters()).filter(({ event_id }) => event_id === poisoned)
    assert.deepStrictEqual(more, [])
    assert.match(letter.error, /this one is poison/)
    assert.notMatch(letter.error, /insert into/, "what PostgreSQL said, not the statement")
    const message: EventMessage = letter.message
    assert.strictEqual(message.id, poisoned)
    assert.strictEqual(message.type, "offer.archived")
  })

  it("is due no more: it is waiting for somebody", async () => {
    await stage.platform.setClockOffset(48 * hour)
    await relayOnce(stage)
    assert.strictEqual(await countOf(stage.pool, "delivery"), 0)
    assert.strictEqual(asked.get(poisoned), 5 * asks)
    await assertWhole(stage.pool)
  })
})

describe("a message that is no event", () => {
  it("is kept as it came, with what is wrong with it", async () => {
    const kept = (await letters()).filter(({ event_id }) => event_id === null)
    assert.strictEqual(kept.length, malformed.length)
    const readable = malformed.slice(0, -1).map((message) => JSON.stringify(message))
    assert.includeMembers(
      kept.map(({ message }) => JSON.stringify(message)),
      readable
    )
    for (const { error } of kept) assert.match(error, /^not an event: /)
  })
})

describe("the keeper of dead letters", () => {
  it("loses nothing while its database is gone, and keeps each letter once", async () => {
    assert.strictEqual(buryings, failingBuryings + 1 + malformed.length)
    assert.strictEqual(await countOf(stage.pool, "dead_letter"), 1 + malformed.length)
  })
})

describe("a relay whose first pass of the minute fails", () => {
  it("makes the next one ten seconds later all the same, and is seen to have failed", () => {
    assert.strictEqual(passes, 2)
    assert.strictEqual(relayed, "failed")
  })
})

describe("a replay", () => {
  it("before the mend leads to five more tries, and back to the dead letters", async () => {
    const [letter] = await replayable()
    assert.deepStrictEqual(await deliveries((port) => port.replay([letter?.id ?? ""], Date.now())), [poisoned])
    await stage.platform.setClockOffset(49 * hour)
    await relayOnce(stage)
    await until("given up again", async () => (await replayable()).length === 1)
    assert.strictEqual(asked.get(poisoned), 10 * asks)
    await assertWhole(stage.pool)
  })

  it("after the mend leads to one more, which handles it: nothing is lost", async () => {
    await stage.pool.query("drop trigger poison on receipt")
    const [letter] = await replayable()
    assert.deepStrictEqual(await deliveries((port) => port.replay([letter?.id ?? ""], Date.now())), [poisoned])
    await relayOnce(stage)
    await assertAllHandled(stage.pool)
    assert.strictEqual(asked.get(poisoned), 10 * asks + 1)
    assert.deepStrictEqual(await replayable(), [])
    assert.strictEqual(await countOf(stage.pool, "dead_letter"), malformed.length)
  })

  it("of what is no event leaves it where it is", async () => {
    const left = await deliveries((port) => port.buried(null, 100))
    assert.deepStrictEqual(
      await deliveries((port) =>
        port.replay(
          left.map(({ id }) => id),
          Date.now()
        )
      ),
      []
    )
    assert.strictEqual(await countOf(stage.pool, "dead_letter"), malformed.length)
  })
})

const replayable = async () =>
  (await deliveries((port) => port.buried(null, 100))).filter(({ eventId }) => eventId !== null)

describe("a message that asks to go on", () => {
  it("sweeps what is due, after an outage too", async () => {
    const date = new Date(Date.now() - minute)
    await addOffers(stage.pool, cast.company, { count: 10, jobStartsAt: date, expiresAt: date })
    let outages = 0
    stage.neon.onRequest = ([statement]) =>
      (statement?.query.includes("job_starts_at") ?? false) && outages++ === 0 ? { down: "before" } : undefined
    await stage.platform.sendToQueue([{ continue: "checkDateStartDateJobOffers" }])
    await until("all expired", async () => {
      const { rows } = await stage.pool.query("select 1 from offer where status = 'active' limit 1")
      return rows.length === 0
    })
    assert.isAbove(outages, 1)
    await assertAllHandled(stage.pool)
  })
})
