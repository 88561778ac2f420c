import { channels } from "@treff/domain/events"
import { roles, subRoles } from "@treff/domain/identity"
import { invitationStatuses } from "@treff/domain/invitations"
import { deliveryStatuses } from "@treff/domain/notifications"
import { employmentTypes, offerSentStatuses, offerStatuses } from "@treff/domain/offers"
import { sql } from "drizzle-orm"
import { boolean, customType, index, integer, json, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core"

/** A point in time: `timestamptz(3)` in the database, milliseconds since 1970 in the domain. */
const instant = customType<{ data: number; driverData: string }>({
  dataType: () => "timestamp (3) with time zone",
  toDriver: (value) => new Date(value).toISOString(),
  fromDriver: (value) => new Date(value).getTime()
})

/** The tenants. See docs/flows/invitations.md. */
export const company = pgTable("company", {
  id: uuid("id").primaryKey(),
  version: integer("version").notNull().default(0),
  name: text("name").notNull(),
  creatorId: uuid("creator_id"),
  createdAt: instant("created_at").notNull()
})

/** The people who can sign in; e-mails and usernames are unique whatever their case. See docs/flows/invitations.md. */
export const account = pgTable(
  "account",
  {
    id: uuid("id").primaryKey(),
    version: integer("version").notNull(),
    role: text("role", { enum: roles }).notNull(),
    subRole: text("sub_role", { enum: subRoles }),
    companyId: uuid("company_id").references(() => company.id),
    email: text("email").notNull(),
    username: text("username"),
    firstName: text("first_name").notNull(),
    lastName: text("last_name").notNull(),
    locale: text("locale"),
    contactNumber: text("contact_number"),
    emailVerified: boolean("email_verified").notNull().default(false),
    profileComplete: boolean("profile_complete").notNull().default(false),
    createdAt: instant("created_at").notNull()
  },
  (t) => [
    uniqueIndex("account_email").on(sql`lower(${t.email})`),
    uniqueIndex("account_username").on(sql`lower(${t.username})`),
    // The members of a company, newest first.
    index("account_company").on(t.companyId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
  ]
)

/**
 * Recruiters invited into a company. `sealed_token` is for whoever sends mails alone, and empty once it is sent; of the
 * token itself nothing but a hash is here.
 */
export const invitation = pgTable(
  "invitation",
  {
    id: uuid("id").primaryKey(),
    version: integer("version").notNull(),
    companyId: uuid("company_id").notNull(),
    inviterId: uuid("inviter_id").notNull(),
    email: text("email").notNull(),
    personalMessage: text("personal_message"),
    locale: text("locale"),
    tokenHash: text("token_hash").notNull(),
    sealedToken: text("sealed_token"),
    resends: integer("resends").notNull(),
    status: text("status", { enum: invitationStatuses }).notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    updatedAt: instant("updated_at").notNull()
  },
  (t) => [
    uniqueIndex("invitation_token").on(t.tokenHash),
    // One that is open to an address; how many there are, and when the first of them expires.
    uniqueIndex("invitation_pending").on(t.companyId, sql`lower(${t.email})`).where(sql`status = 'pending'`),
    index("invitation_open").on(t.companyId, t.expiresAt).where(sql`status = 'pending'`),
    // The lists, by whatever they may be ordered; and who declined of late.
    index("invitation_created").on(t.companyId, t.createdAt, t.id),
    index("invitation_expires").on(t.companyId, t.expiresAt, t.id),
    index("invitation_email").on(t.companyId, sql`lower(${t.email}) collate "C"`, t.id),
    index("invitation_status_created").on(t.companyId, t.status, t.createdAt, t.id, t.expiresAt),
    index("invitation_status_expires").on(t.companyId, t.status, t.expiresAt, t.id),
    index("invitation_status_email").on(t.companyId, t.status, sql`lower(${t.email}) collate "C"`, t.id),
    index("invitation_status").on(t.companyId, t.status, t.id, t.expiresAt),
    // What is due and not yet swept.
    index("invitation_due").on(t.expiresAt, t.id).where(sql`status = 'pending'`)
  ]
)

/** One-time links to sign in, asked for with any address: whether it is an account's is looked at when its mail is due. */
export const signIn = pgTable(
  "sign_in",
  {
    id: uuid("id").primaryKey(),
    email: text("email").notNull(),
    tokenHash: text("token_hash").notNull(),
    sealedToken: text("sealed_token"),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at")
  },
  (t) => [
    uniqueIndex("sign_in_token").on(t.tokenHash),
    index("sign_in_email").on(sql`lower(${t.email})`, t.createdAt),
    index("sign_in_created").on(t.createdAt)
  ]
)

/** No foreign key to the owner: an offer outlives its owner's membership, and it never blocks a delete. */
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

/**
 * One offer sent to one candidate in one term of the offer. No foreign key to the offer: offers go before their sends. A
 * send that its candidate has withdrawn stays, unseen, until its term ends: it holds the place.
 */
export const offerSent = pgTable(
  "offer_sent",
  {
    id: uuid("id").primaryKey(),
    version: integer("version").notNull(),
    companyId: uuid("company_id").notNull(),
    offerId: uuid("offer_id").notNull(),
    term: integer("term").notNull(),
    candidateId: uuid("candidate_id").notNull(),
    senderId: uuid("sender_id").notNull(),
    title: text("title").notNull(),
    message: text("message"),
    status: text("status", { enum: [...offerSentStatuses, "withdrawn"] }).notNull(),
    sentAt: instant("sent_at").notNull(),
    viewedAt: instant("viewed_at"),
    respondedAt: instant("responded_at"),
    updatedAt: instant("updated_at").notNull()
  },
  (t) => [
    uniqueIndex("offer_sent_once").on(t.offerId, t.candidateId, t.term),
    // The lists, newest first: of a company, of an offer, of a candidate; by status. Those of offers need the index alone.
    index("offer_sent_company").on(t.companyId, t.sentAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("offer_sent_company_status").on(
      t.companyId,
      t.status,
      t.sentAt.desc().nullsFirst(),
      t.id.desc().nullsFirst()
    ),
    index("offer_sent_offer").on(t.offerId, t.term, t.sentAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.status),
    index("offer_sent_offer_status").on(
      t.offerId,
      t.term,
      t.status,
      t.sentAt.desc().nullsFirst(),
      t.id.desc().nullsFirst()
    ),
    index("offer_sent_candidate").on(t.candidateId, t.sentAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    // What a candidate who becomes a recruiter has not answered.
    index("offer_sent_unanswered").on(t.candidateId, t.id).where(sql`status in ('sent', 'viewed')`),
    // The newest who have responded, for the details of an offer.
    index("offer_sent_respondents")
      .on(t.offerId, t.term, t.respondedAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`status = 'responded'`)
  ]
)

/** What people were notified of: one item for each event and recipient. */
export const notification = pgTable(
  "notification",
  {
    id: uuid("id").primaryKey(),
    eventId: uuid("event_id").notNull(),
    recipientId: uuid("recipient_id").notNull(),
    companyId: uuid("company_id"),
    template: text("template").notNull(),
    data: jsonb("data").notNull(),
    createdAt: instant("created_at").notNull(),
    readAt: instant("read_at")
  },
  (t) => [
    uniqueIndex("notification_once").on(t.eventId, t.recipientId),
    index("notification_recipient").on(t.recipientId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("notification_unread")
      .on(t.recipientId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`read_at is null`)
  ]
)

/** What became of a notification by one channel. The id of a mail is that of its delivery. */
export const notificationDelivery = pgTable(
  "notification_delivery",
  {
    id: uuid("id").primaryKey(),
    notificationId: uuid("notification_id").notNull(),
    channel: text("channel", { enum: channels }).notNull(),
    status: text("status", { enum: deliveryStatuses }).notNull(),
    error: text("error"),
    sentAt: instant("sent_at")
  },
  (t) => [uniqueIndex("notification_delivery_once").on(t.notificationId, t.channel)]
)

/** A mail that is not sent yet: written with its notification, leased by the sweep, deleted once its delivery is final. */
export const outgoingMail = pgTable(
  "outgoing_mail",
  {
    deliveryId: uuid("delivery_id").primaryKey(),
    dueAt: instant("due_at").notNull(),
    attempts: integer("attempts").notNull()
  },
  (t) => [index("outgoing_mail_due").on(t.dueAt)]
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
  (t) => [
    uniqueIndex("event_subject_sequence").on(t.subjectId, t.sequence),
    // How many invitations somebody has sent of late.
    index("event_invitations_sent")
      .on(sql`(actor->>'id')`, t.occurredAt)
      .where(sql`type in ('invitation.created', 'invitation.resent')`)
  ]
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
