import * as fc from "fast-check"
import { assert } from "vitest"
import { hour, minute } from "../workers/cast.ts"
import { assertConsistent, type Snapshot } from "../workers/snapshot.ts"
import {
  type Claims,
  type CompanyName,
  type Manager,
  type Name,
  names,
  outcomeOf,
  type PlainInvitation,
  statusAt,
  swept,
  theBeginning,
  type World
} from "./invitation-world.ts"
import { calm, type Machine, type Outage, type Post } from "./machine.ts"

type Link = "present" | "former" | "guessed"

/**
 * What somebody asks for, `times` times at once. `target` counts the invitations that were made; `isFresh` says that they
 * sign in anew before.
 */
export type InvitationCall = { readonly outage: Outage | null; readonly times: number } & (
  | { readonly command: "invite"; readonly who: Manager | "olga"; readonly to: Name; readonly isUpper: boolean }
  | {
      readonly command: "bulk"
      readonly who: Manager | "olga"
      readonly rows: ReadonlyArray<{ readonly to: Name | "nonsense"; readonly isUpper: boolean }>
    }
  | { readonly command: "revoke" | "resend"; readonly who: Manager | "olga"; readonly target: number }
  | { readonly command: "remove"; readonly who: Manager | "olga"; readonly member: Name }
  | { readonly command: "validate" | "decline"; readonly target: number; readonly token: Link }
  | {
      readonly command: "accept"
      readonly target: number
      readonly token: Link
      readonly as: Name | "nobody"
      readonly isFresh: boolean
      readonly username: string
    }
)

type Step =
  | { readonly type: "call"; readonly call: InvitationCall }
  | { readonly type: "advance"; readonly hours: number }
  | { readonly type: "sweep" | "relay" | "deliver"; readonly outage: Outage | null }
  | { readonly type: "redeliver" | "forget" }
  | { readonly type: "queue"; readonly refuses: boolean }
  | { readonly type: "post"; readonly post: Post }

/** A call as it is made: by whom, on what, with which token of a link. */
export interface Asked {
  readonly call: InvitationCall
  readonly caller: (Claims & { readonly id: string; readonly companyId: string | null }) | null
  /** Of the invitation, or of the member. */
  readonly id: string
  readonly link: string
}

/** The whole of Treff, on whatever it runs. */
export interface InvitationSystem extends Machine {
  /** Forgets everything; time is half an hour after what is answered. An offer was sent to Cleo. */
  readonly begin: () => Promise<number>
  /** Of those who have an account to begin with. */
  readonly ids: Readonly<Partial<Record<Name, string>>>
  readonly olgaId: string
  readonly emails: Readonly<Record<Name | "nonsense", string>>
  readonly companyIds: Readonly<Record<"acme" | "beta", string>>
  /** Answers `ok` and what is shown, or the code of the problem, for each time that it is asked. */
  readonly ask: (asked: Asked) => Promise<ReadonlyArray<string>>
  /** Answers false when it failed. */
  readonly sweep: (outage: Outage | null) => Promise<boolean>
  /** The token of an invitation's link, whose mail has not gone yet. */
  readonly linkOf: (id: string) => Promise<string>
  /** What Mia lists: the statuses of the invitations by their ids, and the ids of the members. */
  readonly list: () => Promise<{
    readonly invitations: Readonly<Record<string, string>>
    readonly members: ReadonlyArray<string>
  }>
}

/** How an address is spelt. */
export const spelt = ({ emails }: Pick<InvitationSystem, "emails">, to: Name | "nonsense", isUpper: boolean): string =>
  isUpper ? emails[to].toUpperCase() : emails[to]

/** What became of each row of a bulk, in the words of the model. */
export const bulkSaid = (
  system: Pick<InvitationSystem, "emails">,
  outcomes: Readonly<Record<string, string>>
): string => {
  const spellings = [...names, "nonsense" as const].flatMap((to) =>
    [true, false].map((isUpper) => [spelt(system, to, isUpper), `${to} ${isUpper}`] as const)
  )
  const said = Object.entries(outcomes).map(([typed, outcome]) => `${new Map(spellings).get(typed)} ${outcome}`)
  return `ok ${said.toSorted().join(", ")}`
}

