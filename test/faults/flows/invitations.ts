import {
  acceptInvitation,
  declineInvitation,
  expireDueInvitations,
  type InvitationStatus,
  inviteRecruiter,
  inviteRecruitersInBulk,
  listInvitations,
  readInvitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { jobs } from "../../workers/cast.ts"
import { hasLeft } from "../../workers/snapshot/people.ts"
import {
  agrees,
  type CompanyName,
  callerIn,
  creatorOf,
  type Name,
  names,
  type People,
  type PlainPerson,
  withPerson
} from "../cast.ts"
import { type Call, circumstances, type Flow, type Known, type Outcome, plainly, refuse, type Step } from "../flow.ts"
import { codeOf } from "../memory-machine.ts"
import { removal } from "./people.ts"

export interface InvitationsWorld extends People {
  /** In the order in which they were made. */
  readonly invitations: ReadonlyArray<PlainInvitation>
  /** Who sent one, for the first time or again, and when. */
  readonly sent: ReadonlyArray<{ readonly by: Name; readonly at: number }>
}

/** Instants are full hours since the story began. */
export interface PlainInvitation {
  readonly company: CompanyName
  readonly inviter: Name
  readonly to: Name
  readonly isUpper: boolean
  /** As it is written: whether it has expired meanwhile is another matter. */
  readonly status: InvitationStatus
  readonly resends: number
  readonly version: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly declinedAt: number | null
}

type Row = { readonly to: Name | "nonsense"; readonly isUpper: boolean }

/** `target` counts the invitations that were made. */
export type InvitationCall = Call &
  (
    | { readonly command: "invite"; readonly who: Name; readonly to: Name; readonly isUpper: boolean }
    | { readonly command: "bulk"; readonly who: Name; readonly rows: ReadonlyArray<Row> }
    | { readonly command: "revoke" | "resend"; readonly who: Name; readonly target: number }
    | ({ readonly command: "validate" | "decline"; readonly who: "nobody" } & ByLink)
    | ({ readonly command: "accept"; readonly isFresh: boolean; readonly username: string } & ByLink)
  )

/** Of an invitation's links the last one, the one before it, or one that never was. */
interface ByLink {
  readonly target: number
  readonly link: "present" | "former" | "guessed"
}

export const limits = { open: 3, sent: 5 }
/** In hours. */
export const lifetime = 72

const who = fc.constantFrom("mia", "mia", "mia", "mia", "leo", "leo", "ned", "ned", "olga", "cleo", "ada")
const anybody = fc.constantFrom(...names.filter((name) => name !== "dora"), "fay", "fay", "cleo", "gus")
const byLink = {
  target: fc.constantFrom(0, 0, 1, 1, 2, 3),
  link: fc.constantFrom("present", "present", "present", "present", "former", "guessed")
} as const
const calls: fc.Arbitrary<InvitationCall> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ command: fc.constant("invite"), who, to: anybody, isUpper: fc.boolean(), ...circumstances })
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        command: fc.constant("bulk"),
        who,
        rows: fc.array(
          fc.record({
            to: fc.oneof({ weight: 9, arbitrary: anybody }, { weight: 1, arbitrary: fc.constant("nonsense") }),
            isUpper: fc.boolean()
          }),
          {
            minLength: 1,
            maxLength: 5
          }
        ),
        ...circumstances
      })
      // Of several bulks at once each would invite some.
      .map((call) => ({ ...call, times: 1 }))
  },
  {
    weight: 5,
    arbitrary: fc.record({
      command: fc.constantFrom("revoke", "resend", "resend"),
      who,
      target: byLink.target,
      ...circumstances
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      command: fc.constantFrom("validate", "decline"),
      who: fc.constant("nobody"),
      ...byLink,
      ...circumstances
    })
  },
  {
    weight: 6,
    arbitrary: fc.record({
      command: fc.constant("accept"),
      who: fc.constantFrom("nobody", "nobody", "nobody", "cleo", "cleo", "fay", "bea", "ned", "ada"),
      isFresh: fc.boolean(),
      username: fc.constantFrom("kim", "kim", "Kim", "lee", "a b"),
      ...byLink,
      ...circumstances
    })
  }
) as fc.Arbitrary<InvitationCall> // of which each record is one

