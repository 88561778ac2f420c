import { findMails } from "./mailbox.ts"
import type { Sandbox } from "./sandbox.ts"

/** What `npm start` prints as soon as everything runs: where it is, and on what. */
export const whereItRuns = ({ apiUrl, controlUrl, database, mail, clock }: Sandbox): string => {
  const kinds = { external: "the one at DATABASE_URL", embedded: "PostgreSQL", pglite: "PGlite" } as const
  const contents = {
    seeded: "with new demo data",
    found: "with what was in it",
    foreign: "with data that the sandbox did not make: it adds nothing to them and refuses to reset them"
  } as const
  const mails = {
    mailbox: `${controlUrl}/mailbox`,
    smtp: `sent by SMTP, and kept at ${controlUrl}/mailbox`,
    resend: "sent by Resend, and not kept here"
  } as const
  const lines = [
    `Treff runs, after ${(performance.now() / 1_000).toFixed(1)} s. Ctrl-C stops it.`,
    "",
    `  API       ${apiUrl}`,
    `  Docs      ${apiUrl}/docs`,
    `  Control   ${controlUrl}`,
    `  Mails     ${mails[mail]}`,
    `  Database  ${kinds[database.kind]}, ${contents[database.contents]}`,
    `  Time      ${new Date(clock.now()).toISOString()}${clock.offset() > 0 ? ", ahead of the real one" : ""}`,
    ""
  ]
  return lines.join("\n")
}

/** What `npm start` prints after that: requests that can be copied, made of what is in the database. */
export const exampleRequests = async ({ apiUrl, controlUrl, pool }: Sandbox): Promise<string> => {
  const parts = await Promise.all([firstRequests(apiUrl, controlUrl), firstInvitation(apiUrl, pool)])
  return [...parts.flat(), ""].join("\n")
}

interface Account {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly subRole: string | null
  readonly companyName: string | null
  readonly token: string
}

/** As somebody of a company: an admin at best, who sees all of its offers. */
const firstRequests = async (apiUrl: string, controlUrl: string): Promise<ReadonlyArray<string>> => {
  const accounts = (await (await fetch(`${controlUrl}/accounts`)).json()) as ReadonlyArray<Account>
  const members = accounts.filter(({ companyName }) => companyName !== null)
  const caller = members.find(({ subRole }) => subRole === "recruiter_admin") ?? members[0]
  if (caller !== undefined) {
    return [
      `The offers of ${caller.companyName}, as ${caller.email} sees them:`,
      "",
      `curl -H 'Authorization: Bearer ${caller.token}' '${apiUrl}/offers?limit=3'`,
      ...(await firstSend(apiUrl, controlUrl, caller, accounts))
    ]
  }
  const nobody = accounts.length === 0 ? "There are no accounts yet" : "No account belongs to a company yet"
  return [
    `${nobody}. Make one that does, whose token comes with it:`,
    "",
    `curl -H 'Content-Type: application/json' -d '{ "role": "hiring_manager", "companyId": "new" }' ${controlUrl}/accounts`
  ]
}

/** One of the caller's offers, and a candidate who hasn't got it; nothing where there are none. */
const firstSend = async (
  apiUrl: string,
  controlUrl: string,
  { token }: Account,
  accounts: ReadonlyArray<Account>
): Promise<ReadonlyArray<string>> => {
  const ask = async <A>(path: string) =>
    (await (await fetch(apiUrl + path, { headers: { Authorization: `Bearer ${token}` } })).json()) as ReadonlyArray<A>
  const [offer] = await ask<{ readonly id: string; readonly title: string }>("/offers?status=active&limit=1")
  if (offer === undefined) return []
  const sends = await ask<{ readonly candidateId: string }>(`/offers/${offer.id}/sends?limit=100`)
  const had = new Set(sends.map(({ candidateId }) => candidateId))
  const candidate = accounts.findLast(({ id, role }) => role === "candidate" && !had.has(id))
  if (candidate === undefined) return []
  const body = `{ "offerId": "${offer.id}", "candidateId": "${candidate.id}" }`
  return [
    "",
    `One of them sent to a candidate, who then has a mail at ${controlUrl}/mailbox?to=${candidate.email} :`,
    "",
    `curl -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '${body}' ${apiUrl}/offer-sends`
  ]
}

/** The newest link of an invitation that is still good. */
const firstInvitation = async (apiUrl: string, pool: Sandbox["pool"]): Promise<ReadonlyArray<string>> => {
  const mails = await findMails(pool, undefined)
  for (const { to, text } of mails.filter(({ template }) => template === "invitation").slice(0, 20)) {
    const [link = "", token] = /https?:\S+[?&]token=([\w-]+)/.exec(text) ?? []
    const validated = await fetch(`${apiUrl}/api/invitations/validate/${token}`)
    const { valid } = (await validated.json()) as { readonly valid?: boolean }
    if (valid === true) return ["", `What was mailed to ${to}, an invitation to answer in a browser:`, "", link]
  }
  return []
}
