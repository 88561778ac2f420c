import type { Role, SubRole } from "@treff/domain/identity"
import type { InvitationStatus } from "@treff/domain/invitations"
import type { InvitationCall } from "./invitation-model.ts"

// The page of the specification, read once more, as plainly as it can be thought of.

/** Who may invite, be invited, answer or leave: the last two have no account to begin with. */
export const names = ["mia", "leo", "ned", "ada", "bea", "cleo", "fay", "gus"] as const
export type Name = (typeof names)[number]
export type Manager = "mia" | "leo" | "ned"

/** Beta is Bea's; Ned has a company once he invites somebody. */
export type CompanyName = "acme" | "beta" | "ned"

/** What a token says. */
export interface Claims {
  readonly role: Role
  readonly subRole: SubRole | null
  readonly company: CompanyName | null
}

export interface PlainPerson extends Claims {
  readonly version: number
  readonly username: string | null
  /** What they call with, unless they sign in anew. */
  readonly claims: Claims
}

/** Instants are full hours since the beginning. */
export interface PlainInvitation {
  readonly company: CompanyName
  readonly inviter: Manager
  readonly to: Name
  readonly isUpper: boolean
  /** As it is written: whether it has lapsed meanwhile is another matter. */
  readonly status: InvitationStatus
  readonly resends: number
  readonly version: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly declinedAt: number | null
}

export interface World {
  readonly people: ReadonlyMap<Name, PlainPerson>
  /** In the order in which they were made. */
  readonly invitations: ReadonlyArray<PlainInvitation>
  /** Who sent one, for the first time or again, and when. */
  readonly sent: ReadonlyArray<{ readonly by: Manager; readonly at: number }>
}

export const limits = { open: 3, sent: 5 }
const lifetime = 72

const person = (role: Role, subRole: SubRole | null, company: CompanyName | null): PlainPerson => {
  const claims = { role, subRole, company }
  return { ...claims, version: 0, username: null, claims }
}

export const theBeginning: World = {
  people: new Map([
    ["mia", person("hiring_manager", null, "acme")],
    ["leo", person("hiring_manager", null, "acme")],
    ["ned", person("hiring_manager", null, null)],
    ["ada", person("recruiter", "recruiter_user", "acme")],
    ["bea", person("recruiter", "recruiter_user", "beta")],
    ["cleo", person("candidate", null, null)]
  ]),
  invitations: [],
  sent: []
}

export const isExpired = ({ status, expiresAt }: PlainInvitation, at: number): boolean =>
  status === "pending" && expiresAt <= at

export const statusAt = (invitation: PlainInvitation, at: number): InvitationStatus =>
  isExpired(invitation, at) ? "expired" : invitation.status

const lapsed = (invitation: PlainInvitation): PlainInvitation => ({
  ...invitation,
  status: "expired",
  version: invitation.version + 1
})

/** What the hourly sweep leaves. */
export const swept = (world: World, at: number): World => ({
  ...world,
  invitations: world.invitations.map((invitation) => (isExpired(invitation, at) ? lapsed(invitation) : invitation))
})

/** What is answered, and the worlds that it leads through, one write each: none where nothing is written. */
export interface Outcome {
  readonly answer: string
  readonly worlds: ReadonlyArray<World>
}

const refuse = (answer: string): Outcome => ({ answer, worlds: [] })

const creatorOf = { acme: "mia", beta: null, ned: "ned" } as const satisfies Record<CompanyName, Manager | null>

const agrees = ({ role, subRole, company }: PlainPerson, claims: Claims): boolean =>
  role === claims.role && subRole === claims.subRole && (claims.company === null || claims.company === company)

/** What comes of a call at an instant. */
export const outcomeOf = (call: InvitationCall, world: World, at: number): Outcome => {
  switch (call.command) {
    case "invite":
    case "bulk":
    case "revoke":
    case "resend":
    case "remove": {
      if (call.who === "olga") return refuse("role-not-allowed")
      const caller = world.people.get(call.who)
      if (caller === undefined || !agrees(caller, caller.claims)) return refuse("token-stale")
      if (call.command === "invite") return invite(call.who, call, world, at)
      if (call.command === "bulk") return bulk(call.who, call, world, at)
      if (caller.company === null) return refuse("no-company")
      if (call.command === "remove") return remove(call.who, caller.company, call.member, world)
      const found = world.invitations[call.target]
      if (found === undefined || found.company !== caller.company) return refuse("not-found")
      if (call.command === "resend") return resend(call.who, found, world, at)
      if (call.who !== found.inviter && call.who !== creatorOf[found.company]) return refuse("not-owner")
      if (statusAt(found, at) !== "pending") return refuse("illegal-transition")
      return moved(world, found, { status: "revoked" })
    }
    case "validate":
    case "decline":
    case "accept": {
      const found = world.invitations[call.target]
      const isKnown = found !== undefined && call.token === "present"
      if (!isKnown) return refuse("token-unknown")
      const status = statusAt(found, at)
      if (call.command === "validate") return refuse(`ok ${status}`)
      if (status !== "pending") return refuse("invitation-not-open")
      if (call.command === "accept") return accept(call, found, world)
      return moved(world, found, { status: "declined", declinedAt: at })
    }
  }
}