type Plainly<C> = C extends unknown ? Omit<C, "outage" | "times"> : never
export const invitationStep = (call: Plainly<InvitationCall>): Step => ({
  type: "call",
  flow: "invitations",
  call: { ...plainly, ...call }
})
const byMia = { command: "invite", who: "mia", isUpper: false } as const
const present = { link: "present", isFresh: false } as const
const life = fc.subarray<Step>([
  invitationStep({ ...byMia, to: "fay" }),
  invitationStep({ ...byMia, who: "leo", to: "cleo", isUpper: true }),
  { type: "deliver", outage: null },
  { type: "advance", hours: 73 },
  invitationStep({ ...byMia, to: "fay", isUpper: true }),
  invitationStep({ ...present, command: "decline", who: "nobody", target: 2 }),
  invitationStep({ command: "resend", who: "leo", target: 0 }),
  invitationStep({ command: "resend", who: "mia", target: 1 }),
  invitationStep({ ...present, command: "accept", target: 0, who: "nobody", username: "kim" }),
  invitationStep({ ...present, command: "accept", target: 1, who: "cleo", username: "" }),
  removal("fay"),
  invitationStep({ ...byMia, who: "ned", to: "fay" }),
  removal("leo"),
  { type: "advance", hours: 719 },
  invitationStep({ ...byMia, to: "fay" })
])

/** Whether its time is over, though that may not be written yet. */
const isOver = ({ status, expiresAt }: PlainInvitation, at: number): boolean => status === "pending" && expiresAt <= at

const statusAt = (invitation: PlainInvitation, at: number): InvitationStatus =>
  isOver(invitation, at) ? "expired" : invitation.status

const expired = (invitation: PlainInvitation): PlainInvitation => ({
  ...invitation,
  status: "expired",
  version: invitation.version + 1
})

const decide = (call: InvitationCall, world: InvitationsWorld, at: number): Outcome<InvitationsWorld> => {
  switch (call.command) {
    case "invite":
    case "bulk":
    case "revoke":
    case "resend": {
      const caller = callerIn(world, call.who)
      if (typeof caller === "string") return refuse(caller)
      if (caller.role !== "hiring_manager") return refuse("role-not-allowed")
      if (call.command === "invite") return invite(call, world, at)
      if (call.command === "bulk") return bulk(call, world, at)
      if (caller.company === null) return refuse("no-company")
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
      if (found === undefined || call.link !== "present") return refuse("token-unknown")
      const status = statusAt(found, at)
      if (call.command === "validate") return refuse(`ok ${status}`)
      if (status !== "pending") return refuse("invitation-not-open")
      if (call.command === "accept") return accept(call, found, world)
      return moved(world, found, { status: "declined", declinedAt: at })
    }
  }
}

const moved = (world: InvitationsWorld, invitation: PlainInvitation, changes: Partial<PlainInvitation>) => ({
  answer: "ok",
  writes: [withInvitation(world, invitation, { ...changes, version: invitation.version + 1 })]
})

const withInvitation = (
  { invitations }: InvitationsWorld,
  invitation: PlainInvitation,
  changes: Partial<PlainInvitation>
) => ({ invitations: invitations.map((other) => (other === invitation ? { ...other, ...changes } : other)) })

const invitationsTo = (world: InvitationsWorld, company: CompanyName | null, to: Name) =>
  world.invitations.filter((invitation) => invitation.company === company && invitation.to === to)

/** Why somebody is not invited into a company, if at all. */
const refusalOf = (
  by: Name,
  to: Name,
  company: CompanyName | null,
  world: InvitationsWorld,
  at: number
): string | null => {
  if (to === by || (company !== null && world.people.get(to)?.company === company)) return "already-member"
  const known = invitationsTo(world, company, to)
  if (known.some((invitation) => statusAt(invitation, at) === "pending")) return "already-invited"
  return hasDeclined(known, at) ? "declined" : null
}

/** Whether one of the invitations was declined within 30 days. */
const hasDeclined = (known: ReadonlyArray<PlainInvitation>, at: number): boolean =>
  known.some(({ status, declinedAt }) => status === "declined" && (declinedAt ?? 0) > at - 30 * 24)

