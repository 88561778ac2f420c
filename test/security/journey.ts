import { aCandidate, aManager } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { assert } from "vitest"
import { until } from "../until.ts"
import { hour, jobs, minute, relayOnce, runJob, tokenOf } from "../workers/cast.ts"
import { answers as mailerAnswers } from "../workers/mailer.ts"
import { deliver } from "../workers/manual-queue.ts"
import type { Said, WatchedStage } from "./watched-stage.ts"

/** Names, addresses and words that stand nowhere else, so that they are found where they should not be. */
const named = (firstName: string, lastName: string) => ({
  firstName,
  lastName,
  email: `${firstName}.${lastName}@private.example`.toLowerCase()
})
const zephyrine = named("Zephyrine", "Quistgaard")
const cordelia = named("Cordelia", "Marchbanks")
const ottoline = named("Ottoline", "Fitzwarren")
const peregrine = named("Peregrine", "Twistleton")
const words = { message: "The heron flies at midnight.", phone: "+4791827364", username: "ottoline.f" }

/** What is whose alone. */
export const personal: ReadonlyArray<string> = [
  ...[zephyrine, cordelia, ottoline, peregrine].flatMap(({ firstName, lastName }) => [firstName, lastName]),
  "private.example",
  ...Object.values(words)
]

