import { endsAt, type OfferStatus } from "@treff/domain/offer"
import * as fc from "fast-check"
import { assert } from "vitest"
import { hour } from "../workers/cast.ts"

/** An offer as plainly as it can be thought of. */
export interface PlainOffer {
  readonly version: number
  readonly owner: Owner
  readonly title: string
  readonly jobStartsAt: number
  readonly expiresAt: number
  readonly status: OfferStatus
  readonly term: number
}

export type Owner = "recruiter" | "colleague"

/** What somebody asks for. `target` counts the offers that were made, deleted ones too; the dates are in hours from then. */
export interface Call {
  readonly type: "call"
  readonly who: "manager" | Owner
  readonly command: "create" | "update" | "enable" | "disable" | "archive" | "transfer" | "delete"
  readonly target: number
  readonly title: string
  readonly startsIn: number
  readonly expiresAfter: number
  readonly to: Owner
  readonly outage: Outage | null
}

/** The request to the database, counted from 0, that goes wrong, and whether it runs all the same. */
export interface Outage {
  readonly request: number
  readonly down: "before" | "after"
}

export type Step =
  | Call
  | { readonly type: "advance"; readonly hours: number }
  | { readonly type: "sweep"; readonly date: "jobStartsAt" | "expiresAt"; readonly outage: Outage | null }
  | { readonly type: "relay"; readonly outage: Outage | null }
  | { readonly type: "deliver"; readonly outage: Outage | null }
  | { readonly type: "redeliver" }
  | { readonly type: "queue"; readonly refuses: boolean }

const outage = fc.option(fc.record({ request: fc.nat(2), down: fc.constantFrom("before", "after") }), { freq: 4 })
const call = fc.record({
  type: fc.constant("call"),
  who: fc.constantFrom("manager", "recruiter", "colleague"),
  command: fc.constantFrom("create", "update", "enable", "disable", "archive", "transfer", "delete"),
  target: fc.nat(3),
  title: fc.constantFrom("Baker", "Cook"),
  startsIn: fc.integer({ min: -1, max: 6 }),
  expiresAfter: fc.integer({ min: 1, max: 6 }),
  to: fc.constantFrom("recruiter", "colleague"),
  outage
})
const otherwise = fc.oneof(
  fc.record({ type: fc.constant("advance"), hours: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ type: fc.constant("sweep"), date: fc.constantFrom("jobStartsAt", "expiresAt"), outage }),
  fc.record({ type: fc.constant("relay"), outage }),
  fc.record({ type: fc.constant("deliver"), outage }),
  fc.record({ type: fc.constant("redeliver") }),
  fc.record({ type: fc.constant("queue"), refuses: fc.boolean() })
)
const story: fc.Arbitrary<ReadonlyArray<Step>> = fc
  .tuple(
    fc.array(call, { maxLength: 2 }).map((calls) => calls.map((each) => ({ ...each, command: "create" as const }))),
    fc.array(fc.oneof({ weight: 3, arbitrary: call }, { weight: 2, arbitrary: otherwise }), {
      minLength: 3,
      maxLength: 25
    })
  )
  .map(([begin, rest]) => [...begin, ...rest] as ReadonlyArray<Step>)

/** The whole of Treff, on whatever it runs. */
export interface System {
  /** Forgets everything; time is at `now` again, which is answered. */
  readonly begin: () => Promise<number>
  /** Answers `ok`, or the code of the problem. `id` is that of the target; a creation answers its own. */
  readonly call: (
    call: Call,
    id: string,
    content: Content
  ) => Promise<{ readonly answer: string; readonly id?: string; readonly version?: number }>
  /** How many hours it is after the beginning. */
  readonly moveTo: (hours: number) => Promise<void>
  /** These answer false when they failed. */
  readonly sweep: (date: "jobStartsAt" | "expiresAt", outage: Outage | null) => Promise<boolean>
  readonly relay: (outage: Outage | null) => Promise<boolean>
  /** Delivers what was published, in another order; what is refused comes again. `again`: what was delivered before, once more. */
  readonly deliver: (again: boolean, outage: Outage | null) => Promise<void>
  readonly refuse: (refuses: boolean) => void
  /** Every offer as it is written, by its id. */
  readonly written: () => Promise<ReadonlyMap<string, PlainOffer>>
  /** Every offer as the manager reads it. */
  readonly read: () => Promise<ReadonlyMap<string, Omit<PlainOffer, "version" | "term">>>
  /** Fails when the store contradicts itself. */
  readonly assertWhole: () => Promise<void>
  /** How many events were not handled. */
  readonly unhandled: () => Promise<number>
}

export interface Content {
  readonly title: string
  readonly jobStartsAt: number
  readonly expiresAt: number
}

/** That a system does what the model does, step by step, whatever the story, and loses nothing on the way. */
export const followsTheModel = async (system: System, runs: number): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(story, (steps) => tell(system, steps)),
    { numRuns: runs, interruptAfterTimeLimit: 3_600_000 }
  )
}

const byState: ReadonlySet<string> = new Set(["illegal-transition", "offer-dates-passed", "offer-not-active"])

