import type { Channel } from "@treff/domain/events"
import type { DeliveryStatus } from "@treff/domain/notifications"
import { isDue, type OfferStatus } from "@treff/domain/offers"
import type { Pool } from "pg"
import { assert } from "vitest"
import { explained } from "../event-log.ts"
import { until } from "../until.ts"
import {
  type AccountRow,
  assertInvited,
  assertSignInsTold,
  type CompanyRow,
  type InvitationRow,
  invitationTelling,
  type SignInRow
} from "./invitation-snapshot.ts"

/** All that a store holds, at one instant, as plainly as every store can say it. */
export interface Snapshot {
  readonly offers: ReadonlyArray<OfferRow>
  readonly sends: ReadonlyArray<SendRow>
  readonly invitations: ReadonlyArray<InvitationRow>
  readonly accounts: ReadonlyArray<AccountRow>
  readonly companies: ReadonlyArray<CompanyRow>
  readonly signIns: ReadonlyArray<SignInRow>
  readonly events: ReadonlyArray<EventRow>
  /** The ids of the events that wait to be handled, are handled, and are given up. */
  readonly waiting: ReadonlyArray<string>
  readonly handled: ReadonlyArray<string>
  readonly givenUp: ReadonlyArray<string>
  /** Each delivery of each notification. */
  readonly notifications: ReadonlyArray<NotificationRow>
  /** The ids of the deliveries that are still to be sent by mail. */
  readonly outgoing: ReadonlyArray<string>
}

export interface OfferRow {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly ownerId: string
  readonly status: OfferStatus
  readonly term: number
  readonly jobStartsAt: number
  readonly expiresAt: number
}

export interface SendRow {
  readonly id: string
  readonly version: number
  readonly offerId: string
  readonly term: number
  readonly candidateId: string
  readonly senderId: string
  readonly status: "sent" | "viewed" | "responded" | "withdrawn"
  readonly sentAt: number
  readonly viewedAt: number | null
  readonly respondedAt: number | null
}

export interface EventRow {
  readonly id: string
  readonly subjectType: string
  readonly subjectId: string
  readonly sequence: number
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own data, and what is read here says which
  readonly data: any
  readonly actor: { readonly kind: string; readonly id: string | null }
  readonly companyId: string | null
  readonly occurredAt: number
}

/** A notification by one channel: `id` is that of the delivery, by which a mail is known. */
export interface NotificationRow {
  readonly id: string
  readonly notificationId: string
  readonly eventId: string
  readonly recipientId: string
  readonly channel: Channel
  readonly template: string
  readonly status: DeliveryStatus
  readonly error: string | null
  /** Of the mail of an invitation: which of its tokens it carries. */
  readonly resends: number | null
}

const at = (column: string) => `round(extract(epoch from ${column}) * 1000)::float8`
const rows = (select: string) => `(select coalesce(json_agg(t), '[]') from (${select}) t)`
const ids = (select: string) => `(select coalesce(json_agg(id), '[]') from (${select}) t(id))`

