import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemoryMailer, type MemoryMailbox } from "@treff/adapters/memory"
import { layerPostgres } from "@treff/adapters/postgres"
import { layerSecrets } from "@treff/adapters/secrets"
import { aCandidate, aManager, content, now } from "@treff/contract-tests/fixtures"
import { Deliveries } from "@treff/domain/events"
import {
  changeSubRole,
  forgetSignIns,
  listMembers,
  removeMember,
  renameCompany,
  requestSignIn,
  signIn
} from "@treff/domain/identity"
import {
  acceptInvitation,
  declineInvitation,
  expireDueInvitations,
  inviteRecruiter,
  inviteRecruitersInBulk,
  listInvitations,
  readInvitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import { listNotifications, markAllNotificationsRead } from "@treff/domain/notifications"
import {
  archiveOffer,
  changeOfferSentStatus,
  createOffer,
  deleteOffer,
  expireDueOffers,
  listOfferSends,
  sendOffer,
  transferOffer,
  withdrawOfferSent
} from "@treff/domain/offers"
import { allReactions, handleEvents, sendDueMails } from "@treff/domain/reactions"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Pool } from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { freshDatabase, type TestDatabase } from "../database.ts"

const grants = await readFile(join(import.meta.dirname, "../../docs/roles.sql"), "utf8")

