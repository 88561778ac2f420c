import type {
  Actor,
  Change,
  Channel,
  NewNotification,
  NotificationContent,
  Precondition,
  RecordedEvent
} from "@treff/domain/events"
import {
  type Account,
  type AccountFacts,
  type Company,
  noAccount,
  type Role,
  type SubRole
} from "@treff/domain/identity"
import { type Invitation, type InvitationState, invitationStatuses } from "@treff/domain/invitations"
import { day, type Versioned } from "@treff/domain/kernel"
import {
  endsAt,
  type Offer,
  type OfferContent,
  type OfferSent,
  type OfferSentState,
  offerStatuses,
  type WithdrawalReason
} from "@treff/domain/offers"
import * as fc from "fast-check"
import { v7 } from "uuid"

/** The instant at which the stories of the tests begin. */
export const now = Date.UTC(2026, 10, 20, 9, 30)
export const hour = day / 24

export const newId = (at: number = now): string => v7({ msecs: at })

const person = (role: Role, subRole: SubRole | null, companyId: string | null): Account => {
  const id = newId()
  return {
    id,
    role,
    subRole,
    companyId,
    version: 0,
    email: `${id}@example.org`,
    username: null,
    firstName: "Kim",
    lastName: "Hansen",
    locale: null
  }
}

/** A company with somebody of every kind in it. */
export const aCompany = () => {
  const id = newId()
  return {
    id,
    manager: person("hiring_manager", null, id),
    admin: person("recruiter", "recruiter_admin", id),
    recruiter: person("recruiter", "recruiter_user", id),
    colleague: person("recruiter", "recruiter_user", id)
  }
}
export type GivenCompany = ReturnType<typeof aCompany>

export const everybodyOf = ({ manager, admin, recruiter, colleague }: GivenCompany): ReadonlyArray<Account> => [
  manager,
  admin,
  recruiter,
  colleague
]

export const aCandidate = () => person("candidate", null, null)
export const aRecruiter = (companyId: string | null) => person("recruiter", "recruiter_user", companyId)
export const aManager = (companyId: string | null) => person("hiring_manager", null, companyId)

/** All that is kept of an account, as a store has it that was given it just now. */
export const factsOf = ({ version: _, ...account }: Account & Partial<AccountFacts>): AccountFacts => {
  const { status: __, ...nothing } = noAccount
  return { ...nothing, createdAt: now, ...account }
}

/** What the author of an offer writes; its dates lie ahead of `now`, and it expires when the job starts. */
export const content = (changes: Partial<OfferContent> = {}): OfferContent => ({
  title: "Baker",
  description: "Bakes bread at night.",
  employmentType: "fixed_term",
  salary: "32,000 to 36,000",
  attachmentUrl: "https://example.org/baker.pdf",
  jobStartsAt: now + 10 * day,
  expiresAt: now + 20 * day,
  contractEndsAt: now + 400 * day,
  quizRequired: false,
  ...changes
})

/** An active offer, made a day before `now`. */
export const anOffer = (changes: Partial<Offer> = {}): Offer => ({
  id: newId(),
  companyId: newId(),
  ownerId: newId(),
  ...content(),
  quizId: null,
  term: 1,
  createdAt: now - day,
  updatedAt: now - day,
  status: "active",
  ...changes
})

/** The change that writes an offer as it is given, by whatever way it came there, with one event. */
export const written = (offer: Offer, expectedVersion = 0): Change => ({
  kind: "offer",
  expectedVersion,
  state: offer,
  events: [
    expectedVersion === 0
      ? anEvent(offer)
      : anEvent(offer, {
          sequence: expectedVersion + 1,
          type: "offer.updated",
          data: { fields: ["title"], jobStartsAt: offer.jobStartsAt, expiresAt: offer.expiresAt }
        })
  ]
})

/** The change that removes an offer. */
export const removed = (offer: Offer, expectedVersion: number): Change => ({
  kind: "offer",
  expectedVersion,
  state: { ...offer, status: "gone" },
  events: [
    anEvent(offer, {
      sequence: expectedVersion + 1,
      type: "offer.deleted",
      data: { term: offer.term, ownerId: offer.ownerId }
    })
  ]
})

