import type { AccountEvent } from "../../identity/model/account/account.ts"
import type { CompanyEvent } from "../../identity/model/company/company.ts"
import type { InvitationEvent } from "../../invitations/model/invitation.ts"
import type { Instant } from "../../kernel/time.ts"
import type { OfferEvent } from "../../offers/model/offer/offer.ts"
import type { OfferSentEvent } from "../../offers/model/offer-sent/offer-sent.ts"

/** What an event is about. Source: `http.md`, the event log. */
export interface Subject {
  readonly type: "account" | "company" | "invitation" | "offer" | "offerSent"
  readonly id: string
}

/**
 * Who caused an event; what time alone did is `system`, whose `id` is null, as is that of somebody who was invited and has
 * no account. Source: `http.md`, the event log.
 */
export interface Actor {
  readonly kind: "recruiter" | "hiring_manager" | "candidate" | "system"
  readonly id: string | null
}

/** Everything that can happen, in every flow. Source: `http.md`, the event log. */
export type DomainEvent = AccountEvent | CompanyEvent | InvitationEvent | OfferEvent | OfferSentEvent

/**
 * An event as the log keeps it: `sequence` counts 1, 2, 3 … per subject without a gap, `companyId` is the tenant, null
 * for what belongs to none. Source: `http.md`, the event log.
 */
export type RecordedEvent = {
  readonly [T in DomainEvent["type"]]: {
    readonly id: string
    readonly subject: Subject
    readonly sequence: number
    readonly type: T
    readonly data: Extract<DomainEvent, { readonly type: T }>["data"]
    readonly actor: Actor
    readonly companyId: string | null
    readonly occurredAt: Instant
  }
}[DomainEvent["type"]]

/** An event as its consumer hears it: the company is not for everybody who listens. Source: `http.md`, the event log. */
export type HeardEvent = {
  readonly [T in DomainEvent["type"]]: Omit<Extract<RecordedEvent, { readonly type: T }>, "companyId">
}[DomainEvent["type"]]