const moved = (world: World, invitation: PlainInvitation, changes: Partial<PlainInvitation>): Outcome => ({
  answer: "ok",
  worlds: [withInvitation(world, invitation, { ...invitation, ...changes, version: invitation.version + 1 })]
})

const withInvitation = (world: World, old: PlainInvitation, now: PlainInvitation): World => ({
  ...world,
  invitations: world.invitations.map((invitation) => (invitation === old ? now : invitation))
})

const withPerson = (world: World, name: Name, now: PlainPerson): World => ({
  ...world,
  people: new Map(world.people).set(name, now)
})

/** Why somebody is not invited into a company, if at all. */
const refusalOf = (who: Manager, to: Name, company: CompanyName | null, world: World, at: number): string | null => {
  if (to === who || (company !== null && world.people.get(to)?.company === company)) return "already-member"
  const known = world.invitations.filter((invitation) => invitation.company === company && invitation.to === to)
  if (known.some((invitation) => statusAt(invitation, at) === "pending")) return "already-invited"
  return hasDeclined(known, at) ? "declined" : null
}

/** Whether one of the invitations was declined within 30 days. */
const hasDeclined = (known: ReadonlyArray<PlainInvitation>, at: number): boolean =>
  known.some(({ status, declinedAt }) => status === "declined" && (declinedAt ?? 0) > at - 30 * 24)

/** How many more may be sent, and for how many hours the next one has to wait; `but` does not count as open. */
const roomFor = (who: Manager, company: CompanyName | null, world: World, at: number, but?: PlainInvitation) => {
  const open = world.invitations.filter(
    (invitation) => invitation.company === company && statusAt(invitation, at) === "pending"
  )
  const sent = world.sent.filter(({ by, at: then }) => by === who && then > at - 24)
  const others = open.length - (but !== undefined && open.includes(but) ? 1 : 0)
  const full = [
    { room: limits.open - others, until: Math.min(...open.map(({ expiresAt }) => expiresAt)) },
    { room: limits.sent - sent.length, until: Math.min(...sent.map(({ at: then }) => then + 24)) }
  ]
  return {
    room: Math.max(0, Math.min(...full.map(({ room }) => room))),
    wait: Math.max(0, ...full.flatMap(({ room, until }) => (room > 0 ? [] : [until - at])))
  }
}

/** One more invitation, and the company that it may need; one that has lapsed makes room. */
const withInvited = (who: Manager, to: Name, isUpper: boolean, world: World, at: number): World => {
  const inviter = world.people.get(who) as PlainPerson
  const company = inviter.company ?? "ned"
  const founded =
    inviter.company === null ? withPerson(world, who, { ...inviter, company, version: inviter.version + 1 }) : world
  const facts = { company, inviter: who, to, isUpper, createdAt: at, expiresAt: at + lifetime }
  const invitation = { ...facts, status: "pending", resends: 0, version: 1, declinedAt: null } as const
  const invitations = founded.invitations.map((other) =>
    other.company === company && other.to === to && isExpired(other, at) ? lapsed(other) : other
  )
  return { ...founded, invitations: [...invitations, invitation], sent: [...founded.sent, { by: who, at }] }
}

const invite = (
  who: Manager,
  { to, isUpper }: { readonly to: Name; readonly isUpper: boolean },
  world: World,
  at: number
): Outcome => {
  const company = world.people.get(who)?.company ?? null
  const refusal = refusalOf(who, to, company, world, at)
  if (refusal !== null) return refuse(refusal)
  const { room, wait } = roomFor(who, company, world, at)
  if (room < 1) return refuse(`over-limit ${wait}`)
  return { answer: "ok", worlds: [withInvited(who, to, isUpper, world, at)] }
}

