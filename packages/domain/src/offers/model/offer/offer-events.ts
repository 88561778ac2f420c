import { declareEvents, type EventOf } from "../../../kernel/events.ts"
import { count, documented, fieldName, id, instant, listOf, oneOf } from "../../../kernel/fields.ts"
import { offerFields } from "./offer.ts"

/** Which opening of the offer an event concerns. */
export const term = documented(count(1), { about: "which opening of the offer this concerns" })

const dates = { jobStartsAt: instant, expiresAt: instant }

/** Which date ended an offer's term: the one that came first. */
export const expiryReasons = ["job_started", "expired_date"] as const

/** What can happen to an offer, at its own instant. See docs/flows/offers.md. */
export const offerEvents = declareEvents("offer", {
  created: { about: "An offer was made; it is active.", data: { ownerId: id, term, ...dates } },
  updated: {
    about: "The content of an offer was changed; the names of the changed fields.",
    data: { fields: listOf(fieldName(offerFields)), ...dates }
  },
  enabled: { about: "An offer is active again.", data: { term } },
  disabled: { about: "An offer was hidden from candidates.", data: { term } },
  archived: { about: "An offer was archived, which ends its term.", data: { term } },
  expired: {
    about: "One of an offer's dates came, which ended its term.",
    data: { term, reason: oneOf(expiryReasons) }
  },
  transferred: { about: "An offer was given to another recruiter.", data: { fromOwnerId: id, toOwnerId: id } },
  deleted: { about: "An offer was deleted for good.", data: { term, ownerId: id } }
})

/** An event of {@link offerEvents}. */
export type OfferEvent = EventOf<typeof offerEvents>
