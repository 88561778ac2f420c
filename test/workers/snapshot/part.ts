import type { MemoryState } from "@treff/adapters/memory"
import type { Channel } from "@treff/domain/events"
import type { DeliveryStatus } from "@treff/domain/notifications"
import { assert } from "vitest"

/** What every flow has in common: its events, what became of them, and whom they notified. */
export interface LogRows {
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

/** The events of each subject, in their order. */
export type Logs = ReadonlyMap<string, ReadonlyArray<EventRow>>

/** What one kind of thing adds to a snapshot of a store: its rows, and what they have to agree with. */
export interface SnapshotPart<Rows, in Store> {
  readonly rows: {
    readonly [K in keyof Rows]: {
      /** An expression that makes one JSON value of all the rows in PostgreSQL. */
      readonly sql: string
      readonly fromMemory: (state: MemoryState) => Rows[K]
    }
  }
  /** Fails unless the rows are what the event log says, and agree with each other; `now` is in the store's time. */
  readonly assertConsistent?: (store: Store, logs: Logs) => void
  /** Whom each event notifies, by the tables of the documentation, by hand: null for the events of other parts. */
  readonly notificationsOf?: (
    store: Store,
    logs: Logs,
    now: number
  ) => (event: EventRow) => ExpectedNotifications | null
}

export interface ExpectedNotifications {
  readonly templates: ReadonlyArray<string>
  readonly channels: ReadonlyArray<Channel>
  /** What may have been so when the event was handled: whoever was notified has to fit one of these. */
  readonly choices: ReadonlyArray<Recipients>
  /** `at once`: in the commit of the event. `once handled`: by then at the latest. `perhaps`: it may have come to nothing. */
  readonly when: "at once" | "once handled" | "perhaps"
}

/** The ids of who has to be notified, and of who else may be. */
export interface Recipients {
  readonly must: ReadonlyArray<string>
  readonly may?: ReadonlyArray<string>
}

/** Of an event that nobody is notified of. */
export const noNotifications: ExpectedNotifications = {
  templates: [],
  channels: [],
  choices: [{ must: [] }],
  when: "perhaps"
}

/** An instant, in milliseconds. */
export const at = (column: string) => `round(extract(epoch from ${column}) * 1000)::float8`
export const rows = (select: string) => `(select coalesce(json_agg(t), '[]') from (${select}) t)`
export const ids = (select: string) => `(select coalesce(json_agg(id), '[]') from (${select}) t(id))`

export const byId = <A extends { readonly id: string }>(all: ReadonlyArray<A>): ReadonlyMap<string, A> =>
  new Map(all.map((row) => [row.id, row]))

/** Fails unless it is so. A store is looked at after each step of a story, and Chai's asserts take their time. */
export const check = (isSo: boolean, message: string): void => {
  if (!isSo) assert.fail(message)
}

export const assertWithoutGap = (log: ReadonlyArray<EventRow>): void =>
  check(
    log.every(({ sequence }, index) => sequence === index + 1),
    "the sequence has gaps"
  )

/** That there is one notification for each event and recipient, with at least one delivery and each channel once. */
const assertOneItemEach = (notifications: ReadonlyArray<NotificationRow>): void => {
  const places = new Set(notifications.map(({ eventId, recipientId }) => `${eventId} ${recipientId}`))
  const items = Map.groupBy(notifications, ({ notificationId }) => notificationId)
  check(items.size === places.size, "somebody has two notifications of one event")
  for (const [id, deliveries] of items) {
    const channels = deliveries.map(({ channel }) => channel)
    check(id !== null && !channels.some((channel) => channel === null), `${id} is a notification without a delivery`)
    check(new Set(channels).size === channels.length, `the notification ${id} came twice by one channel`)
  }
}

/** Events and notifications, which are the same for whatever they are about. */
export const logPart: SnapshotPart<LogRows, LogRows> = {
  rows: {
    events: {
      sql: rows(`select id, subject_type as "subjectType", subject_id as "subjectId", sequence, type, data, actor,
        company_id as "companyId", ${at("occurred_at")} as "occurredAt" from event order by subject_id, sequence`),
      fromMemory: ({ events }) =>
        [...events.values()]
          .map(({ subject, ...event }) => ({ ...event, subjectType: subject.type, subjectId: subject.id }))
          .toSorted((a, b) => a.sequence - b.sequence)
    },
    waiting: { sql: ids("select event_id from delivery"), fromMemory: ({ deliveries }) => [...deliveries.keys()] },
    handled: { sql: ids("select event_id from receipt"), fromMemory: ({ receipts }) => [...receipts.keys()] },
    givenUp: {
      sql: ids("select event_id from dead_letter where event_id is not null"),
      fromMemory: ({ deadLetters }) => [...deadLetters.values()].flatMap(({ eventId }) => eventId ?? [])
    },
    notifications: {
      sql: rows(`select d.id, n.id as "notificationId", event_id as "eventId", recipient_id as "recipientId", channel,
        template, status, error, (data->>'resends')::int as resends
        from notification n full join notification_delivery d on d.notification_id = n.id`),
      fromMemory: ({ notifications }) =>
        [...notifications.values()].flatMap(({ id: notificationId, data, deliveries, ...facts }) =>
          deliveries.map((delivery) => ({
            ...{ ...facts, ...delivery, notificationId },
            resends: "resends" in data ? Number(data.resends) : null
          }))
        )
    },
    outgoing: {
      sql: ids("select delivery_id from outgoing_mail"),
      fromMemory: ({ outgoingMails }) => [...outgoingMails.keys()]
    }
  },
  assertConsistent: ({ events, waiting, handled, givenUp, notifications, outgoing }) => {
    assert.deepStrictEqual(
      [...waiting, ...handled, ...givenUp].toSorted(),
      events.map(({ id }) => id).toSorted(),
      "each event waits, is handled, or is given up, and only one of these"
    )
    const queued = notifications.filter(({ status }) => status === "queued")
    assert.deepStrictEqual(queued.map(({ id }) => id).toSorted(), outgoing.toSorted(), "what is queued is to be sent")
    for (const { channel, status } of notifications)
      check(channel !== "inbox" || status === "sent", "the inbox is at hand")
    assertOneItemEach(notifications)
  }
}
