import { listMembers, removeMember } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { callerIn, companiesOf, creatorOf, type Name, names, type People, withPerson } from "../cast.ts"
import { type Call, circumstances, type Flow, plainly, refuse, type Step } from "../flow.ts"

export interface MemberCall extends Call {
  readonly command: "remove"
  readonly who: Name
  readonly member: Name
}

const calls: fc.Arbitrary<MemberCall> = fc.record({
  command: fc.constant("remove"),
  who: fc.constantFrom("mia", "mia", "leo", "ned", "olga", "cleo"),
  member: fc.constantFrom(...names.filter((name) => name !== "olga" && name !== "ida"), "ada", "fay", "cleo"),
  ...circumstances
})

/** Mia removes a member. */
export const removal = (member: Name): Step => {
  const call: MemberCall = { ...plainly, command: "remove", who: "mia", member }
  return { type: "call", flow: "people", call }
}

/** Managers remove members of their own company. */
const decide = ({ who, member: name }: MemberCall, world: People) => {
  const caller = callerIn(world, who)
  if (typeof caller === "string") return refuse(caller)
  if (caller.role !== "hiring_manager") return refuse("role-not-allowed")
  if (caller.company === null) return refuse("no-company")
  const member = world.people.get(name)
  if (member?.company !== caller.company) return refuse("not-found")
  if (name === who) return refuse("own-membership")
  if (name === creatorOf[caller.company]) return refuse("company-creator")
  return { answer: "ok", writes: [withPerson(world, name, { ...member, company: null, version: member.version + 1 })] }
}

export const people: Flow<MemberCall, People> = {
  name: "people",
  calls,
  weight: 1,
  life: fc.constant([]),
  waits: [1],
  decide,

  kinds: [
    {
      name: "companies",
      written: ({ companies }, known) =>
        companies.map(({ id, version, creatorId }) => ({ id, facts: { creator: known.nameOf(creatorId), version } })),
      expected: (world) =>
        companiesOf(world).map((name) => ({ creator: creatorOf[name], version: name === "ned" ? 1 : 0 }))
    },
    {
      name: "people",
      written: ({ accounts }, known) =>
        accounts.map(({ id, role, subRole, companyId, version, username }) => ({
          id,
          facts: { name: known.nameOf(id), role, subRole, company: known.companyName(companyId), version, username }
        })),
      expected: ({ people }) =>
        [...people].map(([name, { role, subRole, company, version, username }]) => ({
          ...{ name, role, subRole, company, version, username }
        }))
    }
  ],

  views: [
    {
      what: "the members of Acme",
      who: "mia",
      path: "/api/members?limit=100",
      onWorkers: (json, known) => json.map(({ id }: { readonly id: string }) => known.nameOf(id)).toSorted(),
      onMemory: (caller, known) =>
        Effect.map(listMembers(caller, { number: 1, limit: 100 }), ({ rows }) =>
          rows.map(({ value }) => known.nameOf(value.id)).toSorted()
        ),
      expected: ({ people }) =>
        [...people].flatMap(([name, { company }]) => (company === "acme" ? name : [])).toSorted()
    }
  ],

  onMemory: (call, { caller, known }) => Effect.as(removeMember({ caller, id: known.personId(call.member) }), "ok"),
  codes: {
    RoleNotAllowed: "role-not-allowed",
    CallerStale: "token-stale",
    NoCompany: "no-company",
    MemberNotFound: "not-found",
    MemberIsYou: "own-membership",
    MemberIsCreator: "company-creator"
  },
  onWorkers: (call, { known }) => ["DELETE", `/api/members/${known.personId(call.member)}`],
  said: () => "ok"
}
