import { aCandidate, aCompany, aManager, aRecruiter, newId } from "@treff/contract-tests/fixtures"
import type { Account, Role, SubRole } from "@treff/domain/identity"

/**
 * Everybody in the stories. Mia and Leo are managers of Acme, which is Mia's; Ida is its admin, and Olga and Ada are its
 * recruiters. Bea is a recruiter of Beta. Ned is a manager who has a company once he invites somebody. Cleo and Dora are
 * candidates. Fay and Gus have no account before they accept an invitation.
 */
export const names = ["mia", "leo", "ned", "ida", "olga", "ada", "bea", "cleo", "dora", "fay", "gus"] as const
export type Name = (typeof names)[number]
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

/** What the model knows of people. */
export interface People {
  /** In the order in which their accounts were made. */
  readonly people: ReadonlyMap<Name, PlainPerson>
}

const person = (role: Role, subRole: SubRole | null, company: CompanyName | null): PlainPerson => {
  const claims = { role, subRole, company }
  return { ...claims, version: 0, username: null, claims }
}

export const everybody: People = {
  people: new Map([
    ["mia", person("hiring_manager", null, "acme")],
    ["leo", person("hiring_manager", null, "acme")],
    ["ned", person("hiring_manager", null, null)],
    ["ida", person("recruiter", "recruiter_admin", "acme")],
    ["olga", person("recruiter", "recruiter_user", "acme")],
    ["ada", person("recruiter", "recruiter_user", "acme")],
    ["bea", person("recruiter", "recruiter_user", "beta")],
    ["cleo", person("candidate", null, null)],
    ["dora", person("candidate", null, null)]
  ])
}

export const creatorOf = { acme: "mia", beta: null, ned: "ned" } as const satisfies Record<CompanyName, Name | null>

/** The companies that there are: Ned's once he, or somebody else, belongs to it. */
export const companiesOf = ({ people }: People): ReadonlyArray<CompanyName> => [
  "acme",
  "beta",
  ...(people.get("ned")?.company === "ned" ? (["ned"] as const) : [])
]

export const agrees = ({ role, subRole, company }: PlainPerson, claims: Claims): boolean =>
  role === claims.role && subRole === claims.subRole && (claims.company === null || claims.company === company)

/** Who calls, or why nobody is let in who calls so, whatever they ask for. */
export const callerIn = ({ people }: People, name: Name): PlainPerson | string => {
  const person = people.get(name)
  if (person === undefined) return "token-missing"
  return agrees(person, person.claims) ? person : "token-stale"
}

export const isAdmin = ({ role, subRole }: Claims): boolean =>
  role === "hiring_manager" || subRole === "recruiter_admin"

export const withPerson = ({ people }: People, name: Name, now: PlainPerson): People => ({
  people: new Map(people).set(name, now)
})

/** The accounts, companies and addresses of everybody, made anew for each system. */
export const makeCast = () => {
  const { manager, recruiter, colleague, admin, id: acme } = aCompany()
  const beta = newId()
  const accounts = new Map<Name, Account>([
    ["mia", manager],
    ["leo", aManager(acme)],
    ["ned", aManager(null)],
    ["ida", admin],
    ["olga", recruiter],
    ["ada", colleague],
    ["bea", aRecruiter(beta)],
    ["cleo", aCandidate()],
    ["dora", aCandidate()]
  ])
  const addressOf = (name: Name) => accounts.get(name)?.email ?? `${name}.${newId()}@Example.org`
  return {
    accounts,
    emails: new Map<Name, string>(names.map((name) => [name, addressOf(name)])),
    companies: [
      { id: acme, name: "Acme", creatorId: manager.id },
      { id: beta, name: "Beta", creatorId: null }
    ]
  }
}
export type Cast = ReturnType<typeof makeCast>
