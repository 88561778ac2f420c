import type { Sandbox } from "./sandbox.ts"

/** What `npm start` prints when everything runs: where it is, and a request that can be copied. */
export const introduce = async ({ apiUrl, controlUrl, database, clock }: Sandbox): Promise<string> => {
  const kinds = { given: "the one at DATABASE_URL", embedded: "PostgreSQL", pglite: "PGlite" } as const
  const contents = {
    seeded: "with new demo data",
    found: "with what was in it",
    foreign: "with data that the sandbox did not make: it adds nothing to them and refuses to reset them"
  } as const
  const lines = [
    `Treff runs, after ${(performance.now() / 1_000).toFixed(1)} s. Ctrl-C stops it.`,
    "",
    `  API       ${apiUrl}`,
    `  Docs      ${apiUrl}/docs`,
    `  Control   ${controlUrl}`,
    `  Database  ${kinds[database.kind]}, ${contents[database.contents]}`,
    `  Time      ${new Date(clock.now()).toISOString()}${clock.offset() > 0 ? ", ahead of the real one" : ""}`,
    "",
    ...(await firstRequest(apiUrl, controlUrl)),
    ""
  ]
  return lines.join("\n")
}

/** As somebody of a company: an admin at best, who sees all of its offers. */
const firstRequest = async (apiUrl: string, controlUrl: string): Promise<ReadonlyArray<string>> => {
  const accounts = (await (await fetch(`${controlUrl}/accounts`)).json()) as ReadonlyArray<{
    readonly email: string
    readonly subRole: string | null
    readonly companyName: string | null
    readonly token: string
  }>
  const members = accounts.filter(({ companyName }) => companyName !== null)
  const caller = members.find(({ subRole }) => subRole === "recruiter_admin") ?? members[0]
  if (caller !== undefined) {
    return [
      `The offers of ${caller.companyName}, as ${caller.email} sees them:`,
      "",
      `curl -H 'Authorization: Bearer ${caller.token}' '${apiUrl}/offers?limit=3'`
    ]
  }
  const nobody = accounts.length === 0 ? "There are no accounts yet" : "No account belongs to a company yet"
  return [
    `${nobody}. Make one that does, whose token comes with it:`,
    "",
    `curl -H 'Content-Type: application/json' -d '{ "role": "hiring_manager", "companyId": "new" }' ${controlUrl}/accounts`
  ]
}
