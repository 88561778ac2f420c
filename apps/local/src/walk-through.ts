// `npm run demo`: walks through the three flows in the sandbox that is running, and prints each request and its answer.
import { randomUUID } from "node:crypto"
import { inspect } from "node:util"
import { CommandError, runCommand } from "./command.ts"

const api = `http://127.0.0.1:${process.env.PORT || 8787}`
const control = `http://127.0.0.1:${process.env.CONTROL_PORT || 8788}`

/** Somebody who calls. Their token is printed once, as a shell variable that the printed requests use. */
interface Caller {
  readonly variable: string
  readonly token: string
}

interface Account extends Caller {
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly role: string
  readonly subRole: string | null
  readonly companyId: string | null
}

/** Whose variables are printed already. */
const introduced = new Set<string>()

interface Request {
  readonly method?: string
  readonly url: string
  readonly by?: Caller
  readonly body?: object
  /** Which fields of the answer are printed. Left out: all of them. */
  readonly shows?: ReadonlyArray<string>
}

await runCommand(async () => {
  const { admin, manager, candidates } = await findPeople()
  await offerThatIsArchived(admin)
  await offerThatExpires(admin)
  await offerSentToFive(admin, candidates)
  await recruiterInvited(manager)
  console.log(`\nThe sandbox's clock is two days further ahead now. This sets it and the demo data back:`)
  console.log(`\ncurl -X POST '${control}/reset'`)
})

async function offerThatIsArchived(admin: Account) {
  title("An offer is made and archived")
  const offer = await step<{ id: string }>(`${admin.firstName}, an admin of a company, makes an offer.`, {
    url: `${api}/offers`,
    by: admin,
    body: { title: "Baker, nights", ...(await contentThatStartsIn(30)) },
    shows: ["id", "title", "status", "endsAt"]
  })
  await step("Archiving it ends it.", {
    method: "POST",
    url: `${api}/offers/${offer.id}/archived`,
    by: admin,
    shows: ["id", "status"]
  })
  await step("Its history says what has happened to it, and by whom.", {
    url: `${api}/offers/${offer.id}/history`,
    by: admin,
    shows: ["sequence", "type", "actor", "data"]
  })
}

async function offerThatExpires(admin: Account) {
  title("Time passes, and an offer expires")
  const offer = await step<{ id: string }>("The job of this offer starts tomorrow.", {
    url: `${api}/offers`,
    by: admin,
    body: { title: "Baker, holidays", ...(await contentThatStartsIn(1)) },
    shows: ["id", "title", "status", "endsAt"]
  })
  await step("The sandbox's clock moves two days on.", { url: `${control}/clock`, body: { advance: "P2D" } })
  await step("From the instant of its date on, every answer says that the offer is expired.", {
    url: `${api}/offers/${offer.id}`,
    by: admin,
    shows: ["status", "daysToStart"]
  })
  await step("The hourly job writes it down.", {
    url: `${control}/cron`,
    body: { job: "checkDateStartDateJobOffers" }
  })
  await step("The event is in the log from then on.", {
    url: `${control}/events?type=offer.expired&subjectId=${offer.id}`,
    shows: ["sequence", "type", "actor", "data", "occurredAt"]
  })
}

async function offerSentToFive(admin: Account, candidates: ReadonlyArray<Account>) {
  title("An offer is sent to five candidates")
  const offer = await step<{ id: string }>(`${admin.firstName} makes another offer.`, {
    url: `${api}/offers`,
    by: admin,
    body: { title: "Pastry cook", ...(await contentThatStartsIn(30)) },
    shows: ["id", "title", "status"]
  })
  const { created } = await step<{ created: ReadonlyArray<{ id: string; candidateId: string }> }>(
    "It goes to all five with one request.",
    {
      url: `${api}/offer-sends/bulk`,
      by: admin,
      body: { offerId: offer.id, candidateIds: candidates.map(({ id }) => id), message: "Something for you?" }
    }
  )
  const [candidate] = candidates
  const send = created.find(({ candidateId }) => candidateId === candidate?.id)
  if (candidate === undefined || send === undefined) throw new CommandError("The offer was not sent to the candidates.")
  await step("Draining waits until every event is handled and every mail is sent.", {
    method: "POST",
    url: `${control}/drain`
  })
  await step(`${candidate.firstName} has a mail, the newest one to this address.`, {
    url: `${control}/mailbox?to=${candidate.email}`,
    shows: ["subject", "template", "sentAt"]
  })
  await step(`${candidate.firstName} reads what was sent, which counts as having viewed it.`, {
    url: `${api}/offer-sends/${send.id}`,
    by: candidate,
    shows: ["status", "message", "viewedAt"]
  })
  await step(`${candidate.firstName} answers the offer.`, {
    url: `${api}/offer-sends/${send.id}/status`,
    by: candidate,
    body: { status: "responded" },
    shows: ["status", "respondedAt"]
  })
  await step("The recruiter is notified of both.", { method: "POST", url: `${control}/drain` })
  await step("These are the newest notifications that the recruiter has not read.", {
    url: `${api}/notifications?unread=true&channel=inbox&limit=2`,
    by: admin,
    shows: ["template", "data"]
  })
  await step("The offer is archived, which ends all of its sends.", {
    method: "POST",
    url: `${api}/offers/${offer.id}/archived`,
    by: admin,
    shows: ["status"]
  })
  await step("No list has them any more.", { url: `${api}/offer-sends?offerId=${offer.id}`, by: admin })
  await step("Each of the candidates is notified of it.", { method: "POST", url: `${control}/drain` })
  await step(`So ${candidate.firstName} has another mail.`, {
    url: `${control}/mailbox?to=${candidate.email}`,
    shows: ["subject", "template", "sentAt"]
  })
}