const bulk = (
  who: Manager,
  { rows }: { readonly rows: ReadonlyArray<{ readonly to: Name | "nonsense"; readonly isUpper: boolean }> },
  world: World,
  at: number
): Outcome => {
  const company = world.people.get(who)?.company ?? null
  let { room } = roomFor(who, company, world, at)
  let next = world
  const seen = new Set<string>()
  const outcomes = new Map<string, string>()
  for (const { to, isUpper } of rows) {
    const spelling = `${to} ${isUpper}`
    const outcome = (() => {
      if (to === "nonsense") return "invalid-email"
      if (seen.has(to)) return "duplicate-in-request"
      seen.add(to)
      const refusal = refusalOf(who, to, company, world, at)
      if (refusal !== null) return refusal
      if (room-- < 1) return "over-limit"
      next = withInvited(who, to, isUpper, next, at)
      return "invited"
    })()
    // The same spelling twice is said once.
    if (!outcomes.has(spelling)) outcomes.set(spelling, outcome)
  }
  const said = [...outcomes].map(([spelling, outcome]) => `${spelling} ${outcome}`).toSorted()
  return { answer: `ok ${said.join(", ")}`, worlds: next === world ? [] : [next] }
}

const resend = (who: Manager, invitation: PlainInvitation, world: World, at: number): Outcome => {
  const { company, to, resends, version } = invitation
  const status = statusAt(invitation, at)
  if (status !== "pending" && status !== "expired") return refuse("illegal-transition")
  if (resends >= 3) return refuse("resent-too-often")
  if (world.people.get(to)?.company === company) return refuse("already-member")
  const newer = world.invitations.find(
    (other) => other !== invitation && other.company === company && other.to === to && other.status === "pending"
  )
  if (newer !== undefined && !isExpired(newer, at)) return refuse("already-invited")
  const known = world.invitations.filter((other) => other.company === company && other.to === to)
  if (hasDeclined(known, at)) return refuse("declined")
  const { room, wait } = roomFor(who, company, world, at, invitation)
  if (room < 1) return refuse(`over-limit ${wait}`)
  // That a newer one has lapsed is written before, by itself.
  const before = newer === undefined ? [] : [withInvitation(world, newer, lapsed(newer))]
  const after = withInvitation(before[0] ?? world, invitation, {
    ...invitation,
    status: "pending",
    resends: resends + 1,
    version: version + (isExpired(invitation, at) ? 2 : 1),
    expiresAt: at + lifetime
  })
  return { answer: "ok", worlds: [...before, { ...after, sent: [...after.sent, { by: who, at }] }] }
}

const accept = (
  { as, isFresh, username }: Extract<InvitationCall, { readonly command: "accept" }>,
  invitation: PlainInvitation,
  world: World
): Outcome => {
  const { company, to } = invitation
  const accepted = withInvitation(world, invitation, {
    ...invitation,
    status: "accepted",
    version: invitation.version + 1
  })
  const owner = world.people.get(to)
  const recruiter = { role: "recruiter", subRole: "recruiter_user", company } as const
  if (owner === undefined) {
    if (!/^[A-Za-z0-9._-]{3,40}$/.test(username)) return refuse("invalid-input")
    const isTaken = [...world.people.values()].some((other) => other.username?.toLowerCase() === username.toLowerCase())
    if (isTaken) return refuse("username-taken")
    return {
      answer: "ok",
      worlds: [withPerson(accepted, to, { ...recruiter, version: 1, username, claims: recruiter })]
    }
  }
  // Who has no account yet has no token either.
  if (as === "nobody" || !world.people.has(as)) return refuse("sign-in-required")
  if (as !== to) return refuse("not-invited")
  if (!isFresh && !agrees(owner, owner.claims)) return refuse("token-stale")
  if (owner.company === company) return refuse("already-member")
  if (owner.company !== null) return refuse("already-in-a-company")
  if (owner.role === "hiring_manager") return refuse("is-a-hiring-manager")
  const { version, username: kept } = owner
  const joined = { ...recruiter, version: version + 1, username: kept, claims: recruiter }
  return { answer: "ok", worlds: [withPerson(accepted, to, joined)] }
}

const remove = (who: Manager, company: CompanyName, name: Name, world: World): Outcome => {
  const member = world.people.get(name)
  if (member?.company !== company) return refuse("not-found")
  if (name === who) return refuse("own-membership")
  if (name === creatorOf[company]) return refuse("company-creator")
  return { answer: "ok", worlds: [withPerson(world, name, { ...member, company: null, version: member.version + 1 })] }
}
