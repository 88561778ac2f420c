import { isDeepStrictEqual } from "node:util"
import type { Caller } from "@treff/domain/identity"
import * as fc from "fast-check"
import { assert } from "vitest"
import { hour, minute } from "../workers/cast.ts"
import { assertConsistent, type Snapshot } from "../workers/snapshot.ts"
import { agrees, type Cast, type Claims, type Name } from "./cast.ts"
import type { Call, Context, Flow, Job, Known, Outcome, Step, View } from "./flow.ts"
import { makeKnown } from "./known.ts"
import { calm, type Machine, type Outage } from "./machine.ts"
import { story } from "./stories.ts"
import { beginning, flows, type World } from "./world.ts"

/** The whole of Treff, on whatever it runs. */
export interface System extends Machine {
  readonly cast: Cast
  /** Forgets everything. Answers when the story begins; the time is so many milliseconds after. */
  readonly begin: (after: number) => Promise<number>
  /** Answers what was said, or the code of the problem, for each of the times that it is asked at once. */
  readonly ask: (flow: Flow<Call, World>, call: Call, context: Context<World>) => Promise<ReadonlyArray<string>>
  /** Answers false when it failed. */
  readonly run: (job: Job<World>, outage: Outage | null) => Promise<boolean>
  readonly read: (view: View<World>, caller: Caller, known: Known) => Promise<unknown>
  /** The token of an invitation's link, whose mail has not gone yet. */
  readonly linkOf: (invitationId: string) => Promise<string>
}

const kinds = flows.flatMap((flow) => flow.kinds)
const views = flows.flatMap((flow) => flow.views)
const jobs = flows.flatMap((flow) => flow.jobs ?? [])

export interface Runs {
  readonly numRuns: number
  /** For how many milliseconds stories are begun at most, those too by which a failure is made shorter. */
  readonly timeLimit?: number
  /** Of a run that is to be repeated. */
  readonly seed?: number
}

/** That a system does what the model does, step by step, whatever the story, and loses nothing on the way. */
export const followsTheModel = (system: System, { timeLimit = Infinity, ...runs }: Runs): Promise<void> => {
  const end = performance.now() + timeLimit
  // Each story that was begun goes to its end: fast-check's own limits would leave it half-way, at work on the system.
  const property = fc.asyncProperty(story, async (steps) => {
    if (performance.now() < end) await play(system, steps)
  })
  return fc.assert(property, runs)
}