/** An event of an offer: that it was made, unless the changes say otherwise. */
export const anEvent = (
  { id, companyId, ownerId, jobStartsAt, expiresAt }: Offer,
  changes: { readonly sequence?: number } & (Pick<RecordedEvent, "type" | "data"> | object) = {}
): RecordedEvent =>
  ({
    id: newId(),
    subject: { type: "offer", id },
    sequence: 1,
    type: "offer.created",
    data: { ownerId, term: 1, jobStartsAt, expiresAt },
    actor: { kind: "recruiter", id: ownerId },
    companyId,
    occurredAt: now,
    ...changes
  }) as RecordedEvent

/** An offer as it was sent to a candidate, by its owner, just now. */
export const aSend = (offer: Offer, candidateId: string = newId(), changes: Partial<OfferSent> = {}): OfferSent => ({
  id: newId(),
  companyId: offer.companyId,
  offerId: offer.id,
  term: offer.term,
  candidateId,
  senderId: offer.ownerId,
  title: offer.title,
  message: null,
  sentAt: now,
  viewedAt: null,
  respondedAt: null,
  updatedAt: now,
  status: "sent",
  ...changes
})

/** What a status makes of a send: the steps that lead there are taken at the instant of its sending. */
export const steps = (status: OfferSent["status"], at: number = now): Partial<OfferSent> => ({
  status,
  viewedAt: status === "sent" ? null : at,
  respondedAt: status === "responded" ? at : null
})

/** The change that writes a send as it is given, by whatever way it came there, with one event. */
export const sentOut = (send: OfferSentState, expectedVersion = 0): Change => ({
  kind: "offerSent",
  expectedVersion,
  state: send,
  events: [
    expectedVersion === 0
      ? aSendEvent(send)
      : aSendEvent(send, { sequence: expectedVersion + 1, type: "offerSent.viewed", data: partiesOf(send) })
  ]
})

/** The change that takes a send back: one that its candidate withdraws is kept, and forgets its message. */
export const takenBack = (send: OfferSent, expectedVersion = 1, reason: WithdrawalReason = "recruiter"): Change => ({
  kind: "offerSent",
  expectedVersion,
  state: reason === "candidate" ? { ...send, status: "withdrawn", message: null } : { ...send, status: "gone" },
  events: [
    aSendEvent(send, {
      sequence: expectedVersion + 1,
      type: "offerSent.deleted",
      data: { ...partiesOf(send), reason },
      actor: reason === "candidate" ? { kind: "candidate", id: send.candidateId } : { kind: "system", id: null }
    })
  ]
})

/** An event of a send: that it was made, unless the changes say otherwise. */
export const aSendEvent = (
  send: OfferSentState,
  changes: { readonly sequence?: number; readonly actor?: Actor } & (Pick<RecordedEvent, "type" | "data"> | object) = {}
): RecordedEvent =>
  ({
    id: newId(),
    subject: { type: "offerSent", id: send.id },
    sequence: 1,
    type: "offerSent.created",
    data: partiesOf(send),
    actor: { kind: "recruiter", id: send.senderId },
    companyId: send.companyId,
    occurredAt: now,
    ...changes
  }) as RecordedEvent

export const partiesOf = ({ offerId, term, candidateId, senderId }: OfferSentState) => ({
  offerId,
  term,
  candidateId,
  senderId
})

/** An invitation into a company, as its manager has just sent it. */
export const anInvitation = (
  { id: companyId, manager }: Pick<GivenCompany, "id" | "manager">,
  changes: Partial<Invitation> = {}
): Invitation => {
  const id = newId()
  return {
    id,
    companyId,
    inviterId: manager.id,
    email: `${id}@example.org`,
    personalMessage: null,
    locale: null,
    tokenHash: `hash of ${id}`,
    sealedToken: (changes.status ?? "pending") === "pending" ? `sealed ${id}` : null,
    resends: 0,
    createdAt: now,
    expiresAt: now + 3 * day,
    updatedAt: now,
    status: "pending",
    ...changes
  }
}

/** The change that writes an invitation as it is given, by whatever way it came there, with one event. */
export const invited = (invitation: InvitationState, expectedVersion = 0): Change => ({
  kind: "invitation",
  expectedVersion,
  state: invitation,
  events: [
    expectedVersion === 0
      ? anInvitationEvent(invitation)
      : anInvitationEvent(invitation, {
          sequence: expectedVersion + 1,
          type: "invitation.revoked",
          data: { inviterId: invitation.inviterId }
        })
  ]
})