async function recruiterInvited(manager: Account) {
  title("A recruiter is invited, and accepts")
  // Different at each run: an address that has joined the company can't be invited into it again.
  const run = randomUUID().slice(0, 8)
  const email = `kari.${run}@example.org`
  await step(`${manager.firstName}, a hiring manager, invites somebody by e-mail.`, {
    url: `${api}/api/invitations/recruiter`,
    by: manager,
    body: { email, personalMessage: "We would love to have you with us.", locale: "en" }
  })
  await step("A mail goes to that address.", { method: "POST", url: `${control}/drain` })
  const [mail] = await step<ReadonlyArray<{ text: string }>>("It has a link, and nothing else has it.", {
    url: `${control}/mailbox?to=${email}`,
    shows: ["subject", "text"]
  })
  const token = /[?&]token=([\w-]+)/.exec(mail?.text ?? "")?.[1]
  if (token === undefined) throw new CommandError(`No mail with a link has come to ${email}.`)
  await step("Whoever has the link can look at the invitation. Looking changes nothing.", {
    url: `${api}/api/invitations/validate/${token}`
  })
  const accepted = await step<{ token: string }>("Accepting makes an account, and answers its token.", {
    url: `${api}/api/invitations/accept/${token}`,
    body: { username: `kari.${run}`, firstName: "Kari", lastName: "Nordmann" }
  })
  await step("The new recruiter can work at once. There are no offers of theirs yet.", {
    url: `${api}/offers`,
    by: { variable: "RECRUITER", token: accepted.token }
  })
  await step("The hiring manager sees that the invitation was accepted.", {
    url: `${api}/api/invitations?status=ACCEPTED&size=1&sort=createdAt,desc`,
    by: manager,
    shows: ["content", "totalElements"]
  })
}

/** An admin, a hiring manager and five candidates of the demo data. */
async function findPeople() {
  const accounts = (await ask({ url: `${control}/accounts` })) as ReadonlyArray<Omit<Account, "variable">>
  const admin = accounts.find(({ subRole, companyId }) => subRole === "recruiter_admin" && companyId !== null)
  const manager = accounts.find(({ role, companyId }) => role === "hiring_manager" && companyId !== null)
  const candidates = accounts.filter(({ role }) => role === "candidate").slice(0, 5)
  if (admin === undefined || manager === undefined || candidates.length < 5) {
    throw new CommandError("This needs an admin, a hiring manager and five candidates, as in the demo data.")
  }
  return {
    admin: { ...admin, variable: "ADMIN" },
    manager: { ...manager, variable: "MANAGER" },
    candidates: candidates.map((candidate) => ({ ...candidate, variable: "CANDIDATE" }))
  }
}

/** An offer but for its title. Its job starts so many days after the sandbox's time. */
async function contentThatStartsIn(days: number) {
  const { now } = (await ask({ url: `${control}/clock` })) as { readonly now: string }
  const after = (count: number) => new Date(Date.parse(now) + count * 86_400_000).toISOString()
  return {
    description: "Sourdough, four nights a week.",
    emploiType: "CDI",
    salary: "32 000 – 36 000 €",
    startDateJob: after(days),
    expiredDate: after(days + 30)
  }
}

/** Prints what is done, the request and its answer. */
async function step<A>(what: string, request: Request): Promise<A> {
  const { by, shows } = request
  console.log(`\n# ${what}`)
  if (by !== undefined && !introduced.has(by.variable)) {
    introduced.add(by.variable)
    console.log(`${by.variable}='${by.token}'`)
  }
  console.log(curlOf(request))
  const answer = await ask(request)
  console.log(inspect(pick(answer, shows), { depth: 4, maxArrayLength: 2, maxStringLength: 420, breakLength: 120 }))
  return answer as A
}

function title(text: string) {
  console.log(`\n${text}\n${"=".repeat(text.length)}`)
}

function methodOf({ method, body }: Request) {
  return method ?? (body === undefined ? "GET" : "POST")
}

/** The request as it can be pasted into a shell. No body here contains an apostrophe, which would end it. */
function curlOf(request: Request) {
  const { url, by, body } = request
  const method = methodOf(request)
  const parts = [`curl -s '${url}'`]
  // curl sends a body with POST, and what has none with GET, unless -X says otherwise.
  if (method !== (body === undefined ? "GET" : "POST")) parts.push(`-X ${method}`)
  if (by !== undefined) parts.push(`-H "Authorization: Bearer $${by.variable}"`)
  if (body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body)}'`)
  return parts.join(" \\\n  ")
}

async function ask(request: Request): Promise<unknown> {
  const { url, by, body } = request
  const method = methodOf(request)
  const response = await fetch(url, {
    method,
    headers: {
      ...(by !== undefined && { Authorization: `Bearer ${by.token}` }),
      ...(body !== undefined && { "Content-Type": "application/json" })
    },
    ...(body !== undefined && { body: JSON.stringify(body) })
  }).catch(() => {
    throw new CommandError(
      `No sandbox answers at ${new URL(url).origin}. Start one with npm start, and run this in another terminal.`
    )
  })
  const text = await response.text()
  if (!response.ok) throw new CommandError(`${method} ${url} was answered with ${response.status}: ${text}`)
  return text === "" ? null : JSON.parse(text)
}

/** Of an object, or of each in a list, the named fields. */
function pick(value: unknown, fields: ReadonlyArray<string> | undefined): unknown {
  if (fields === undefined || typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((one) => pick(one, fields))
  return Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name)))
}
