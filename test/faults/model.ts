import { endsAt, type OfferStatus } from "@treff/domain/offers"
import * as fc from "fast-check"
import { assert } from "vitest"
import { hour } from "../workers/cast.ts"
import { assertConsistent, type Snapshot } from "../workers/snapshot.ts"
import { calm, type Machine, type Outage, type Post } from "./machine.ts"
import {
  type Candidate,
  decideSend,
  expectedLists,
  livesOn,
  nothingToTell,
  type PlainSend,
  type SendCall,
  type SendOutcome
} from "./send-model.ts"

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

export type Step =
  | Call
  | SendCall
  | { readonly type: "advance"; readonly hours: number }
  | { readonly type: "sweep"; readonly date: "jobStartsAt" | "expiresAt"; readonly outage: Outage | null }
  | { readonly type: "relay"; readonly outage: Outage | null }
  | { readonly type: "deliver"; readonly outage: Outage | null }
  | { readonly type: "redeliver" }
  | { readonly type: "queue"; readonly refuses: boolean }
  | { readonly type: "forget" }
  | { readonly type: "post"; readonly post: Post }

const down: fc.Arbitrary<Outage["down"]> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("before", "after") },
  { weight: 1, arbitrary: fc.constant("killed") }
)
const outage = fc.option(fc.record({ request: fc.nat(2), down }), { freq: 4 })
const call = fc.record({
  type: fc.constant("call"),
  who: fc.constantFrom("manager", "manager", "recruiter", "colleague"),
  command: fc.constantFrom(
    "create",
    "update",
    "enable",
    "enable",
    "disable",
    "archive",
    "archive",
    "transfer",
    "delete"
  ),
  target: fc.constantFrom(0, 0, 1, 2, 3),
  title: fc.constantFrom("Baker", "Cook"),
  startsIn: fc.integer({ min: -1, max: 9 }),
  expiresAfter: fc.integer({ min: 1, max: 6 }),
  to: fc.constantFrom("recruiter", "colleague"),
  outage
})
const sendCall = fc.record({
  type: fc.constant("send"),
  who: fc.constantFrom("manager", "manager", "recruiter", "colleague", "cleo", "cleo", "cleo", "dora"),
  command: fc.constantFrom("send", "send", "bulk", "read", "readOffer", "view", "respond", "respond", "withdraw"),
  target: fc.constantFrom(0, 0, 0, 1),
  to: fc.constantFrom("cleo", "cleo", "cleo", "cleo", "dora", "nobody"),
  others: fc.array(fc.constantFrom("cleo", "dora", "nobody"), { maxLength: 3 }),
  times: fc.constantFrom(1, 1, 1, 3),
  outage: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: outage })
})
const otherwise = fc.oneof(
  fc.record({ type: fc.constant("advance"), hours: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ type: fc.constant("sweep"), date: fc.constantFrom("jobStartsAt", "expiresAt"), outage }),
  fc.record({ type: fc.constant("relay"), outage }),
  fc.record({ type: fc.constant("deliver"), outage }),
  fc.record({ type: fc.constant("redeliver") }),
  fc.record({ type: fc.constant("queue"), refuses: fc.boolean() }),
  fc.record({ type: fc.constant("forget") }),
  fc.record({ type: fc.constant("post"), post: fc.constantFrom("open", "down", "deferred", "lost") })
)
/** What mostly follows, or some of it: so that a story soon comes to where sends have been answered, and terms have ended. */
const asked = { target: 0, outage: null } as const
const aboutOffer = {
  ...asked,
  type: "call",
  who: "manager",
  title: "",
  startsIn: 0,
  expiresAfter: 1,
  to: "recruiter"
} as const
const aboutSend = { ...asked, type: "send", to: "cleo", others: [], times: 1 } as const
const life: Array<Step> = [
  { ...aboutSend, who: "manager", command: "send" },
  { ...aboutSend, who: "cleo", command: "read" },
  { ...aboutSend, who: "cleo", command: "respond" },
  { ...aboutOffer, command: "disable" },
  { ...aboutSend, who: "cleo", command: "withdraw" },
  { ...aboutOffer, command: "archive" },
  { ...aboutOffer, command: "enable" },
  { ...aboutSend, who: "manager", command: "send" },
  { type: "deliver", outage: null },
  { type: "advance", hours: 1 }
]
const story: fc.Arbitrary<ReadonlyArray<Step>> = fc
  .tuple(
    fc
      .array(call, { minLength: 1, maxLength: 2 })
      .map((calls) => calls.map((each) => ({ ...each, command: "create" as const }))),
    fc.subarray<Step>(life),
    fc.array(
      fc.oneof({ weight: 3, arbitrary: call }, { weight: 7, arbitrary: sendCall }, { weight: 4, arbitrary: otherwise }),
      { minLength: 3, maxLength: 40, size: "+1" }
    )
  )
  .map(([begin, sends, rest]) => [...begin, ...sends, ...rest] as ReadonlyArray<Step>)