/** Plays one story on a system and on the model, and compares them after each step. */
export const play = async (system: System, steps: ReadonlyArray<Step>): Promise<void> => {
  let world = beginning
  let hours = 0
  /** A minute more at each move, so that what has to pass in full hours has passed, however long a story takes. */
  let moves = 1
  const begun = await system.begin(minute)
  const now = () => begun + hours * hour + moves * minute
  const { known, idsOf, addLink, meet } = makeKnown(system.cast, begun)

  /** What the store says, of the things that are known in their order, and of new ones. */
  const written = (store: Snapshot) =>
    comparable((kind) => {
      const rows = new Map(kind.written(store, known).map(({ id, facts }) => [id, facts]))
      const old = idsOf(kind.name).map((id) => rows.get(id) ?? null)
      for (const id of idsOf(kind.name)) rows.delete(id)
      return [...old, ...inOrder([...rows.values()])]
    })
  const expected = (world: World) =>
    comparable((kind) => {
      const facts = kind.expected(world, known)
      const count = idsOf(kind.name).length
      return [...facts.slice(0, count), ...inOrder(facts.slice(count).filter((one) => one !== null))]
    })
  /** The ids of what is new, in a store that is as expected, and the links that have just been made. */
  const learn = async (store: Snapshot) => {
    for (const kind of kinds) {
      const ids = idsOf(kind.name)
      const rows = kind.written(store, known).filter(({ id }) => !ids.includes(id))
      for (const facts of kind.expected(world, known).slice(ids.length)) {
        const [row] = rows.splice(
          rows.findIndex((row) => isDeepStrictEqual(row.facts, facts)),
          1
        )
        ids.push(row?.id ?? assert.fail(`one of the ${kind.name} has no id`))
      }
      for (const [index, count] of (kind.links?.(world) ?? []).entries()) {
        const id = known.idOf(kind.name, index)
        // Of several that were made at once only the last one is still there.
        while (known.linksOf(id).length < count - 1) addLink(id, "lost")
        if (known.linksOf(id).length < count) addLink(id, await system.linkOf(id))
      }
    }
  }

  /** That what is written, and what people read, is what the model says. */
  const look = async (mayHaveReacted: boolean): Promise<Snapshot> => {
    const store = await system.snapshot()
    assertConsistent(store, now())
    meet(store)
    if (mayHaveReacted) for (const flow of flows) world = { ...world, ...flow.reacted?.(world, store, known) }
    assert.deepStrictEqual(written(store), expected(world))
    await learn(store)
    return store
  }
  const lastRead = new Map<View<World>, unknown>()
  /** Reads what should have changed since it was read last, or everything. */
  const read = (everything: boolean) =>
    Promise.all(
      views.map(async (view) => {
        const person = world.people.get(view.who)
        if (person === undefined || !agrees(person, person.claims) || view.mayBeRead?.(person) === false) return
        const expected = view.expected(world, hours, known)
        if (!everything && isDeepStrictEqual(lastRead.get(view), expected)) return
        const found = await system.read(view, callerOf(view.who, person.claims), known)
        assert.deepStrictEqual(found, expected, view.what)
        lastRead.set(view, expected)
      })
    )

  const callerOf = (name: Name, { role, subRole, company }: Claims): Caller => ({
    ...{ id: known.personId(name), role, subRole, companyId: known.companyId(company) }
  })
  const ask = async (flow: Flow<Call, World>, given: Call) => {
    const call = given.outage === null ? given : { ...given, times: 1 }
    const person = call.who === "nobody" ? undefined : world.people.get(call.who)
    const caller = person === undefined ? nobody : callerOf(call.who as Name, call.isFresh ? person : person.claims)
    const context = { world, known, at: hours, caller, isSignedIn: person !== undefined }
    const outcomes: Array<Outcome<World>> = []
    const worlds = [world]
    for (let time = 0; time < call.times; time++) {
      const outcome = flow.decide(call, worlds.at(-1) ?? world, hours)
      outcomes.push(outcome)
      for (const write of outcome.writes) worlds.push({ ...(worlds.at(-1) ?? world), ...write })
    }
    const answers = await system.ask(flow, call, context)
    const usual = outcomes.map(({ answer }) => answer)
    if (call.outage === null) assert.deepStrictEqual(answers.toSorted(), usual.toSorted(), call.command)
    else {
      const unwritten = outcomes.flatMap(({ answerUnwritten = [] }) => answerUnwritten)
      for (const answer of answers) assert.include([...usual, ...unwritten, "store-unavailable"], answer, call.command)
      // It may have happened all the same, then wholly, unless the answer says that it has.
      if (answers.some((answer) => !usual.includes(answer) || unwritten.includes(answer))) {
        const store = await system.snapshot()
        meet(store)
        const found = written(store)
        world = worlds.find((one) => isDeepStrictEqual(expected(one), found)) ?? assert.fail("half of it is written")
        return
      }
    }
    world = worlds.at(-1) ?? world
  }
  const run = async (job: Job<World>, outage: Outage | null) => {
    // One that failed may have done its work, or not; the next one has done it in any case.
    if (!(await system.run(job, outage))) assert.isTrue(await system.run(job, null))
    world = { ...world, ...job.done(world, hours) }
  }

  await look(false)
  for (const step of steps) {
    const before = world
    switch (step.type) {
      case "call":
        await ask(flows.find(({ name }) => name === step.flow) ?? assert.fail(step.flow), step.call)
        break
      case "advance":
        hours += step.hours
        moves++
        await system.moveTo(now())
        break
      case "job":
        await run(jobs.find(({ name }) => name === step.job) ?? assert.fail(step.job), step.outage)
        break
      case "relay":
        await system.relay(step.outage)
        break
      case "deliver":
        await system.deliver(false, step.outage)
        break
      case "redeliver":
        await system.deliver(true, null)
        break
      case "queue":
        system.refuse(step.refuses)
        continue
      case "forget":
        system.forget()
        continue
      case "post":
        system.post(step.post)
        continue
    }
    await look(step.type === "deliver" || step.type === "redeliver")
    if (world !== before || step.type === "advance") await read(false)
  }
  // The storm is over: everything is handled, and every mail sent or given up.
  system.refuse(false)
  system.post("open")
  for (const job of jobs) await run(job, null)
  const store = await calm(system, () => look(true))
  await read(true)
  for (const flow of flows) flow.assertDone?.(world, store, known)
  assertMailed(store, system.mailbox(), now())
}

/** What is compared, kind by kind. */
const comparable = (factsOf: (kind: (typeof kinds)[number]) => ReadonlyArray<object | null>) =>
  Object.fromEntries(kinds.map((kind) => [kind.name, factsOf(kind)]))

const inOrder = (facts: ReadonlyArray<object>): ReadonlyArray<object> => {
  const key = (one: object) => JSON.stringify(Object.entries(one).toSorted())
  return facts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** Who calls without an account, or without saying who they are. */
const nobody: Caller = { id: crypto.randomUUID(), role: "candidate", subRole: null, companyId: null }

/** That every mail arrived, once, but for those that had come to nothing when their turn came, or were put off for days. */
const assertMailed = (store: Snapshot, mailbox: ReadonlyArray<string>, now: number): void => {
  assert.strictEqual(new Set(mailbox).size, mailbox.length, "a mail arrived twice")
  const mails = store.notifications.filter(({ channel }) => channel === "mail")
  assert.includeMembers(
    mails.map(({ id }) => id),
    [...mailbox],
    "mails that notify nobody"
  )
  for (const mail of mails) {
    if (mail.status === "sent") {
      assert.include(mailbox, mail.id, `${mail.template} did not arrive`)
    } else if (mail.error === "by now there is nothing to tell") {
      const mayBe = flows.map((flow) => flow.mayBeObsolete?.(mail, store, now) ?? null).find((said) => said !== null)
      assert.isTrue(mayBe, `${mail.template} was given up`)
    } else {
      const event = store.events.find(({ id }) => id === mail.eventId) ?? assert.fail("a mail about no event")
      assert.match(mail.error ?? "", /as ordered|under way/)
      assert.isAtMost(event.occurredAt, now - 72 * hour, `${mail.template} was given up too soon`)
    }
  }
}