/** How many more may be sent, and for how many hours the next one has to wait; `but` does not count as open. */
const roomFor = (by: Name, company: CompanyName | null, world: InvitationsWorld, at: number, but?: PlainInvitation) => {
  const open = world.invitations.filter(
    (invitation) => invitation.company === company && statusAt(invitation, at) === "pending"
  )
  const sent = world.sent.filter((one) => one.by === by && one.at > at - 24)
  const others = open.length - (but !== undefined && open.includes(but) ? 1 : 0)
  const full = [
    { room: limits.open - others, until: Math.min(...open.map(({ expiresAt }) => expiresAt)) },
    { room: limits.sent - sent.length, until: Math.min(...sent.map((one) => one.at + 24)) }
  ]
  return {
    room: Math.max(0, Math.min(...full.map(({ room }) => room))),
    wait: Math.max(0, ...full.flatMap(({ room, until }) => (room > 0 ? [] : [until - at])))
  }
}

/** One more invitation, and the company that it may need; one that is over makes room. */
const withInvited = (
  by: Name,
  { to, isUpper }: { readonly to: Name; readonly isUpper: boolean },
  world: InvitationsWorld,
  at: number
): InvitationsWorld => {
  const inviter = world.people.get(by) as PlainPerson // whose token was looked at before
  const company = inviter.company ?? "ned"
  const hasFounded = inviter.company === null
  const founder = { ...inviter, company, version: inviter.version + 1 }
  const facts = { company, inviter: by, to, isUpper, createdAt: at, expiresAt: at + lifetime }
  const invitation = { ...facts, status: "pending", resends: 0, version: 1, declinedAt: null } as const
  const others = world.invitations.map((other) =>
    other.company === company && other.to === to && isOver(other, at) ? expired(other) : other
  )
  return {
    people: hasFounded ? withPerson(world, by, founder).people : world.people,
    invitations: [...others, invitation],
    sent: [...world.sent, { by, at }]
  }
}

const invite = (
  call: Extract<InvitationCall, { readonly command: "invite" }>,
  world: InvitationsWorld,
  at: number
): Outcome<InvitationsWorld> => {
  const company = world.people.get(call.who)?.company ?? null
  const refusal = refusalOf(call.who, call.to, company, world, at)
  if (refusal !== null) return refuse(refusal)
  const { room, wait } = roomFor(call.who, company, world, at)
  if (room < 1) return refuse(`over-limit ${wait}`)
  return { answer: "ok", writes: [withInvited(call.who, call, world, at)] }
}

const bulk = (
  { who, rows }: Extract<InvitationCall, { readonly command: "bulk" }>,
  world: InvitationsWorld,
  at: number
): Outcome<InvitationsWorld> => {
  const company = world.people.get(who)?.company ?? null
  let { room } = roomFor(who, company, world, at)
  let next = world
  const observed = new Set<Name>()
  const inviteRow = ({ to, isUpper }: Row): string => {
    if (to === "nonsense") return "invalid-email"
    if (observed.has(to)) return "duplicate-in-request"
    observed.add(to)
    const refusal = refusalOf(who, to, company, world, at)
    if (refusal !== null) return refusal
    if (room-- < 1) return "over-limit"
    next = withInvited(who, { to, isUpper }, next, at)
    return "invited"
  }
  return {
    answer: bulkAnswer(rows.map((row) => [`${row.to} ${row.isUpper}`, inviteRow(row)])),
    writes: next === world ? [] : [next]
  }
}

/** What became of each row of a bulk. Of rows that are spelt alike only the first is answered. */
const bulkAnswer = (results: ReadonlyArray<readonly [spelling: string, result: string]>): string => {
  const first = new Map(results.toReversed())
  return `ok ${[...first]
    .map((result) => result.join(" "))
    .toSorted()
    .join(", ")}`
}

const resend = (
  by: Name,
  invitation: PlainInvitation,
  world: InvitationsWorld,
  at: number
): Outcome<InvitationsWorld> => {
  const { company, to, resends, version } = invitation
  const status = statusAt(invitation, at)
  if (status !== "pending" && status !== "expired") return refuse("illegal-transition")
  if (resends >= 3) return refuse("resent-too-often")
  if (world.people.get(to)?.company === company) return refuse("already-member")
  const known = invitationsTo(world, company, to)
  const newer = known.find((other) => other !== invitation && other.status === "pending")
  if (newer !== undefined && !isOver(newer, at)) return refuse("already-invited")
  if (hasDeclined(known, at)) return refuse("declined")
  const { room, wait } = roomFor(by, company, world, at, invitation)
  if (room < 1) return refuse(`over-limit ${wait}`)
  // That a newer one is over is written before, by itself.
  const before = newer === undefined ? world : { ...world, ...withInvitation(world, newer, expired(newer)) }
  const after = withInvitation(before, invitation, {
    status: "pending",
    resends: resends + 1,
    version: version + (isOver(invitation, at) ? 2 : 1),
    expiresAt: at + lifetime
  })
  const sent = { ...after, sent: [...world.sent, { by, at }] }
  return { answer: "ok", writes: before === world ? [sent] : [before, sent] }
}