/** In one statement, so that it is of one instant whatever goes on. */
export const snapshotOf = async (pool: Pool): Promise<Snapshot> => {
  const { rows: found } = await pool.query(`select json_build_object(
    'offers', ${rows(`select id, version, title, owner_id as "ownerId", status, term, ${at("job_starts_at")} as "jobStartsAt",
      ${at("expires_at")} as "expiresAt" from offer`)},
    'sends', ${rows(`select id, version, offer_id as "offerId", term, candidate_id as "candidateId", sender_id as "senderId",
      status, ${at("sent_at")} as "sentAt", ${at("viewed_at")} as "viewedAt", ${at("responded_at")} as "respondedAt"
      from offer_sent`)},
    'invitations', ${rows(`select id, version, company_id as "companyId", inviter_id as "inviterId", email, status, resends,
      ${at("created_at")} as "createdAt", ${at("expires_at")} as "expiresAt", ${at("updated_at")} as "updatedAt",
      sealed_token is not null as "isSealed" from invitation`)},
    'accounts', ${rows(`select id, version, role, sub_role as "subRole", company_id as "companyId", email, username from account`)},
    'companies', ${rows(`select id, version, creator_id as "creatorId" from company`)},
    'signIns', ${rows(`select id, email, sealed_token is not null as "isSealed", used_at is not null as "isUsed" from sign_in`)},
    'events', ${rows(`select id, subject_type as "subjectType", subject_id as "subjectId", sequence, type, data, actor,
      company_id as "companyId", ${at("occurred_at")} as "occurredAt" from event order by subject_id, sequence`)},
    'waiting', ${ids("select event_id from delivery")},
    'handled', ${ids("select event_id from receipt")},
    'givenUp', ${ids("select event_id from dead_letter where event_id is not null")},
    'notifications', ${rows(`select d.id, n.id as "notificationId", event_id as "eventId", recipient_id as "recipientId", channel,
      template, status, error, (data->>'resends')::int as resends
      from notification n full join notification_delivery d on d.notification_id = n.id`)},
    'outgoing', ${ids("select delivery_id from outgoing_mail")}
  ) as snapshot`)
  return found[0].snapshot
}

/** That a store contradicts itself nowhere, whatever is going on, or broke off, before; `now` in the store's time. */
export const assertConsistent = (store: Snapshot, now: number): void => {
  const logs = Map.groupBy(store.events, ({ subjectId }) => subjectId)
  const offers = byId(store.offers)
  const sends = byId(store.sends)
  for (const { id, version } of [...store.offers, ...store.sends]) {
    assert.strictEqual(version, logs.get(id)?.length, `the version of ${id} is not the number of its events`)
  }
  for (const [id, log] of logs) {
    if (log[0]?.subjectType === "offer") {
      const { status, term, ownerId: owner, jobStartsAt, expiresAt } = offers.get(id) ?? {}
      const row = status === undefined ? null : { status, term, owner, jobStartsAt, expiresAt }
      assert.deepStrictEqual(row as unknown, explained(log), `the log of the offer ${id} does not explain its row`)
    } else if (log[0]?.subjectType === "offerSent") {
      const told = explainedSend(log)
      const row = sends.get(id)
      // One that its candidate has withdrawn goes without a word when its term ends.
      if (row === undefined)
        assert.include(["gone", "withdrawn"], told.status, `the send ${id} is gone without a reason`)
      else
        assert.deepStrictEqual(row, { id, version: log.length, ...told }, `the log of ${id} does not explain its row`)
    }
  }
  assertInvited(store, logs)
  const places = store.sends.map(({ offerId, candidateId, term }) => `${offerId} ${candidateId} ${term}`)
  assert.strictEqual(new Set(places).size, places.length, "an offer was sent to somebody twice in a term")
  assert.deepStrictEqual(
    [...store.waiting, ...store.handled, ...store.givenUp].toSorted(),
    store.events.map(({ id }) => id).toSorted(),
    "each event waits, is handled, or is given up, and only one of these"
  )
  assertTold(store, logs, now)
  const queued = store.notifications.filter(({ status }) => status === "queued")
  assert.deepStrictEqual(queued.map(({ id }) => id).toSorted(), [...store.outgoing].toSorted(), "queued is to be sent")
  for (const { channel, status } of store.notifications) if (channel === "inbox") assert.strictEqual(status, "sent")
  assertOneItemEach(store.notifications)
}

/** That there is one notification for each event and recipient, with at least one delivery and each channel once. */
const assertOneItemEach = (notifications: ReadonlyArray<NotificationRow>): void => {
  const places = Map.groupBy(notifications, ({ eventId, recipientId }) => `${eventId} ${recipientId}`)
  const items = Map.groupBy(notifications, ({ notificationId }) => notificationId)
  assert.strictEqual(items.size, places.size, "somebody has two notifications of one event")
  for (const [id, deliveries] of items) {
    assert.isNotNull(id, "a delivery of no notification")
    const channels = deliveries.map(({ channel }) => channel)
    assert.notInclude(channels, null, `the notification ${id} has no delivery`)
    assert.strictEqual(new Set(channels).size, channels.length, `the notification ${id} came twice by one channel`)
  }
}

