import type { EventLog, Identifiers, Journal } from "@treff/domain/events"
import type { Accounts, Secrets } from "@treff/domain/identity"
import type { Invitations } from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import type { Notifications } from "@treff/domain/notifications"
import type { OfferSends, Offers } from "@treff/domain/offers"
import type * as Effect from "effect/Effect"

/** Something that somebody did, and when. */
export interface Act {
  readonly at: Instant
  readonly act: Effect.Effect<
    unknown,
    unknown,
    Accounts | EventLog | Identifiers | Invitations | Journal | Notifications | OfferSends | Offers | Secrets
  >
}