const down: fc.Arbitrary<Outage["down"]> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("before", "after") },
  { weight: 1, arbitrary: fc.constant("killed") }
)
const outage = fc.option(fc.record({ request: fc.nat(2), down }), { freq: 4 })
const often = {
  outage: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: outage }),
  times: fc.constantFrom(1, 1, 1, 3)
}
const who = fc.constantFrom("mia", "mia", "mia", "leo", "ned", "olga")
const anybody = fc.constantFrom(...names, "fay", "fay", "cleo", "gus")
const target = fc.constantFrom(0, 0, 1, 1, 2, 3)
const token = fc.constantFrom("present", "present", "present", "present", "former", "guessed")
const row = fc.record({
  to: fc.constantFrom(...names, "fay", "nonsense"),
  isUpper: fc.boolean()
})
const call: fc.Arbitrary<InvitationCall> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ command: fc.constant("invite"), who, to: anybody, isUpper: fc.boolean(), ...often })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constant("bulk"),
      who,
      rows: fc.array(row, { minLength: 1, maxLength: 5 }),
      ...often
    })
  },
  {
    weight: 5,
    arbitrary: fc.record({ command: fc.constantFrom("revoke", "resend", "resend"), who, target, ...often })
  },
  { weight: 2, arbitrary: fc.record({ command: fc.constant("remove"), who, member: anybody, ...often }) },
  {
    weight: 3,
    arbitrary: fc.record({ command: fc.constantFrom("validate", "decline"), target, token, ...often })
  },
  {
    weight: 6,
    arbitrary: fc.record({
      command: fc.constant("accept"),
      target,
      token,
      as: fc.constantFrom("nobody", "nobody", "nobody", "cleo", "cleo", "fay", "bea", "ned", "ada"),
      isFresh: fc.boolean(),
      username: fc.constantFrom("kim", "kim", "Kim", "lee", "a b"),
      ...often
    })
  }
)
const otherwise = fc.oneof(
  fc.record({
    type: fc.constant("advance" as const),
    hours: fc.constantFrom(1, 1, 5, 23, 24, 30, 71, 72, 73, 719, 720)
  }),
  fc.record({
    type: fc.constantFrom("sweep" as const, "relay" as const, "deliver" as const, "deliver" as const),
    outage
  }),
  fc.record({ type: fc.constantFrom("redeliver" as const, "forget" as const) }),
  fc.record({ type: fc.constant("queue" as const), refuses: fc.boolean() }),
  fc.record({ type: fc.constant("post" as const), post: fc.constantFrom("open", "down", "deferred", "lost") })
)
/** What mostly follows, or some of it: so that a story soon comes to where people have joined, and left, and links are old. */
const plainly = { outage: null, times: 1 } as const
const step = (call: InvitationCall): Step => ({ type: "call", call })
const byMia = { ...plainly, command: "invite", who: "mia", isUpper: false } as const
const byLink = { ...plainly, token: "present", isFresh: false } as const
const life: Array<Step> = [
  step({ ...byMia, to: "fay" }),
  step({ ...byMia, who: "leo", to: "cleo", isUpper: true }),
  { type: "deliver", outage: null },
  { type: "advance", hours: 73 },
  step({ ...byMia, to: "fay", isUpper: true }),
  step({ ...byLink, command: "decline", target: 2 }),
  step({ ...plainly, command: "resend", who: "leo", target: 0 }),
  step({ ...plainly, command: "resend", who: "mia", target: 1 }),
  step({ ...byLink, command: "accept", target: 0, as: "nobody", username: "kim" }),
  step({ ...byLink, command: "accept", target: 1, as: "cleo", username: "" }),
  step({ ...plainly, command: "remove", who: "mia", member: "fay" }),
  step({ ...byMia, who: "ned", to: "fay" }),
  step({ ...plainly, command: "remove", who: "mia", member: "leo" }),
  { type: "advance", hours: 719 },
  step({ ...byMia, to: "fay" })
]
const story: fc.Arbitrary<ReadonlyArray<Step>> = fc
  .tuple(
    fc.subarray<Step>(life),
    fc.array(
      fc.oneof(
        { weight: 7, arbitrary: call.map((call) => ({ type: "call" as const, call })) },
        { weight: 4, arbitrary: otherwise }
      ),
      { minLength: 3, maxLength: 40, size: "+1" }
    )
  )
  .map(([begin, rest]) => [...begin, ...rest])