const tell = async (system: System, steps: ReadonlyArray<Step>): Promise<void> => {
  const begun = await system.begin()
  const offers = new Map<string, PlainOffer>()
  const made: Array<string> = []
  let hours = 0
  const sweep = (date: "jobStartsAt" | "expiresAt", at: number) => {
    for (const [id, offer] of offers) if (isDue(offer, at) && offer[date] <= at) offers.set(id, settled(offer, at))
  }
  for (const step of steps) {
    // Half an hour past the dates, which lie at full hours: that the real time goes on meanwhile makes no difference.
    const at = begun + hours * hour + hour / 2
    if (step.type === "call") {
      const id = made[step.target % Math.max(1, made.length)] ?? crypto.randomUUID()
      const jobStartsAt = begun + (hours + 1 + step.startsIn) * hour
      const content = { title: step.title, jobStartsAt, expiresAt: jobStartsAt + step.expiresAfter * hour }
      const expected = decide(offers.get(id), step, content, at)
      // What the state refuses leaves the offer as time has made it, and that is written.
      const before = offers.get(id)
      const passed =
        "refusal" in expected && byState.has(expected.refusal) && before !== undefined && isDue(before, at)
          ? settled(before, at)
          : undefined
      const { answer, id: created, version } = await system.call(step, id, content)
      if (answer === "store-unavailable") {
        assert.isNotNull(step.outage, "nobody ordered an outage")
        // It may have happened all the same, then wholly. Of a creation that nobody heard of the id is new.
        const written = await system.written()
        const subject = step.command === "create" ? [...written.keys()].find((key) => !offers.has(key)) : id
        if (subject !== undefined && "state" in expected) {
          const happened = written.get(subject)?.version === expected.state?.version
          if (happened) write(offers, made, subject, expected.state)
        }
        if (passed !== undefined && written.get(id)?.version === passed.version) offers.set(id, passed)
      } else {
        assert.strictEqual(answer, "state" in expected ? "ok" : expected.refusal)
        if ("state" in expected) {
          if (expected.state !== null) assert.strictEqual(version, expected.state.version)
          write(offers, made, created ?? id, expected.state)
        }
        if (passed !== undefined) offers.set(id, passed)
      }
    } else if (step.type === "advance") {
      hours += step.hours
      await system.moveTo(hours)
    } else if (step.type === "sweep") {
      // A sweep that failed may have done its work, or not; the next one has done it in any case.
      if (!(await system.sweep(step.date, step.outage))) assert.isTrue(await system.sweep(step.date, null))
      sweep(step.date, at)
    } else if (step.type === "relay") await system.relay(step.outage)
    else if (step.type === "queue") system.refuse(step.refuses)
    else await system.deliver(step.type === "redeliver", step.type === "deliver" ? step.outage : null)

    await system.assertWhole()
    assert.deepStrictEqual(await system.written(), offers)
    const now = begun + hours * hour + hour / 2
    assert.deepStrictEqual(
      await system.read(),
      new Map([...offers].map(([id, offer]) => [id, without(settled(offer, now))]))
    )
  }
  system.refuse(false)
  for (let tries = 0; (await system.unhandled()) > 0; tries++) {
    assert.isBelow(tries, 10, "events are lost")
    hours += 2
    await system.moveTo(hours)
    await system.relay(null)
    await system.deliver(false, null)
  }
  await system.assertWhole()
}

const without = ({ version: _, term: _term, ...rest }: PlainOffer) => rest

const write = (offers: Map<string, PlainOffer>, made: Array<string>, id: string, state: PlainOffer | null): void => {
  if (state === null) offers.delete(id)
  else {
    if (!made.includes(id)) made.push(id)
    offers.set(id, state)
  }
}

const isDue = (offer: PlainOffer, at: number): boolean =>
  (offer.status === "active" || offer.status === "disabled") && endsAt(offer) <= at

const settled = (offer: PlainOffer, at: number): PlainOffer =>
  isDue(offer, at) ? { ...offer, status: "expired", version: offer.version + 1 } : offer

/** The pages of the specification, read once more: what a command leads to. A state of null: it is gone. */
const decide = (
  known: PlainOffer | undefined,
  { command, who, to }: Call,
  content: Content,
  at: number
): { readonly state: PlainOffer | null } | { readonly refusal: string } => {
  const refuse = (refusal: string) => ({ refusal })
  if ((command === "delete" || command === "transfer") && who !== "manager") return refuse("role-not-allowed")
  if ((command === "create" || command === "update") && content.jobStartsAt <= at) return refuse("invalid-input")
  if (command === "create") {
    // The model has no offers of the manager's own: they are transferred nowhere and read by nobody else.
    return { state: { ...content, version: 1, owner: who as Owner, status: "active", term: 1 } }
  }
  if (known === undefined) return refuse("not-found")
  if (who !== "manager" && who !== known.owner) return refuse("not-owner")
  const offer = settled(known, at)
  const next = (changes: Partial<PlainOffer>) => ({ state: { ...offer, ...changes, version: offer.version + 1 } })
  const asItIs = { state: offer }
  switch (command) {
    case "update": {
      const { title, jobStartsAt, expiresAt } = offer
      const same = title === content.title && jobStartsAt === content.jobStartsAt && expiresAt === content.expiresAt
      return offer.status === "archived" ? refuse("illegal-transition") : same ? asItIs : next(content)
    }
    case "enable":
      if (offer.status === "active") return asItIs
      if (endsAt(offer) <= at) return refuse("offer-dates-passed")
      return next({ status: "active", term: offer.status === "disabled" ? offer.term : offer.term + 1 })
    case "disable":
      if (offer.status === "disabled") return asItIs
      return offer.status === "active" ? next({ status: "disabled" }) : refuse("illegal-transition")
    case "archive":
      return offer.status === "archived" ? asItIs : next({ status: "archived" })
    case "transfer":
      if (offer.owner === to) return asItIs
      return offer.status === "active" ? next({ owner: to }) : refuse("offer-not-active")
    case "delete":
      return { state: null }
    default:
      throw new Error(`${command} is no change`)
  }
}
