import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemoryMailer, type MemoryMailbox } from "@treff/adapters/memory"
import { migrate } from "@treff/adapters/migrations"
import { layerPostgres } from "@treff/adapters/postgres"
import { layerSecrets } from "@treff/adapters/secrets"
import { aCandidate, aCompany, aManager, anInvitation, newId, now } from "@treff/contract-tests/fixtures"
import { Secrets } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { type Delivery, type Notification, Notifications } from "@treff/domain/notifications"
import { allReactions, sendDueMails } from "@treff/domain/reactions"
import { drizzle } from "drizzle-orm/node-postgres"
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Pool } from "pg"
import { afterEach, beforeEach } from "vitest"
import { freshDatabase, type TestDatabase } from "../database.ts"

const migrations = join(import.meta.dirname, "../../packages/adapters/migrations")
const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
const at = (instant: number) => new Date(instant).toISOString()

/** Brings a database up to a migration, and no further. */
const migrateUpTo = async (pool: Pool, last: string) => {
  const folder = await mkdtemp(join(tmpdir(), "migrations-"))
  try {
    await cp(migrations, folder, { recursive: true })
    const path = join(folder, "meta/_journal.json")
    const journal = JSON.parse(await readFile(path, "utf8"))
    const end = journal.entries.findIndex(({ tag }: { readonly tag: string }) => tag === last)
    assert.isAtLeast(end, 0, last)
    await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, end + 1) }))
    await applyMigrations(drizzle(pool), { migrationsFolder: folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe("0003_notification_items", () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await freshDatabase("template0")
    await migrateUpTo(database.pool, "0002_invitations")
  })
  afterEach(() => database.stop())

  const acme = aCompany()
  const cleo = aCandidate()
  const mia = aManager(acme.id)
  const content = {
    template: "offer-ended",
    data: { offerSentId: newId(), offerId: newId(), title: "Baker", reason: "offer_archived" }
  }

  /** A row of notifications as it was: one for each channel. */
  interface FormerRow {
    readonly id: string
    readonly eventId: string
    readonly recipientId: string
    readonly companyId: string | null
    readonly channel: "inbox" | "mail"
    readonly template: string
    readonly data: object
    readonly status: "queued" | "sent" | "failed"
    readonly error: string | null
    readonly createdAt: number
    readonly sentAt: number | null
    readonly readAt: number | null
  }
  const inboxRow = (changes: Partial<FormerRow> = {}): FormerRow => ({
    id: newId(),
    eventId: newId(),
    recipientId: cleo.id,
    companyId: null,
    channel: "inbox",
    ...content,
    status: "sent",
    error: null,
    createdAt: now,
    sentAt: now,
    readAt: null,
    ...changes
  })
  /** The row of the mail that goes with one of the inbox: it was sent a second later, unless the changes say otherwise. */
  const mailRow = (inbox: FormerRow, changes: Partial<FormerRow> = {}): FormerRow => ({
    ...inbox,
    id: newId(),
    channel: "mail",
    sentAt: now + 1_000,
    readAt: null,
    ...changes
  })
  const queued = { status: "queued", sentAt: null } as const
  const failedWith = (error: string) => ({ status: "failed", error, sentAt: null }) as const

  const write = async (...rows: ReadonlyArray<FormerRow>) => {
    for (const row of rows) {
      const { id, eventId, recipientId, companyId, channel, template, data, status, error } = row
      const instants = [row.createdAt, row.sentAt, row.readAt].map((instant) => (instant === null ? null : at(instant)))
      await database.pool.query(
        `insert into notification (id, event_id, recipient_id, company_id, channel, template, data, status, error, created_at, sent_at, read_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [id, eventId, recipientId, companyId, channel, template, data, status, error, ...instants]
      )
      if (status !== "queued") continue
      await database.pool.query("insert into outgoing_mail (notification_id, due_at, attempts) values ($1, $2, 3)", [
        id,
        at(row.createdAt)
      ])
    }
  }
  const writePeople = () =>
    database.pool.query(
      `with made as (insert into company (id, name, created_at) values ($1, 'Acme', now()))
       insert into account (id, version, role, company_id, email, first_name, last_name, created_at)
       select id, 0, role, "companyId", email, 'Kim', 'Hansen', now()
       from jsonb_to_recordset($2) as a(id uuid, role text, "companyId" uuid, email text)`,
      [acme.id, JSON.stringify([cleo, mia])]
    )

  const all = { unread: null, channel: null, page: { number: 1, limit: 100 } } as const
  const ports = () => layerPostgres(drizzle(database.pool))
  const items = (caller = cleo, query: object = {}) =>
    Effect.map(
      Notifications.use((notifications) => notifications.list(caller, { ...all, ...query })),
      ({ page }) => page.rows
    ).pipe(Effect.provide(ports()))

  const deliveryOf = ({ channel, status, error, sentAt }: FormerRow): Delivery => ({ channel, status, error, sentAt })
  /** The item that follows from the rows of an event and recipient, which come in the order of their channels. */
  const itemOf = (
    rows: readonly [FormerRow, ...ReadonlyArray<FormerRow>],
    readAt: number | null = null
  ): Notification => {
    const [{ channel: _, status: __, error: ___, sentAt: ____, ...facts }] = rows
    return { ...facts, readAt, deliveries: rows.map(deliveryOf) }
  }

  it.effect("makes one item of the rows of an event and recipient, under the id of the inbox's, each a delivery", () =>
    Effect.gen(function* () {
      const pairOf = (inbox: Partial<FormerRow> = {}, mail: Partial<FormerRow> = {}) => {
        const row = inboxRow(inbox)
        return [row, mailRow(row, mail)] as const
      }
      const eventId = newId()
      const [both, waiting, refused, elsewhere] = [
        pairOf({ eventId }),
        pairOf({ createdAt: now + 1 }, queued),
        pairOf({ createdAt: now + 2 }, failedWith("no such mailbox")),
        pairOf({ eventId, recipientId: mia.id, companyId: acme.id })
      ]
      const inboxOnly = [inboxRow({ createdAt: now + 3, readAt: now + 9 })] as const
      // The mail of an event may have been written before the inbox's row, and its id come first.
      const turned = pairOf({ createdAt: now + 4 }, { id: newId(now - day) })
      yield* Effect.promise(writePeople)
      yield* Effect.promise(() =>
        write(turned[1], ...both, ...waiting, ...refused, ...elsewhere, ...inboxOnly, turned[0])
      )
      yield* Effect.promise(() => migrate(database.pool))
      const expected = [itemOf(turned), itemOf(inboxOnly, now + 9), itemOf(refused), itemOf(waiting), itemOf(both)]
      assert.deepStrictEqual(yield* items(), expected)
      assert.deepStrictEqual(yield* items(mia), [itemOf(elsewhere)])
      const mailed = expected.filter(({ deliveries }) => deliveries.length === 2)
      assert.deepStrictEqual(yield* items(cleo, { channel: "mail" }), mailed)
      // Again, it changes nothing.
      yield* Effect.promise(() => migrate(database.pool))
      assert.deepStrictEqual(yield* items(), expected)
    })
  )

  it.effect("has an item read when the first of its rows was, whichever that is", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [inbox: number | null, mail: number | null, expected: number | null]> = [
        [null, null, null],
        [now + 5, null, now + 5],
        [null, now + 6, now + 6],
        [now + 5, now + 6, now + 5],
        [now + 6, now + 5, now + 5],
        [now + 7, now + 7, now + 7]
      ]
      const pairs = cases.map(([inboxReadAt, mailReadAt], index) => {
        const inbox = inboxRow({ createdAt: now - index, readAt: inboxReadAt })
        return [inbox, mailRow(inbox, { readAt: mailReadAt })] as const
      })
      yield* Effect.promise(writePeople)
      yield* Effect.promise(() => write(...pairs.flat()))
      yield* Effect.promise(() => migrate(database.pool))
      assert.deepStrictEqual(
        yield* items(),
        pairs.map((pair, index) => itemOf(pair, cases[index]?.[2]))
      )
      assert.strictEqual((yield* items(cleo, { unread: true })).length, 1)
    })
  )

  it.effect("calls skipped what had failed since there was nothing to say any more, and nothing else", () =>
    Effect.gen(function* () {
      const nothing = "by now there is nothing to tell"
      const [one, two] = [inboxRow(), inboxRow({ createdAt: now - 1 })]
      const [skipped, failed] = [mailRow(one, failedWith(nothing)), mailRow(two, failedWith(`${nothing}: no`))]
      yield* Effect.promise(writePeople)
      yield* Effect.promise(() => write(one, skipped, two, failed))
      yield* Effect.promise(() => migrate(database.pool))
      assert.deepStrictEqual(yield* items(), [
        { ...itemOf([one]), deliveries: [deliveryOf(one), { ...deliveryOf(skipped), status: "skipped" }] },
        itemOf([two, failed])
      ])
    })
  )

  it.effect("keeps the mails that wait as they were: each is sent under the id it had, and its token forgotten", () =>
    Effect.gen(function* () {
      const issue = Secrets.use((one) => one.issue).pipe(Effect.provide(secrets))
      const [ofInvitation, ofSignIn] = [yield* issue, yield* issue]
      const invitation = anInvitation(acme, { inviterId: mia.id, email: "ada@b.example" })
      const signInId = newId()
      const expiresAt = now + day
      yield* Effect.promise(writePeople)
      yield* Effect.promise(() =>
        database.pool.query(
          `insert into invitation (id, version, company_id, inviter_id, email, token_hash, sealed_token, resends, status, created_at, expires_at, updated_at)
           values ($1, 1, $2, $3, $4, $5, $6, 0, 'pending', $7, $8, $7)`,
          [
            ...[invitation.id, acme.id, mia.id, invitation.email, ofInvitation.hash, ofInvitation.sealed],
            ...[at(now), at(expiresAt)]
          ]
        )
      )
      yield* Effect.promise(() =>
        database.pool.query(
          `insert into sign_in (id, email, token_hash, sealed_token, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)`,
          [signInId, mia.email, ofSignIn.hash, ofSignIn.sealed, at(now), at(expiresAt)]
        )
      )
      const inbox = inboxRow()
      const mailAlone = (recipientId: string, eventId: string, template: string, data: object) =>
        mailRow(inboxRow({ recipientId, eventId }), { ...queued, template, data })
      const inviting = {
        invitationId: invitation.id,
        resends: 0,
        expiresAt,
        personalMessage: null,
        companyName: "Acme"
      }
      const inviter = { id: mia.id, firstName: "Mia", lastName: "Vik" }
      const waiting = [
        mailRow(inbox, queued),
        mailAlone(invitation.id, newId(), "invitation", { ...inviting, inviter }),
        mailAlone(signInId, signInId, "sign-in", { signInId, expiresAt })
      ]
      // One that was sent is not sent again, nor is one that failed.
      const others = [mailRow(inboxRow()), mailRow(inboxRow(), failedWith("no such mailbox"))]
      yield* Effect.promise(() => write(inbox, ...waiting, ...others))
      yield* Effect.promise(() => migrate(database.pool))
      const { rows: outgoing } = yield* Effect.promise(() =>
        database.pool.query("select delivery_id as id, due_at, attempts from outgoing_mail")
      )
      assert.sameDeepMembers(
        outgoing,
        waiting.map(({ id }) => ({ id, due_at: new Date(now), attempts: 3 }))
      )
      const mailbox: MemoryMailbox = new Map()
      const layer = Layer.mergeAll(
        ports(),
        secrets,
        layerUuid,
        layerInstant(now + 1_000),
        layerMemoryMailer(mailbox),
        layerMailTemplates("https://treff.example")
      )
      assert.deepStrictEqual(yield* Effect.provide(sendDueMails(allReactions), layer), { sent: 3, finished: true })
      const addresses = [cleo.email, invitation.email, mia.email]
      assert.sameDeepMembers(
        [...mailbox.values()].map(({ id, to, template }) => ({ id, to, template })),
        waiting.map(({ id, template }, index) => ({ id, to: addresses[index], template }))
      )
      // The links open what was sealed before.
      for (const id of waiting.slice(1).map((row) => row.id)) assert.include(mailbox.get(id)?.text, "token=")
      const { rows: sealed } = yield* Effect.promise(() =>
        database.pool.query("select sealed_token from invitation union all select sealed_token from sign_in")
      )
      assert.deepStrictEqual(sealed, [{ sealed_token: null }, { sealed_token: null }])
      const { rows: deliveries } = yield* Effect.promise(() =>
        database.pool.query("select id, notification_id, channel, status, error, sent_at from notification_delivery")
      )
      const sent = { channel: "mail", status: "sent", error: null, sent_at: new Date(now + 1_000) }
      const [ofInbox, ...alone] = waiting
      assert.sameDeepMembers(deliveries, [
        {
          id: inbox.id,
          notification_id: inbox.id,
          channel: "inbox",
          status: "sent",
          error: null,
          sent_at: new Date(now)
        },
        { ...sent, id: ofInbox?.id, notification_id: inbox.id },
        // Where there is no inbox, the row of the mail is the item.
        ...alone.map(({ id }) => ({ ...sent, id, notification_id: id })),
        ...others.map(({ id, channel, status, error, sentAt }) => ({
          ...{ id, notification_id: id, channel, status, error },
          sent_at: sentAt === null ? null : new Date(sentAt)
        }))
      ])
    })
  )

  it.effect("writes what comes afterwards once for each event and recipient", () =>
    Effect.gen(function* () {
      yield* Effect.promise(writePeople)
      const inbox = inboxRow()
      yield* Effect.promise(() => write(inbox, mailRow(inbox)))
      yield* Effect.promise(() => migrate(database.pool))
      const again = `insert into notification (id, event_id, recipient_id, template, data, created_at)
        select $1, event_id, recipient_id, template, data, created_at from notification`
      const failure = yield* Effect.flip(
        Effect.tryPromise({
          try: () => database.pool.query(again, [newId()]),
          catch: (error) => error as { code: string }
        })
      )
      assert.strictEqual(failure.code, "23505")
    })
  )
})