const accept = (
  { who, isFresh, username }: Extract<InvitationCall, { readonly command: "accept" }>,
  invitation: PlainInvitation,
  world: InvitationsWorld
): Outcome<InvitationsWorld> => {
  const { company, to } = invitation
  const recruiter = { role: "recruiter", subRole: "recruiter_user", company } as const
  const accepted = withInvitation(world, invitation, { status: "accepted", version: invitation.version + 1 })
  const joins = (person: Pick<PlainPerson, "version" | "username">) => ({
    answer: "ok",
    writes: [{ ...accepted, ...withPerson(world, to, { ...recruiter, ...person, claims: recruiter }) }]
  })
  const owner = world.people.get(to)
  if (owner === undefined) {
    if (!/^[A-Za-z0-9._-]{3,40}$/.test(username)) return refuse("invalid-input")
    const isTaken = [...world.people.values()].some((other) => other.username?.toLowerCase() === username.toLowerCase())
    return isTaken ? refuse("username-taken") : joins({ version: 1, username })
  }
  // Who has no account yet has no token either.
  if (who === "nobody" || !world.people.has(who)) return refuse("sign-in-required")
  if (who !== to) return refuse("not-invited")
  if (!isFresh && !agrees(owner, owner.claims)) return refuse("token-stale")
  if (owner.company === company) return refuse("already-member")
  if (owner.company !== null) return refuse("already-in-a-company")
  if (owner.role === "hiring_manager") return refuse("is-a-hiring-manager")
  return joins({ version: owner.version + 1, username: owner.username })
}

const spelt = (known: Known, { to, isUpper }: Row): string => {
  if (to === "nonsense") return isUpper ? "NONSENSE" : "nonsense"
  return isUpper ? known.emailOf(to).toUpperCase() : known.emailOf(to)
}

/** How an address is spelt, in the words of the model. */
const spellingOf = (known: Known, email: string): string =>
  `${known.nameByEmail(email) ?? "nonsense"} ${email === email.toUpperCase()}`

/** The invitation that is meant, and the token of the link that is followed. */
const targetOf = (call: InvitationCall, known: Known) => {
  const id = known.idOf("invitations", "target" in call ? call.target : -1)
  const links = known.linksOf(id)
  const link =
    "link" in call ? { present: links.at(-1), former: links.at(-2), guessed: undefined }[call.link] : undefined
  return { id, link: link ?? "guessed" }
}

const profileOf = (username: string) => ({ username, firstName: "Kim", lastName: "Hansen", contactNumber: null })