/** The same once nothing happens any more; and every event has been handled. Waits for what is on its way. */
export const assertSettled = async (pool: Pool, now: number = Date.now()): Promise<Snapshot> => {
  await until("all events handled", async () => {
    const { rows } = await pool.query("select 1 from delivery limit 1")
    return rows.length === 0
  })
  const store = await snapshotOf(pool)
  assertConsistent(store, now)
  assert.deepStrictEqual(store.givenUp, [])
  return store
}

/** From which statuses each event of a send may come: the table of the specification once more, by hand. */
const from: Readonly<Record<string, ReadonlyArray<string>>> = {
  "offerSent.viewed": ["sent"],
  "offerSent.responded": ["viewed"],
  "offerSent.deleted": ["sent", "viewed", "responded"]
}

/** What the events of one send tell of it: each step once and in order. Fails on a story that can't have happened. */
const explainedSend = (
  log: ReadonlyArray<EventRow>
): Omit<SendRow, "id" | "version" | "status"> & { status: string } => {
  const [created, ...rest] = log
  assert.strictEqual(created?.type, "offerSent.created")
  const { offerId, term, candidateId, senderId } = created?.data ?? {}
  const sentAt = created?.occurredAt ?? 0
  const send = { offerId, term, candidateId, senderId, sentAt, status: "sent" }
  const times: { viewedAt: number | null; respondedAt: number | null } = { viewedAt: null, respondedAt: null }
  assert.deepStrictEqual(created?.data, { offerId, term, candidateId, senderId })
  let before = sentAt
  for (const [index, { sequence, type, data, actor, occurredAt }] of rest.entries()) {
    assert.strictEqual(sequence, index + 2, "the sequence has gaps")
    assert.include(from[type] ?? [], send.status, `${type} in ${send.status}`)
    assert.isAtLeast(occurredAt, before, "time runs backwards")
    const { reason, ...parties } = data
    assert.deepStrictEqual(parties, { offerId, term, candidateId, senderId })
    if (type === "offerSent.viewed") Object.assign(times, { viewedAt: occurredAt })
    if (type === "offerSent.responded") Object.assign(times, { respondedAt: occurredAt })
    const by = { recruiter: ["recruiter", "hiring_manager"], candidate: ["candidate"] }[String(reason)]
    if (reason !== undefined) assert.include(by ?? ["system"], actor.kind, `deleted by ${reason}`)
    if (reason === "candidate") assert.notStrictEqual(send.status, "responded", "who has answered can't withdraw")
    send.status = reason === undefined ? type.replace("offerSent.", "") : reason === "candidate" ? "withdrawn" : "gone"
    before = occurredAt
  }
  return { ...send, ...times }
}

const both = ["inbox", "mail"]
const told: Readonly<
  Record<string, { readonly templates: ReadonlyArray<string>; readonly channels: ReadonlyArray<string> }>
> = {
  "offerSent.created": { templates: ["offer-sent"], channels: both },
  "offerSent.viewed": { templates: ["offer-sent-viewed"], channels: ["inbox"] },
  "offerSent.responded": { templates: ["offer-sent-responded"], channels: both },
  "offerSent.deleted by candidate": { templates: ["offer-sent-withdrawn"], channels: both },
  "offerSent.deleted by its end": { templates: ["offer-ended"], channels: both },
  "offer.transferred": { templates: ["offer-handed-over", "offer-taken-over"], channels: both },
  "invitation.created": { templates: ["invitation"], channels: ["mail"] },
  "invitation.resent": { templates: ["invitation"], channels: ["mail"] },
  "invitation.accepted": { templates: ["invitation-accepted"], channels: both },
  "invitation.declined": { templates: ["invitation-declined"], channels: both }
}