/** Everything that may happen to invitations and to who signs in, with everything that may go wrong. Answers all secrets. */
export const goThroughEverything = async (watched: WatchedStage) => {
  const { stage, call, visit, take, mailer, faults } = watched
  const secrets = { tokens: new Set<string>(), sealed: new Set<string>() }
  const found: Array<Said> = []
  const bearer = (account: Account) => tokenOf(stage, account)
  /** What lies in the database now, and the tokens with it, which are soon gone. */
  const look = async () => {
    for (const table of ["invitation", "sign_in"] as const) {
      const { rows } = await stage.pool.query(`select id, sealed_token from ${table} where sealed_token is not null`)
      for (const { id, sealed_token } of rows) {
        secrets.sealed.add(sealed_token)
        secrets.tokens.add(await stage.sealedToken(table, id))
      }
    }
    found.push(...(await watched.readTables()))
  }
  const handle = async () => {
    await look()
    await until("handled", async () => {
      await deliver(stage.platform, take())
      return (await stage.pool.query("select 1 from delivery limit 1")).rows.length === 0
    })
    await look()
  }
  const company = await watched.addCompany("Wolfsbane", (account, role) =>
    role === "manager" ? { ...account, ...zephyrine } : account
  )
  const candidate = { ...aCandidate(), ...cordelia }
  const stranger = aCandidate()
  const ned = { ...aManager(null), ...peregrine }
  for (const account of [candidate, stranger, ned]) await stage.addAccount(account)
  const manager = await bearer(company.manager)
  const invite = async (email: string, by = manager) => {
    const body = { email, personalMessage: words.message, locale: "fr" }
    const { json } = await call("POST", "/api/invitations/recruiter", { token: by, body })
    await look()
    return { id: json.id as string, token: await stage.sealedToken("invitation", json.id) }
  }
  const { firstName, lastName } = ottoline
  const profile = { username: words.username, firstName, lastName, contactNumber: words.phone }

  // Invited, sent again, in bulk, into a company that is new; and all that may be wrong with it.
  const first = await invite(ottoline.email.toUpperCase())
  await call("POST", "/api/invitations/recruiter", { token: manager, body: { email: ottoline.email } })
  await call("POST", `/api/invitations/${first.id}/resend`, { token: manager })
  await look()
  const present = { ...first, token: await stage.sealedToken("invitation", first.id) }
  await invite(`friend.${ottoline.email}`, await bearer(ned))
  await call("PATCH", "/api/company", { token: await bearer(ned), body: { name: "Peregrine Twistleton & Sons" } })
  await call("POST", "/api/invitations/bulk-recruiter", {
    token: manager,
    body: [
      { email: `one.${ottoline.email}`, personalMessage: words.message },
      { email: `no address of ${ottoline.firstName}` },
      { email: ottoline.email },
      { email: zephyrine.email }
    ]
  })
  await call("POST", "/api/invitations/bulk-recruiter", { token: manager, body: [{ email: [ottoline.email] }] })
  await call("POST", "/api/invitations/recruiter", { token: manager, body: { email: ottoline.firstName } })
  await call("POST", "/api/invitations/recruiter", { token: manager, raw: `{"email":"${ottoline.email}"` })

  // A mailer that refuses, puts off or is down, and quotes the mail: as filters do with the links that they block.
  for (const kind of ["refused", "deferred", "down"] as const) {
    await invite(`${kind}.${ottoline.email}`)
    mailer.onMail = ({ to, text }) => {
      const link = /https?:\S+/.exec(text)?.[0]
      return { ...mailerAnswers[kind], message: `${to[0]}: ${link} is blocked. ${kind === "down" ? "" : text}` }
    }
    await handle()
  }
  mailer.onMail = () => "lost"
  await invite(`lost.${ottoline.email}`)
  await handle()
  mailer.onMail = () => undefined
  await stage.pool.query("update outgoing_mail set due_at = 'epoch'")
  await relayOnce(stage)
  await call("GET", "/api/invitations?size=100", { token: manager })

  // The link, as people, scanners and guessers open it.
  const { token } = present
  const wrong = token.split("").reverse().join("")
  secrets.tokens.add(wrong)
  for (const path of [
    ...[token, first.token, wrong, `${token}x`, encodeURIComponent(`${token}/`), `%${token}`].flatMap((each) => [
      `/api/invitations/validate/${each}`,
      `/accept-invitation?token=${each}`
    ]),
    `/api/invitations/validate/${token}/`,
    `/api/invitations/validate/${token}/more`,
    `/api/invitations/validate%2F${token}`,
    `/api/invitations/VALIDATE/${token}`,
    `/api/invitations/${token}`,
    `/api/${token}`,
    `/accept-invitation/${token}`,
    `/sign-in/${token}`,
    `/sign-in?token=${token}`,
    `/nowhere/${token}`
  ]) {
    for (const method of ["GET", "HEAD", "PUT"]) {
      await call(method, path)
      await visit(method, path, { headers: { "Accept-Language": "nb" } })
    }
  }
  const wrongBodies = [
    { body: {} },
    { body: { ...profile, username: "a b" } },
    { body: { ...profile, password: "?" } },
    { raw: "{" },
    { raw: "x", headers: { "Content-Type": "text/plain" } },
    {
      raw: JSON.stringify({ ...profile, firstName: "x".repeat(300_000) }),
      headers: { "Content-Type": "application/json" }
    }
  ]
  for (const verb of ["accept", "decline"]) {
    for (const each of [wrong, first.token, token]) {
      if (verb === "decline" && each === token) continue
      for (const options of wrongBodies) await call("POST", `/api/invitations/${verb}/${each}`, options)
    }
  }
  await call("PATCH", `/api/invitations/${token}/revoke`, { token: manager })
  await call("POST", `/api/invitations/${token}/resend`, { token: manager })
  await call("DELETE", `/api/members/${token}`, { token: manager })
  for (const form of [{ token }, { token: wrong }, { token, username: "a b", firstName: ottoline.firstName }]) {
    await visit("POST", "/accept-invitation", { form })
    await visit("POST", "/accept-invitation", { form, headers: { Origin: "https://evil.example" } })
    await visit("POST", "/accept-invitation", { form, headers: { "Content-Type": "text/plain" } })
    await visit("POST", "/sign-out", { form: { token: form.token } })
  }
  await visit("POST", "/accept-invitation", { form: { token, [token]: token } })

  // A database that is gone, and one that is not what it should be.
  const asks = () => [
    call("POST", `/api/invitations/accept/${token}`, { body: profile }),
    call("POST", `/api/invitations/decline/${token}`),
    call("GET", `/api/invitations/validate/${token}`),
    call("POST", "/api/invitations/recruiter", { token: manager, body: { email: `gone.${ottoline.email}` } }),
    call("POST", "/api/sign-in", { body: { email: zephyrine.email } }),
    call("POST", `/api/sign-in/${token}`),
    visit("GET", `/accept-invitation?token=${token}`),
    visit("POST", "/accept-invitation", { form: { token, ...profile } }),
    visit("POST", "/accept-invitation/decline", { form: { token } }),
    visit("POST", "/sign-in", { form: { token } }),
    visit("POST", "/sign-in", { form: { email: zephyrine.email } })
  ]
  faults.next = () => ({ down: "before" })
  for (const { status } of await Promise.all(asks())) assert.strictEqual(status, 503)
  faults.next = undefined
  for (const table of ["invitation", "sign_in"])
    await stage.pool.query(`alter table ${table} rename column token_hash to other`)
  for (const { status } of await Promise.all(asks())) assert.include([202, 303, 500], status)
  for (const table of ["invitation", "sign_in"])
    await stage.pool.query(`alter table ${table} rename column other to token_hash`)

  // A consumer that fails at what it handles, again and again, until it is given up.
  const poison = await invite(`poison.${ottoline.email}`)
  await until("published", () => watched.queue.batches.flat().length > 0)
  const messages = take()
  await stage.pool.query(`
    create function refuse() returns trigger language plpgsql as $$ begin
      raise exception 'This row is refused: %', to_jsonb(new);
    end $$;
    create trigger refuse before insert or update on notification for each row execute function refuse();
    create trigger refuse before insert or update on notification_delivery for each row execute function refuse();
    create trigger refuse before update on invitation for each row execute function refuse()`)
  for (let attempts = 1; attempts <= 5; attempts++) {
    await stage.platform.queue(messages.map((body) => ({ body, attempts })))
    await look()
  }
  await call("POST", `/api/invitations/accept/${token}`, { body: profile })
  await call("PATCH", `/api/invitations/${poison.id}/revoke`, { token: manager })
  await stage.platform.setClockOffset(73 * hour)
  await runJob(stage.platform, jobs.invitations).catch(() => {})
  await relayOnce(stage).catch(() => {})
  await stage.platform.setClockOffset(0)
  await stage.pool.query(
    `drop trigger refuse on notification; drop trigger refuse on notification_delivery; drop trigger refuse on invitation;
     drop function refuse`
  )
  await stage.platform.queue(
    [...messages, { ...messages[0], type: "of another version" }].map((body) => ({ body, attempts: 5 })),
    "treff-dead-letters"
  )
  await look()
  faults.next = () => ({ down: "before" })
  await stage.platform.queue(messages.map((body) => ({ body, attempts: 5 })))
  await runJob(stage.platform, jobs.invitations).catch(() => {})
  faults.next = undefined

  // Answered: by somebody new, by who has an account, and by others; declined, revoked, expired.
  const joining = await invite(cordelia.email)
  for (const account of [undefined, stranger, candidate]) {
    const by = account === undefined ? {} : { token: await bearer(account) }
    await call("POST", `/api/invitations/accept/${joining.token}`, by)
  }
  await call("POST", `/api/invitations/accept/${token}`, { body: profile })
  const byPage = { ...profile, token: (await invite(`page.${ottoline.email}`)).token, username: "page.f" }
  assert.strictEqual((await visit("POST", "/accept-invitation", { form: byPage })).status, 303)
  for (const path of ["/accept-invitation/done", "/sign-in", "/sign-in/done"]) await visit("GET", path)
  const declined = await invite(`no.${ottoline.email}`)
  await call("POST", `/api/invitations/decline/${declined.token}`)
  await visit("POST", "/accept-invitation/decline", { form: { token: declined.token } })
  const revoked = await invite(`back.${ottoline.email}`)
  for (let times = 0; times < 2; times++) {
    await call("PATCH", `/api/invitations/${revoked.id}/revoke`, { token: manager })
  }
  const late = await invite(`late.${ottoline.email}`)
  await call("POST", `/api/invitations/accept/${late.token}`, { body: profile })
  await visit("POST", "/accept-invitation", { form: { ...profile, token: late.token } })
  for (const each of [token, joining.token, declined.token, revoked.token]) {
    await call("POST", `/api/invitations/accept/${each}`, { body: profile })
    await call("GET", `/api/invitations/validate/${each}`)
    await visit("GET", `/accept-invitation?token=${each}`)
  }
  await handle()

  // Links to sign in.
  for (const email of [zephyrine.email.toUpperCase(), `nobody.${ottoline.email}`, ottoline.firstName]) {
    await call("POST", "/api/sign-in", { body: { email } })
    await visit("POST", "/sign-in", { form: { email } })
    await look()
  }
  const { rows: links } = await stage.pool.query(
    "select id from sign_in where sealed_token is not null order by created_at"
  )
  const [one = "", other = ""] = await Promise.all(links.map(({ id }) => stage.sealedToken("sign_in", id)))
  await visit("GET", `/sign-in?token=${one}`)
  await call("POST", `/api/sign-in/${one}`)
  await call("POST", `/api/sign-in/${one}`)
  const session = await visit("POST", "/sign-in", { form: { token: other } })
  const cookie = session.headers.getSetCookie()[0]?.split(";")[0] ?? ""
  await visit("GET", "/sign-in", { cookie })
  await visit("GET", `/accept-invitation?token=${token}`, { cookie })
  await visit("POST", "/sign-out", { form: {}, cookie })
  await handle()
  await call("POST", "/api/sign-in", { body: { email: zephyrine.email } })
  await look()
  await deliver(stage.platform, take())

  // What members and time do.
  const { json: members } = await call("GET", "/api/members", { token: manager })
  for (const { id } of members) {
    await call("PATCH", `/api/members/${id}`, { token: manager, body: { subRole: "recruiter_admin" } })
    await call("DELETE", `/api/members/${id}`, { token: manager })
  }
  await call("GET", "/notifications?limit=100", { token: manager })
  await call("GET", "/api/invitations?size=100", { token: manager })
  await handle()
  await stage.platform.setClockOffset(80 * hour + minute)
  await runJob(stage.platform, jobs.invitations)
  await handle()
  await relayOnce(stage)
  await look()
  return { secrets: { tokens: [...secrets.tokens], sealed: [...secrets.sealed] }, rows: found }
}
