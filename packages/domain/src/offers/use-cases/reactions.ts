import * as Effect from "effect/Effect"
import { isEventOf } from "../../events/model/recorded-event.ts"
import type { Identifiers } from "../../events/ports/identifiers.ts"
import type { Journal } from "../../events/ports/journal.ts"
import { type PendingMail, type Reactions, toRecipient } from "../../events/use-cases/reactions.ts"
import { accountEvents } from "../../identity/model/account/account-events.ts"
import type { Instant } from "../../kernel/time.ts"
import { offerEvents } from "../model/offer/offer-events.ts"
import { sendVisibility } from "../model/offer-sent/offer-sent-access.ts"
import type { SendEnd } from "../model/offer-sent/offer-sent-events.ts"
import { type OfferNotification, offerTemplates } from "../model/offer-templates.ts"
import { OfferSends, type SendState } from "../ports/offer-sends.ts"
import type { Offers } from "../ports/offers.ts"
import { notifyOfTransfers } from "./offer/notify-of-transfers.ts"
import { notifyOfSends } from "./offer-sent/notify-of-sends.ts"
import { withdrawEndedSends } from "./offer-sent/withdraw-ended-sends.ts"
import { withdrawSendsOfCandidates } from "./offer-sent/withdraw-sends-of-candidates.ts"

const endsTerm = isEventOf(offerEvents, ["deleted", "archived", "expired"])
const endOf = {
  "offer.deleted": "offer_deleted",
  "offer.archived": "offer_archived",
  "offer.expired": "offer_expired"
} as const satisfies Record<string, SendEnd>

const joins = isEventOf(accountEvents, ["joined"])

/** What offers and their sends do because of events. See docs/flows/offers.md and docs/flows/offer-sends.md. */
export const offerReactions: Reactions<Offers | OfferSends | Journal | Identifiers> = {
  cascades: [
    {
      follows: endsTerm,
      notifies: true,
      run: (events, maxBatches) =>
        withdrawEndedSends(
          events
            .filter(endsTerm)
            // Of one term what came first has ended it.
            .toSorted((a, b) => a.sequence - b.sequence)
            .map(({ type, subject, data }) => ({ offerId: subject.id, term: data.term, reason: endOf[type] })),
          maxBatches
        )
    },
    {
      // A candidate who became a recruiter is one no more.
      follows: (event) => joins(event) && event.data.formerRole === "candidate",
      notifies: false,
      run: (events, maxBatches) =>
        withdrawSendsOfCandidates(
          events.map(({ subject }) => subject.id),
          maxBatches
        )
    }
  ],

  notifications: (events) =>
    Effect.map(Effect.all([notifyOfSends(events), notifyOfTransfers(events)]), (notifications) => notifications.flat()),

  templates: offerTemplates,

  stillTrue: Effect.fnUntraced(function* (mails, at) {
    const states = yield* (yield* OfferSends).states(
      mails.map(({ data }) => {
        const { offerSentId = null, offerId } = data as { readonly offerSentId?: string; readonly offerId: string }
        return { offerSentId, offerId } // every template of offers has them
      })
    )
    return mails.map((mail, index) => {
      const state = states[index]
      return state !== undefined && isStillTrue(mail, state, at) ? toRecipient : null
    })
  })
}

/** That something is gone stays true; the rest is looked at once more before it is mailed. */
const isStillTrue = ({ template, recipientId }: PendingMail, { sent, offer }: SendState, at: Instant): boolean => {
  const visibility = sent === null ? "gone" : sendVisibility(sent, offer, at)
  switch (template as OfferNotification["template"]) {
    case "offer-sent":
      return visibility === "open" && sent?.status !== "withdrawn"
    case "offer-sent-viewed":
    case "offer-sent-responded":
      return visibility !== "gone" && sent?.status !== "withdrawn"
    case "offer-sent-withdrawn":
      return visibility !== "gone"
    case "offer-taken-over":
      return offer?.ownerId === recipientId
    case "offer-handed-over":
      return offer !== null && offer.ownerId !== recipientId
    case "offer-ended":
      return true
  }
}
