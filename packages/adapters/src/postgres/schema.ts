import { employmentTypes, offerStatuses } from "@treff/domain/offer"
import { sql } from "drizzle-orm"
import { boolean, customType, index, integer, json, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core"

/** A point in time: `timestamptz(3)` in the database, milliseconds since 1970 in the domain. */
const instant = customType<{ data: number; driverData: string }>({
  dataType: () => "timestamp (3) with time zone",
  toDriver: (value) => new Date(value).toISOString(),
  fromDriver: (value) => new Date(value).getTime()
})

/** The tenants. Source: `002`. */
export const company = pgTable("company", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  creatorId: uuid("creator_id"),
  createdAt: instant("created_at").notNull()
})

/** The people who can sign in; e-mails and usernames are unique whatever their case. Source: `002`, `003`, `004`. */
export const account = pgTable(
  "account",
  {
    id: uuid("id").primaryKey(),
    version: integer("version").notNull(),
    role: text("role", { enum: ["hiring_manager", "recruiter", "candidate"] }).notNull(),
    subRole: text("sub_role", { enum: ["recruiter_admin", "recruiter_user"] }),
    companyId: uuid("company_id").references(() => company.id),
    email: text("email").notNull(),
    username: text("username"),
    firstName: text("first_name").notNull(),
    lastName: text("last_name").notNull(),
    locale: text("locale"),
    createdAt: instant("created_at").notNull()
  },
  (t) => [
    uniqueIndex("account_email").on(sql`lower(${t.email})`),
    uniqueIndex("account_username").on(sql`lower(${t.username})`),
    index("account_company").on(t.companyId)
  ]
)

/** No foreign key to the owner: an offer outlives its owner's membership, and deletes are never held up by it. */
export const offer = pgTable(
  "offer",
  {
    id: uuid("id").primaryKey(),
    version: integer("version").notNull(),
    companyId: uuid("company_id").notNull(),
    ownerId: uuid("owner_id").notNull(),
    title: text("title").notNull(),
    description: text("description").notNull(),
    employmentType: text("employment_type", { enum: employmentTypes }).notNull(),
    salary: text("salary").notNull(),
    attachmentUrl: text("attachment_url"),
    jobStartsAt: instant("job_starts_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    contractEndsAt: instant("contract_ends_at"),
    quizId: uuid("quiz_id"),
    quizRequired: boolean("quiz_required").notNull(),
    status: text("status", { enum: offerStatuses }).notNull(),
    term: integer("term").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    endsAt: instant("ends_at").notNull().generatedAlwaysAs(sql`least(job_starts_at, expires_at)`)
  },
  (t) => [
    // The lists, newest first: all of a company or of an owner; by status, with the date at the end so that counting
    // needs the index alone.
    index("offer_company").on(t.companyId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("offer_company_status").on(
      t.companyId,
      t.status,
      t.createdAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
      t.endsAt
    ),
    index("offer_owner").on(t.companyId, t.ownerId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("offer_owner_status").on(
      t.companyId,
      t.ownerId,
      t.status,
      t.createdAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
      t.endsAt
    ),
    // What is due and not yet swept: for the sweep of each date, in its order; and for the lists of what has expired, the
    // owner at the end, so that a list of own offers does not fetch everybody's.
    index("offer_job_due").on(t.jobStartsAt, t.id).where(sql`status in ('active', 'disabled')`),
    index("offer_expiry_due").on(t.expiresAt, t.id).where(sql`status in ('active', 'disabled')`),
    index("offer_company_due").on(t.companyId, t.endsAt, t.ownerId).where(sql`status in ('active', 'disabled')`)
  ]
)

/** The event log: append-only, and kept when its subject is deleted. */
export const event = pgTable(
  "event",
  {
    id: uuid("id").primaryKey(),
    subjectType: text("subject_type").notNull(),
    subjectId: uuid("subject_id").notNull(),
    sequence: integer("sequence").notNull(),
    type: text("type").notNull(),
    data: jsonb("data").notNull(),
    actor: jsonb("actor").notNull(),
    companyId: uuid("company_id"),
    occurredAt: instant("occurred_at").notNull()
  },
  (t) => [uniqueIndex("event_subject_sequence").on(t.subjectId, t.sequence)]
)

/** An event that is not handled yet: written by the commit, leased by the relay, deleted by the consumer. */
export const delivery = pgTable(
  "delivery",
  {
    eventId: uuid("event_id").primaryKey(),
    dueAt: instant("due_at").notNull(),
    attempts: integer("attempts").notNull(),
    lastError: text("last_error")
  },
  (t) => [index("delivery_due").on(t.dueAt)]
)

/** That an event was handled, and when the consumer received it. */
export const receipt = pgTable("receipt", {
  eventId: uuid("event_id").primaryKey(),
  receivedAt: instant("received_at").notNull()
})

/**
 * A message that was given up after its last try, kept so that it can be replayed. As `json`, which holds whatever a queue
 * can carry; `jsonb` refuses NUL and lone surrogates.
 */
export const deadLetter = pgTable(
  "dead_letter",
  {
    id: uuid("id").primaryKey(),
    eventId: uuid("event_id"),
    message: json("message").notNull(),
    error: text("error").notNull(),
    failedAt: instant("failed_at").notNull()
  },
  (t) => [uniqueIndex("dead_letter_event").on(t.eventId)]
)