/** The whole of Treff, on whatever it runs. */
export interface System extends Machine {
  /** Forgets everything; time is half an hour after what is answered. */
  readonly begin: () => Promise<number>
  /** Answers `ok`, or the code of the problem. `id` is that of the target; a creation answers its own. */
  readonly call: (
    call: Call,
    id: string,
    content: Content
  ) => Promise<{ readonly answer: string; readonly id?: string; readonly version?: number }>
  /** Answers false when it failed. */
  readonly sweep: (date: "jobStartsAt" | "expiresAt", outage: Outage | null) => Promise<boolean>
  /** What somebody asks for about a send of theirs, so many times at once. */
  readonly send: (call: SendCall, offerId: string, sendId: string) => Promise<SendOutcome>
  readonly people: Readonly<Record<Owner | "manager" | Candidate, string>>
  /** Every offer as the manager reads it. */
  readonly read: () => Promise<ReadonlyMap<string, Omit<PlainOffer, "version" | "term">>>
  /** The statuses of the sends that somebody lists, by their ids; for a candidate, the offers received, too. */
  readonly list: (
    who: "manager" | Candidate
  ) => Promise<{ readonly sends: Readonly<Record<string, string>>; readonly offers: ReadonlyArray<string> }>
}

export interface Content {
  readonly title: string
  readonly jobStartsAt: number
  readonly expiresAt: number
}

/** That a system does what the model does, step by step, whatever the story, and loses nothing on the way, for so long at most. */
export const followsTheModel = async (system: System, runs: number, budget = 3_600_000): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(story, (steps) => tell(system, steps)),
    { numRuns: runs, interruptAfterTimeLimit: budget }
  )
}

const byState: ReadonlySet<string> = new Set(["illegal-transition", "offer-dates-passed", "offer-not-active"])

