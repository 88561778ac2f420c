import { hour } from "../workers/cast.ts"
import type { Snapshot } from "../workers/snapshot.ts"
import { type Cast, type CompanyName, creatorOf, type Name, names } from "./cast.ts"
import type { Known } from "./flow.ts"

/** What the model learns of a system in the course of a story, which began at an instant. */
export const makeKnown = (cast: Cast, begun: number) => {
  /** Of each kind of thing the ids, in the order in which the model counts them. */
  const ids = new Map<string, Array<string>>()
  const links = new Map<string, ReadonlyArray<string>>()
  const people = new Map<Name, string>()
  const companies = new Map<CompanyName, string>()
  /** Each of those who have no account has an id that is nobody's. */
  const strangers = new Map<Name | "nobody", string>(
    [...names, "nobody" as const].map((name) => [name, crypto.randomUUID()])
  )
  const nobody = crypto.randomUUID()
  const idsOf = (kind: string): Array<string> => {
    const own = ids.get(kind) ?? []
    ids.set(kind, own)
    return own
  }

  const known: Known = {
    idOf: (kind, index) => idsOf(kind)[index] ?? nobody,
    indexOf: (kind, id) => idsOf(kind).indexOf(id),
    personId: (name) => (name === "nobody" ? undefined : people.get(name)) ?? strangers.get(name) ?? nobody,
    nameOf: (id) => keyOf(people, id) ?? names.find((name) => strangers.get(name) === id) ?? null,
    companyId: (name) => (name === null ? null : (companies.get(name) ?? null)),
    companyName: (id) => keyOf(companies, id),
    emailOf: (name) => cast.emails.get(name) ?? "",
    nameByEmail: (email) => names.find((name) => cast.emails.get(name)?.toLowerCase() === email.toLowerCase()) ?? null,
    linksOf: (invitationId) => links.get(invitationId) ?? [],
    instantOf: (hours) => begun + hours * hour,
    hoursOf: (instant) => (instant - begun) / hour
  }
  return {
    known,
    idsOf,
    addLink: (id: string, link: string) => void links.set(id, [...known.linksOf(id), link]),
    /** Learns who has which account, and which company is whose. */
    meet: ({ accounts, companies: all }: Snapshot): void => {
      for (const { id, email } of accounts) {
        const name = known.nameByEmail(email)
        if (name !== null) people.set(name, id)
      }
      for (const { id, creatorId } of all) {
        const name = (["acme", "beta", "ned"] as const).find((name) => creatorOf[name] === known.nameOf(creatorId))
        if (name !== undefined) companies.set(name, id)
      }
    }
  }
}

const keyOf = <K>(map: ReadonlyMap<K, string>, value: string | null): K | null =>
  [...map].find(([, own]) => own === value)?.[0] ?? null