describe("the roles that the workers' database gives them", () => {
  // Roles are the whole server's, which other tests use at the same time.
  const suffix = crypto.randomUUID().slice(0, 8)
  const roles = { treff_api: `treff_api_${suffix}`, treff_consumer: `treff_consumer_${suffix}` }
  const pools = {} as Record<keyof typeof roles, Pool>
  const mailbox: MemoryMailbox = new Map()
  let database: TestDatabase

  beforeAll(async () => {
    database = await freshDatabase()
    for (const name of ["treff_api", "treff_consumer"] as const) {
      await database.pool.query(`create role ${roles[name]} login password 'only here'`)
      pools[name] = new Pool({
        connectionString: Object.assign(new URL(database.url), { username: roles[name], password: "only here" }).href
      })
      pools[name].on("error", () => {})
    }
    await database.pool.query(grants.replaceAll(/treff_(api|consumer)/g, (name) => roles[name as keyof typeof roles]))
  })
  afterAll(async () => {
    for (const pool of Object.values(pools)) await pool.end()
    for (const role of Object.values(roles)) await database.pool.query(`drop owned by ${role}; drop role ${role}`)
    await database.stop()
  })

  /** The ports as a worker has them, at some time. */
  const portsOf = (role: keyof typeof roles, at: number) =>
    Layer.mergeAll(
      layerPostgres(drizzle(pools[role])),
      layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")]),
      layerUuid,
      layerInstant(at),
      layerMemoryMailer(mailbox),
      layerMailTemplates("https://treff.example")
    )
  type Ports = Layer.Success<ReturnType<typeof portsOf>>
  const api = <A, E>(program: Effect.Effect<A, E, Ports>, at = now) =>
    Effect.runPromise(Effect.provide(program, portsOf("treff_api", at)))
  const consumer = <A, E>(program: Effect.Effect<A, E, Ports>, at = now) =>
    Effect.runPromise(Effect.provide(program, portsOf("treff_consumer", at)))

  const manager = aManager(null)
  const candidate = aCandidate()
  const profile = Effect.succeed({ username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null })
  const inviting = (email: string) => ({ email, personalMessage: null, locale: null })
  const openTo = (email: string) => {
    const mail = [...mailbox.values()].findLast(({ to, text }) => to === email && text.includes("token="))
    return /token=([\w-]+)/.exec(mail?.text ?? "")?.[1] ?? ""
  }
  /** What the queue would do: handle everything that is due, and send the mails. */
  const deliver = async (at = now) => {
    const events = await consumer(
      Deliveries.use((deliveries) => deliveries.claim(at + day, 100)),
      at
    )
    await consumer(handleEvents(events, allReactions), at)
    await consumer(sendDueMails(allReactions), at)
  }

  it("let them do all that they do", async () => {
    await database.pool.query(
      `insert into account (id, version, role, email, first_name, last_name, created_at)
       select id, 0, role, email, 'Kim', 'Hansen', now() from jsonb_to_recordset($1) as a(id uuid, role text, email text)`,
      [JSON.stringify([manager, candidate])]
    )
    const ada = await api(inviteRecruiter(manager, inviting("ada@b.eu")))
    await api(inviteRecruitersInBulk(manager, ["bo@b.eu", "cy@b.eu", candidate.email].map(inviting)))
    await deliver()
    await api(readInvitation(openTo("ada@b.eu")))
    const recruiter = await api(acceptInvitation({ token: openTo("ada@b.eu"), caller: null, profile }))
    await api(declineInvitation(openTo("bo@b.eu")))
    const { rows } = await api(
      listInvitations(manager, { status: "pending", order: "email", descending: false, number: 0, size: 20 })
    )
    const [cy] = rows.filter(({ value }) => value.email === "cy@b.eu")
    const change = { caller: manager, id: cy?.value.id ?? "" }
    await api(resendInvitation(change))
    await api(revokeInvitation(change))
    await api(renameCompany({ caller: manager, name: "Acme" }))
    const { rows: members } = await api(listMembers(manager, { number: 1, limit: 20 }))
    expect(members.map(({ value }) => value.id).sort()).toEqual([manager.id, recruiter.id].sort())

    const offer = await api(createOffer(recruiter, content()))
    const send = await api(sendOffer(recruiter, { offerId: offer.value.id, candidateId: candidate.id, message: null }))
    await api(changeOfferSentStatus({ caller: candidate, id: send.value.value.id }, "viewed"))
    await api(withdrawOfferSent({ caller: candidate, id: send.value.value.id }))
    await api(
      listOfferSends(recruiter, { status: null, offerId: null, candidateId: null, page: { number: 1, limit: 9 } })
    )
    const other = await api(createOffer(recruiter, content()))
    await api(sendOffer(recruiter, { offerId: other.value.id, candidateId: candidate.id, message: null }))
    await deliver()
    await api(acceptInvitation({ token: openTo(candidate.email), caller: candidate, profile }))
    await api(archiveOffer({ caller: recruiter, id: offer.value.id }))
    await api(deleteOffer({ caller: manager, id: offer.value.id }))
    await api(transferOffer({ caller: manager, id: other.value.id }, candidate.id))
    await deliver()

    await api(listNotifications(manager, { unread: true, channel: null, page: { number: 1, limit: 20 } }))
    await api(markAllNotificationsRead(manager))
    await api(requestSignIn("ada@b.eu"))
    await deliver()
    expect((await api(signIn(openTo("ada@b.eu")))).id).toBe(recruiter.id)
    await api(changeSubRole({ caller: manager, id: recruiter.id }, "recruiter_admin"))
    await api(removeMember({ caller: manager, id: recruiter.id }))
    await deliver()

    await api(inviteRecruiter(manager, inviting("di@b.eu")))
    const later = now + 100 * day
    expect(await consumer(expireDueInvitations(1), later)).toMatchObject({ expired: 1 })
    expect(await consumer(expireDueOffers("expiresAt", 1), later)).toMatchObject({ expired: 1 })
    await consumer(forgetSignIns(1), later)
    await deliver(later)
    expect(ada.value.status).toBe("pending")
  })

  it("let the API read no sealed token, and change no event, nor what became of a notification", async () => {
    for (const statement of [
      "select sealed_token from invitation",
      "select sealed_token from sign_in",
      "select * from invitation",
      "update event set type = type",
      "delete from event",
      "update notification_delivery set status = 'sent'",
      "delete from notification_delivery",
      "delete from notification",
      "select * from outgoing_mail",
      "select * from dead_letter"
    ]) {
      await expect(pools.treff_api.query(statement), statement).rejects.toThrow("permission denied")
    }
  })

  it("let the consumer make no account, no company and no offer, and change no event", async () => {
    for (const statement of [
      "update account set role = role",
      "delete from company",
      "delete from offer",
      "insert into invitation select * from invitation",
      "update event set type = type"
    ]) {
      await expect(pools.treff_consumer.query(statement), statement).rejects.toThrow("permission denied")
    }
  })
})