/**
 * The table of reactions, by hand: who is told, by which channel, each once; nobody of what they did themselves; and
 * everybody of what is still so once it is handled. It takes everybody to be in the company still.
 */
const assertTold = (store: Snapshot, logs: ReadonlyMap<string, ReadonlyArray<EventRow>>, now: number): void => {
  const tellings = Map.groupBy(store.notifications, ({ eventId }) => eventId)
  const offers = byId(store.offers)
  const sends = byId(store.sends)
  const handled = new Set(store.handled)
  const lives = (offerId: string, term: number) => {
    const offer = offers.get(offerId)
    return (
      offer !== undefined && offer.term === term && ["active", "disabled"].includes(offer.status) && !isDue(offer, now)
    )
  }
  const invitationTold = invitationTelling(store, now)
  const ownersOf = (offerId: string): ReadonlyArray<string> =>
    (logs.get(offerId) ?? []).flatMap(({ data }) => data.ownerId ?? data.toOwnerId ?? [])
  assertSignInsTold(store, tellings)
  for (const event of store.events) {
    const { id, type, subjectId, data, actor } = event
    const isEnd = type === "offerSent.deleted" && data.reason.startsWith("offer_")
    const kind = type === "offerSent.deleted" ? `${type} by ${isEnd ? "its end" : data.reason}` : type
    const found = tellings.get(id) ?? []
    tellings.delete(id)
    const { templates = [], channels = [] } = told[kind] ?? {}
    for (const { template } of found) assert.include(templates, template, `told of ${kind}`)
    const recipients = new Set(found.map(({ recipientId }) => recipientId))
    for (const recipient of recipients) {
      const by = found.filter(({ recipientId }) => recipientId === recipient).map(({ channel }) => channel)
      assert.deepStrictEqual(by.toSorted(), channels as typeof by, `told of ${kind}`)
    }
    const ofInvitation = invitationTold(event)
    // Whom it may have been to, for each owner that the offer has had since.
    const whom =
      ofInvitation !== null
        ? [ofInvitation.whom]
        : type === "offer.transferred"
          ? [[data.fromOwnerId, data.toOwnerId]]
          : kind === "offerSent.created" || isEnd
            ? [[data.candidateId]]
            : ownersOf(data.offerId).map((owner) => [owner, data.senderId])
    const expected = whom.map((people) => new Set(people.filter((person) => person !== actor.id)))
    assert.isTrue(recipients.size === 0 || expected.some((people) => isWithin(recipients, people)), `told of ${kind}`)
    const isStillSo =
      ofInvitation !== null
        ? ofInvitation.isStillSo
        : type === "offer.transferred"
          ? offers.has(subjectId) && logs.get(subjectId)?.findLast((other) => other.type === type)?.id === id
          : kind === "offerSent.deleted by candidate"
            ? lives(data.offerId, data.term)
            : lives(data.offerId, data.term) && sends.has(subjectId) && sends.get(subjectId)?.status !== "withdrawn"
    // While the offer is disabled its candidates are not told that it was sent to them.
    const wasHidden =
      kind === "offerSent.created" && logs.get(data.offerId)?.some((other) => other.type === "offer.disabled")
    const must = isEnd ? kind in told : handled.has(id) && isStillSo && !wasHidden && kind in told
    if (must)
      assert.isTrue(
        expected.some((people) => isSame(recipients, people)),
        `not told of ${kind}`
      )
    if (!handled.has(id) && !isEnd) assert.strictEqual(recipients.size, 0, `told of ${kind} before it was handled`)
  }
  assert.deepStrictEqual([...tellings.keys()], [], "told of what never happened")
}

const byId = <A extends { readonly id: string }>(rows: ReadonlyArray<A>) => new Map(rows.map((row) => [row.id, row]))

const isWithin = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].every((one) => b.has(one))
const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && isWithin(a, b)