/** That a system does what the model does, step by step, whatever the story, and loses nothing on the way, for so long at most. */
export const followsTheInvitationModel = async (
  system: InvitationSystem,
  runs: number,
  budget = 3_600_000
): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(story, (steps) => tell(system, steps)),
    { numRuns: runs, interruptAfterTimeLimit: budget }
  )
}

const tell = async (system: InvitationSystem, steps: ReadonlyArray<Step>): Promise<void> => {
  const begun = await system.begin()
  let world = theBeginning
  let hours = 0
  /** A minute more at each move, so that what has to pass in full hours has passed, however long a story takes. */
  let moves = 0
  const now = () => begun + hours * hour + hour / 2 + moves * minute
  const full = (instant: number) => Math.floor((instant - begun - hour / 2) / hour)
  /** Everybody and every company by name, and the ids of the invitations as the model numbers them. */
  const ids: Map<Name, string> = new Map(Object.entries(system.ids) as ReadonlyArray<[Name, string]>)
  const companyIds = new Map<CompanyName, string>(
    Object.entries(system.companyIds) as ReadonlyArray<[CompanyName, string]>
  )
  let made: ReadonlyArray<string> = []
  const links = new Map<string, Array<string>>()
  const nobodysId = crypto.randomUUID()

  const learn = ({ accounts, companies }: Snapshot) => {
    for (const { id, email } of accounts) {
      const name = names.find((name) => system.emails[name].toLowerCase() === email.toLowerCase())
      if (name !== undefined) ids.set(name, id)
    }
    const neds = companies.filter(({ creatorId }) => creatorId === ids.get("ned"))
    assert.isAtMost(neds.length, 1, "two companies of one manager")
    if (neds[0] !== undefined) companyIds.set("ned", neds[0].id)
  }
  const nameOf = <K>(known: ReadonlyMap<K, string>, id: string | null): K | null =>
    [...known].find(([, its]) => its === id)?.[0] ?? null
  /** What is written, in the words of the model. */
  const written = ({ accounts, invitations }: Snapshot) => ({
    people: accounts
      .flatMap(({ id, role, subRole, companyId, version, username }) => {
        const name = nameOf(ids, id)
        return name === null ? [] : [{ name, role, subRole, company: nameOf(companyIds, companyId), version, username }]
      })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    invitations: invitations.map((row) => {
      const { companyId, inviterId, email, status, resends, version, createdAt, expiresAt } = row
      const to = names.find((name) => system.emails[name].toLowerCase() === email.toLowerCase())
      assert.isDefined(to, `${email} was invited by nobody`)
      const facts = { to, email, status, resends, version, createdAt: full(createdAt), expiresAt: full(expiresAt) }
      const key = { company: nameOf(companyIds, companyId), inviter: nameOf(ids, inviterId), ...facts }
      return { id: row.id, key: JSON.stringify(key) }
    })
  })
  const keyOf = ({
    company,
    inviter,
    to,
    isUpper,
    status,
    resends,
    version,
    createdAt,
    expiresAt
  }: PlainInvitation) => {
    const email = spelt(system, to, isUpper)
    return JSON.stringify({ company, inviter, to, email, status, resends, version, createdAt, expiresAt })
  }
  const expected = ({ people, invitations }: World) => ({
    people: [...people]
      .map(([name, { role, subRole, company, version, username }]) => ({
        name,
        role,
        subRole,
        company,
        version,
        username
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    invitations: invitations.map(keyOf).toSorted()
  })
  const seen = (store: Snapshot) => {
    const { people, invitations } = written(store)
    return { people, invitations: invitations.map(({ key }) => key).toSorted() }
  }
  /** That what is written, listed and told is what the model says. */
  const look = async () => {
    const store = await system.snapshot()
    learn(store)
    assertConsistent(store, now())
    assert.deepStrictEqual(seen(store), expected(world) as ReturnType<typeof seen>)
    // Of new ones the ids are to be learnt, and of all that are open the links.
    const rows = written(store).invitations
    const left = new Set(rows.map(({ id }) => id))
    for (const id of made) left.delete(id)
    made = world.invitations.map((invitation, index) => {
      const known = made[index]
      const id = known ?? [...left].find((id) => rows.some((row) => row.id === id && row.key === keyOf(invitation)))
      left.delete(id ?? "")
      return id ?? assert.fail("an invitation without an id")
    })
    for (const [index, id] of made.entries()) {
      const { resends = 0 } = world.invitations[index] ?? {}
      const known = links.get(id) ?? []
      const lost = Array.from({ length: resends - known.length }, () => "lost")
      if (known.length <= resends) links.set(id, [...known, ...lost, await system.linkOf(id)])
      assert.strictEqual(links.get(id)?.length, resends + 1)
    }
    const inAcme = world.invitations.flatMap((invitation, index) =>
      invitation.company === "acme" ? [[made[index] ?? "", statusAt(invitation, hours)] as const] : []
    )
    const { invitations, members } = await system.list()
    assert.deepStrictEqual(invitations, Object.fromEntries(inAcme), "what Mia lists")
    const inside = [...world.people].flatMap(([name, { company }]) => (company === "acme" ? (ids.get(name) ?? "") : []))
    assert.includeMembers([...members], inside)
    assert.strictEqual(members.length, inside.length + 2, "with Olga and the admin, who are always there")
    return store
  }

  /** The call as it is made. Of an invitation that was never made, or a person who has no account, the id is nobody's. */
  const asked = (call: InvitationCall): Asked => {
    const manager = "who" in call ? call.who : null
    const name = manager ?? ("as" in call && call.as !== "nobody" ? call.as : null)
    const person = name === null || name === "olga" ? undefined : world.people.get(name)
    const claims: Claims | null =
      name === "olga"
        ? { role: "recruiter", subRole: "recruiter_user", company: "acme" }
        : person === undefined
          ? null
          : "isFresh" in call && call.isFresh
            ? person
            : person.claims
    const known = "target" in call ? made[call.target] : undefined
    const own = links.get(known ?? "") ?? []
    const link =
      "token" in call
        ? call.token === "present"
          ? own.at(-1)
          : call.token === "former"
            ? own.at(-2)
            : undefined
        : undefined
    return {
      call,
      caller:
        claims === null || name === null
          ? null
          : {
              ...claims,
              id: (name === "olga" ? system.olgaId : ids.get(name)) ?? nobodysId,
              companyId: claims.company === null ? null : (companyIds.get(claims.company) ?? null)
            },
      id: ("member" in call ? ids.get(call.member) : known) ?? nobodysId,
      link: link ?? "guessed"
    }
  }
  const timesOf = ({ command, outage, times }: InvitationCall) => (command === "bulk" || outage !== null ? 1 : times)

  const ask = async (call: InvitationCall) => {
    const answers: Array<string> = []
    const worlds: Array<World> = []
    let next = world
    for (let time = 0; time < timesOf(call); time++) {
      const outcome = outcomeOf(call, next, hours)
      answers.push(outcome.answer)
      worlds.push(...outcome.worlds)
      next = worlds.at(-1) ?? world
    }
    const said = await system.ask({ ...asked(call), call: { ...call, times: timesOf(call) } })
    if (call.outage === null) assert.deepStrictEqual(said.toSorted(), answers.toSorted())
    else for (const answer of said) assert.include([...answers, "store-unavailable"], answer)
    if (!said.includes("store-unavailable")) {
      world = next
      return
    }
    // It may have happened all the same, then wholly.
    const store = await system.snapshot()
    learn(store)
    const found = JSON.stringify(seen(store))
    const happened = [world, ...worlds].find((one) => JSON.stringify(expected(one)) === found)
    assert.deepStrictEqual(seen(store), expected(happened ?? world) as ReturnType<typeof seen>, "half of it is written")
    world = happened ?? world
  }
  const sweep = async (outage: Outage | null) => {
    // A sweep that failed may have done its work, or not; the next one has done it in any case.
    if (!(await system.sweep(outage))) assert.isTrue(await system.sweep(null))
    world = swept(world, hours)
  }

  for (const step of steps) {
    if (step.type === "call") await ask(step.call)
    else if (step.type === "advance") {
      hours += step.hours
      moves++
      await system.moveTo(now())
    } else if (step.type === "sweep") await sweep(step.outage)
    else if (step.type === "relay") await system.relay(step.outage)
    else if (step.type === "queue") system.refuse(step.refuses)
    else if (step.type === "forget") system.forget()
    else if (step.type === "post") system.post(step.post)
    else await system.deliver(step.type === "redeliver", step.type === "deliver" ? step.outage : null)
    await look()
  }
  system.refuse(false)
  system.post("open")
  await sweep(null)
  const store = await calm(system, look)
  const isCandidate = world.people.get("cleo")?.role === "candidate"
  assert.deepStrictEqual(
    store.sends.map(({ status }) => status),
    [isCandidate ? "sent" : "withdrawn"],
    "what was sent to Cleo"
  )
  assertMailed(store, system.mailbox(), now())
}

/** That every mail arrived, once, but for those that had come to nothing when their turn came, or were put off for days. */
const assertMailed = (store: Snapshot, mailbox: ReadonlyArray<string>, now: number): void => {
  assert.strictEqual(new Set(mailbox).size, mailbox.length, "a mail arrived twice")
  assert.includeMembers(
    store.notifications.map(({ id }) => id),
    [...mailbox],
    "mails that nobody is told by"
  )
  for (const mail of store.notifications) {
    if (mail.channel === "inbox") continue
    if (mail.status === "sent") {
      assert.include(mailbox, mail.id, `${mail.template} did not arrive`)
      continue
    }
    const event = store.events.find(({ id }) => id === mail.eventId) ?? assert.fail("told of nothing")
    if (mail.status === "skipped") {
      assert.strictEqual(mail.error, "by now there is nothing to tell")
      assert.isTrue(isOver(mail, event, store, now), `${mail.template} was given up`)
    } else {
      assert.strictEqual(mail.status, "failed")
      assert.match(mail.error ?? "", /as ordered|under way/)
      assert.isAtMost(event.occurredAt, now - 72 * hour, `${mail.template} was given up too soon`)
    }
  }
}

/** Whether what a mail says is no longer so. */
const isOver = (
  { template, recipientId, resends }: Snapshot["notifications"][number],
  { subjectId }: Snapshot["events"][number],
  { invitations, accounts, sends }: Snapshot,
  now: number
): boolean => {
  const invitation = invitations.find(({ id }) => id === subjectId)
  switch (template) {
    case "invitation":
      return (
        invitation === undefined ||
        invitation.status !== "pending" ||
        invitation.resends !== resends ||
        invitation.expiresAt <= now
      )
    case "invitation-accepted":
    case "invitation-declined":
      return accounts.find(({ id }) => id === recipientId)?.companyId !== invitation?.companyId
    case "offer-sent":
      return sends.every(({ status }) => status === "withdrawn")
    default:
      return false
  }
}