const tell = async (system: System, steps: ReadonlyArray<Step>): Promise<void> => {
  const begun = await system.begin()
  const offers = new Map<string, PlainOffer>()
  const sends = new Map<string, PlainSend>()
  const made: Array<string> = []
  const nameOf = new Map(Object.entries(system.people).map(([name, id]) => [id, name]))
  let hours = 0
  const now = () => begun + hours * hour + hour / 2
  const written = ({ offers }: Snapshot) =>
    new Map(
      offers.map(({ id, ownerId, companyId: _, ...offer }): [string, PlainOffer] => [
        id,
        { ...offer, owner: nameOf.get(ownerId) as Owner }
      ])
    )
  const sweep = async (date: "jobStartsAt" | "expiresAt", outage: Outage | null) => {
    // A sweep that failed may have done its work, or not; the next one has done it in any case.
    if (!(await system.sweep(date, outage))) assert.isTrue(await system.sweep(date, null))
    for (const [id, offer] of offers) {
      if (isDue(offer, now()) && offer[date] <= now()) offers.set(id, settled(offer, now()))
    }
  }
  /** That what is written, listed and told is what the model says. */
  const look = async () => {
    const store = await system.snapshot()
    assertConsistent(store, now())
    assert.deepStrictEqual(written(store), offers)
    assert.deepStrictEqual(
      await system.read(),
      new Map([...offers].map(([id, offer]) => [id, without(settled(offer, now()))]))
    )
    const logs = typesOf(store)
    for (const [id, send] of sends) {
      const ended = logs.get(id)?.at(-1)?.startsWith("deleted by offer_") ?? false
      assert.deepStrictEqual(ended ? logs.get(id)?.slice(0, -1) : logs.get(id), send.events)
      if (ended) assert.isFalse(livesOn(send, offers, now()), "its offer's term is not over")
      const row = store.sends.find((row) => row.id === id)
      assert.strictEqual(row === undefined ? undefined : nameOf.get(row.candidateId), row && send.candidate)
    }
    assert.deepStrictEqual([...logs.keys()].toSorted(), [...sends.keys()].toSorted(), "sends that nobody sent")
    for (const who of ["manager", "cleo", "dora"] as const) {
      assert.deepStrictEqual(await system.list(who), expectedLists(who, sends, offers, now()), `what ${who} lists`)
    }
    return store
  }
  for (const step of steps) {
    // Half an hour past the dates, which lie at full hours: that the real time goes on meanwhile makes no difference.
    const at = now()
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
        const found = written(await system.snapshot())
        const subject = step.command === "create" ? [...found.keys()].find((key) => !offers.has(key)) : id
        if (subject !== undefined && "state" in expected) {
          const happened = found.get(subject)?.version === expected.state?.version
          if (happened) write(offers, made, subject, expected.state)
        }
        if (passed !== undefined && found.get(id)?.version === passed.version) offers.set(id, passed)
      } else {
        assert.strictEqual(answer, "state" in expected ? "ok" : expected.refusal)
        if ("state" in expected) {
          if (expected.state !== null) assert.strictEqual(version, expected.state.version)
          write(offers, made, created ?? id, expected.state)
        }
        if (passed !== undefined) offers.set(id, passed)
      }
    } else if (step.type === "send") {
      const offerId = made[step.target % Math.max(1, made.length)] ?? crypto.randomUUID()
      const known = [...sends].findLast(([, send]) => send.offerId === offerId && send.candidate === step.to)
      const sendId = known?.[0] ?? crypto.randomUUID()
      const settledNow = new Map([...offers].map(([id, offer]) => [id, settled(offer, at)]))
      const { answers, changed, created } = decideSend(step, { offers: settledNow, sends, offerId, sendId }, at)
      const outcome = await system.send(step, offerId, sendId)
      const store = await system.snapshot()
      const logs = typesOf(store)
      if (step.outage === null) assert.deepStrictEqual(outcome.answers.toSorted(), answers.toSorted())
      else {
        // Unavailable; or done; or read, but the viewing was not written.
        const possible = [...answers, "store-unavailable", ...(step.command.startsWith("read") ? ["ok sent"] : [])]
        for (const answer of outcome.answers) assert.include(possible, answer)
      }
      // A read succeeds also when an outage keeps it from writing that the candidate has viewed the offer: only the status
      // that it shows says whether it has, and the read of an offer shows none. Then the store may say either.
      const maySkipTheView = step.command === "readOffer" && step.outage !== null
      const mustHappen =
        !maySkipTheView && !outcome.answers.includes("store-unavailable") && !outcome.answers.includes("ok sent")
      for (const [id, send] of changed) {
        if (mustHappen || logs.get(id)?.length === send.events.length) sends.set(id, send)
      }
      const new_ = store.sends.filter(({ id }) => !sends.has(id))
      const names = new_.map(({ candidateId }) => nameOf.get(candidateId))
      assert.includeMembers([...created.keys()], names, "sent to nobody else")
      if (mustHappen) assert.strictEqual(names.length, created.size)
      // All of a bulk, or nothing.
      else if (names.length > 0) assert.strictEqual(names.length, created.size, "half of a bulk is written")
      for (const { id, candidateId } of new_) {
        const send = created.get(nameOf.get(candidateId) as Candidate)
        if (send !== undefined) sends.set(id, send)
      }
      // Whoever met an offer that is due may have written so.
      const offer = settledNow.get(offerId)
      if (offer !== undefined && written(store).get(offerId)?.version === offer.version) offers.set(offerId, offer)
    } else if (step.type === "advance") {
      hours += step.hours
      await system.moveTo(now())
    } else if (step.type === "sweep") await sweep(step.date, step.outage)
    else if (step.type === "relay") await system.relay(step.outage)
    else if (step.type === "queue") system.refuse(step.refuses)
    else if (step.type === "forget") system.forget()
    else if (step.type === "post") system.post(step.post)
    else await system.deliver(step.type === "redeliver", step.type === "deliver" ? step.outage : null)
    await look()
  }
  // The storm is over: everything is handled, and every mail sent or given up.
  system.refuse(false)
  system.post("open")
  await sweep("jobStartsAt", null)
  await sweep("expiresAt", null)
  const store = await calm(system, look)
  const kept = [...sends].filter(
    ([, send]) => livesOn(send, offers, now()) && send.events.at(-1) !== "deleted by recruiter"
  )
  assert.sameMembers(
    store.sends.map(({ id }) => id),
    kept.map(([id]) => id),
    "what is left is of terms that go on"
  )
  assertMailed(store, system.mailbox())
}

/** What happened to each send, in its order. */
const typesOf = ({ events }: Snapshot): ReadonlyMap<string, ReadonlyArray<string>> => {
  const log = events.filter(({ subjectType }) => subjectType === "offerSent")
  const named = Map.groupBy(log, ({ subjectId }) => subjectId)
  return new Map(
    [...named].map(([id, events]) => [
      id,
      events.map(({ type, data }) => type.replace("offerSent.", "") + (data.reason ? ` by ${data.reason}` : ""))
    ])
  )
}

/** That every mail arrived, once, but for those that had come to nothing when their turn came. */
const assertMailed = (store: Snapshot, mailbox: ReadonlyArray<string>): void => {
  assert.strictEqual(new Set(mailbox).size, mailbox.length, "a mail arrived twice")
  const mails = store.notifications.filter(({ channel }) => channel === "mail")
  assert.includeMembers(
    mails.map(({ id }) => id),
    [...mailbox],
    "mails that nobody is told by"
  )
  for (const mail of mails) {
    if (mail.status === "sent") assert.include(mailbox, mail.id, `${mail.template} did not arrive`)
    else {
      assert.strictEqual(mail.error, "by now there is nothing to tell")
      assert.isTrue(nothingToTell(mail, store), `${mail.template} was given up`)
    }
  }
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