export const invitations: Flow<InvitationCall, InvitationsWorld> = {
  name: "invitations",
  calls,
  weight: 6,
  life,
  waits: [1, 1, 5, 23, 24, 30, 71, 72, 73, 719, 720],
  decide,
  isPublic: ({ command }) => command === "validate" || command === "decline" || command === "accept",

  kinds: [
    {
      name: "invitations",
      written: ({ invitations }, known) =>
        invitations.map(({ id, companyId, inviterId, email, status, resends, version, createdAt, expiresAt }) => ({
          id,
          facts: {
            company: known.companyName(companyId),
            inviter: known.nameOf(inviterId),
            email,
            ...{ status, resends, version },
            createdAt: Math.floor(known.hoursOf(createdAt)),
            expiresAt: Math.floor(known.hoursOf(expiresAt))
          }
        })),
      expected: ({ invitations }, known) =>
        invitations.map(({ to, isUpper, declinedAt: _, ...facts }) => ({
          ...facts,
          email: spelt(known, { to, isUpper })
        })),
      links: ({ invitations }) => invitations.map(({ resends }) => resends + 1)
    }
  ],
  views: [
    {
      what: "the invitations into Acme",
      who: "mia",
      path: "/api/invitations?size=100",
      onWorkers: ({ content }: { readonly content: ReadonlyArray<{ readonly id: string; readonly status: string }> }) =>
        Object.fromEntries(content.map(({ id, status }) => [id, status.toLowerCase()])),
      onMemory: (caller) => {
        const query = { status: null, order: "createdAt", descending: true, number: 0, size: 100 } as const
        return Effect.map(listInvitations(caller, query), ({ rows }) =>
          Object.fromEntries(rows.map(({ value }) => [value.id, value.status]))
        )
      },
      expected: ({ invitations }, at, known) =>
        Object.fromEntries(
          invitations.flatMap((invitation, index) =>
            invitation.company === "acme" ? [[known.idOf("invitations", index), statusAt(invitation, at)]] : []
          )
        )
    }
  ],
  jobs: [
    {
      name: "invitations",
      job: jobs.invitations,
      onMemory: expireDueInvitations(20),
      done: ({ invitations }, at) => ({
        invitations: invitations.map((invitation) => (isOver(invitation, at) ? expired(invitation) : invitation))
      })
    }
  ],

  onMemory: (call, { caller, isSignedIn, known }) => {
    const { id, link } = targetOf(call, known)
    const contentOf = (row: Row) => ({ email: spelt(known, row), personalMessage: null, locale: null })
    switch (call.command) {
      case "invite":
        return Effect.as(inviteRecruiter(caller, contentOf(call)), "ok")
      case "bulk": {
        const contents = call.rows.map(contentOf)
        return Effect.map(inviteRecruitersInBulk(caller, contents), (results) =>
          bulkAnswer(
            contents.map(({ email }, index) => [
              spellingOf(known, email),
              codeOf({ ...invitations.codes, Invited: "invited" }, results[index] ?? "")
            ])
          )
        )
      }
      case "revoke":
        return Effect.as(revokeInvitation({ caller, id }), "ok")
      case "resend":
        return Effect.as(resendInvitation({ caller, id }), "ok")
      case "decline":
        return Effect.as(declineInvitation(link), "ok")
      case "validate":
        return Effect.map(readInvitation(link), ({ invitation }) => `ok ${invitation.status}`)
      case "accept": {
        const profile = Effect.succeed(profileOf(call.username))
        return Effect.as(acceptInvitation({ token: link, caller: isSignedIn ? caller : null, profile }), "ok")
      }
    }
  },
  codes: {
    AlreadyMember: "already-member",
    AlreadyInvited: "already-invited",
    Declined: "declined",
    OverLimit: "over-limit",
    DuplicateInRequest: "duplicate-in-request",
    InvalidEmail: "invalid-email",
    InvalidPersonalMessage: "invalid-message",
    InvitationNotFound: "not-found",
    InvitationNotPending: "illegal-transition",
    ResentTooOften: "resent-too-often",
    NotInviter: "not-owner",
    TokenUnknown: "token-unknown",
    InvitationNotOpen: "invitation-not-open",
    InvalidProfile: "invalid-input",
    UsernameTaken: "username-taken",
    SignInRequired: "sign-in-required",
    NotInvited: "not-invited",
    AlreadyInACompany: "already-in-a-company",
    IsAHiringManager: "is-a-hiring-manager"
  },
  onWorkers: (call, { known }) => {
    const { id, link } = targetOf(call, known)
    const rowOf = (row: Row) => ({ email: spelt(known, row) })
    switch (call.command) {
      case "invite":
        return ["POST", "/api/invitations/recruiter", rowOf(call)]
      case "bulk":
        return ["POST", "/api/invitations/bulk-recruiter", call.rows.map(rowOf)]
      case "revoke":
        return ["PATCH", `/api/invitations/${id}/revoke`]
      case "resend":
        return ["POST", `/api/invitations/${id}/resend`]
      case "decline":
        return ["POST", `/api/invitations/decline/${link}`]
      case "validate":
        return ["GET", `/api/invitations/validate/${link}`]
      case "accept":
        return ["POST", `/api/invitations/accept/${link}`, profileOf(call.username)]
    }
  },
  said: (call, { json }, known) => {
    if (call.command === "validate") return `ok ${json.status.toLowerCase()}`
    if (call.command !== "bulk") return "ok"
    return bulkAnswer(Object.entries<string>(json).map(([email, result]) => [spellingOf(known, email), result]))
  },

  mayBeObsolete: ({ eventId, recipientId, template, resends }, store, now) => {
    switch (template) {
      case "invitation": {
        const subjectId = store.events.find(({ id }) => id === eventId)?.subjectId
        const invitation = store.invitations.find(({ id }) => id === subjectId)
        const isSendable = invitation?.status === "pending" && invitation.expiresAt > now
        return !isSendable || invitation.resends !== resends
      }
      case "invitation-accepted":
      case "invitation-declined":
        return hasLeft(store, recipientId)
      default:
        return null
    }
  }
}