/** An event of an invitation: that it was sent, unless the changes say otherwise. */
export const anInvitationEvent = (
  { id, companyId, inviterId, resends, expiresAt }: InvitationState,
  changes: { readonly sequence?: number; readonly actor?: Actor; readonly occurredAt?: number } & (
    | Pick<RecordedEvent, "type" | "data">
    | object
  ) = {}
): RecordedEvent =>
  ({
    id: newId(),
    subject: { type: "invitation", id },
    sequence: 1,
    type: "invitation.created",
    data: { inviterId, resends, expiresAt },
    actor: { kind: "hiring_manager", id: inviterId },
    companyId,
    occurredAt: now,
    ...changes
  }) as RecordedEvent

/** The change that writes an account as it is given: made by it where there is none before, otherwise moved. */
export const enrolled = (facts: AccountFacts, expectedVersion: number | null = null): Change => {
  const { role, subRole, companyId } = facts
  return {
    kind: "account",
    expectedVersion: expectedVersion ?? 0,
    state: { ...facts, status: companyId === null ? "outside" : "member" },
    events: [
      {
        id: newId(),
        subject: { type: "account", id: facts.id },
        sequence: (expectedVersion ?? 0) + 1,
        type: expectedVersion === null ? "account.created" : "account.joined",
        data: { role, subRole, formerRole: null, invitationId: null },
        actor: { kind: role, id: facts.id },
        companyId,
        occurredAt: now
      }
    ]
  }
}

/** The change that writes a company as it is given: founded by it where there is none before, otherwise renamed. */
export const founded = (company: Company, expectedVersion: number | null = null): Change => ({
  kind: "company",
  expectedVersion: expectedVersion ?? 0,
  state: { ...company, status: "open" },
  events: [
    {
      id: newId(),
      subject: { type: "company", id: company.id },
      sequence: (expectedVersion ?? 0) + 1,
      ...(expectedVersion === null
        ? { type: "company.created", data: { creatorId: company.creatorId ?? "" } }
        : { type: "company.renamed", data: {} }),
      actor: { kind: "hiring_manager", id: company.creatorId },
      companyId: company.id,
      occurredAt: now
    } as RecordedEvent
  ]
})

/** That an offer, or an account, is still as it was read. */
export const precondition = (kind: string, { version, value }: Versioned<{ readonly id: string }>): Precondition => ({
  kind,
  id: value.id,
  version
})

/** What somebody is notified of because of an event: in the inbox and as a candidate, unless it is said otherwise. */
export const aNotification = (
  eventId: string,
  recipientId: string,
  channels: ReadonlyArray<Channel> = ["inbox"],
  content: NotificationContent = {
    template: "offer-ended",
    data: { offerSentId: newId(), offerId: newId(), title: "Baker", reason: "offer_archived" }
  },
  companyId: string | null = null
): NewNotification => ({
  ...content,
  id: newId(),
  eventId,
  recipientId,
  companyId,
  deliveries: channels.map((channel) => ({ id: newId(), channel }))
})

/** Instants close to each other, so that dates and commands meet often. */
export const anyInstant = fc.integer({ min: -5, max: 5 }).map((step) => now + step * hour)

/** Offers of any status and dates; one that has ended already may have been written so, or not. */
export const anyOffer: fc.Arbitrary<Offer> = fc
  .record({
    status: fc.constantFrom(...offerStatuses),
    jobStartsAt: anyInstant,
    expiresAt: anyInstant,
    term: fc.integer({ min: 1, max: 3 }),
    quizRequired: fc.boolean()
  })
  .map((facts) => anOffer({ ...facts, updatedAt: Math.min(now - day, endsAt(facts)) }))

/** Invitations of any status and time; one that has expired may have been written so, or not. */
export const anyInvitation: fc.Arbitrary<Invitation> = fc
  .record({
    status: fc.constantFrom(...invitationStatuses),
    expiresAt: anyInstant,
    resends: fc.integer({ min: 0, max: 3 })
  })
  .map((facts) =>
    anInvitation(aCompany(), {
      ...facts,
      createdAt: now - 4 * day,
      updatedAt: now - 4 * day
    })
  )

/** Says that a property is true of everything that was tried. */
export const always = <A>(property: fc.IProperty<A>, options: fc.Parameters<A> = {}): void =>
  void fc.assert(property, options)
