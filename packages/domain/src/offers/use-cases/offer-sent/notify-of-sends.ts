import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { NewNotification } from "../../../events/model/notification.ts"
import { isEventOf, type PublishedEvent } from "../../../events/model/recorded-event.ts"
import { notify } from "../../../events/use-cases/notify.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { OfferOutline } from "../../model/offer/offer.ts"
import { sendVisibility } from "../../model/offer-sent/offer-sent-access.ts"
import { type OfferSentEvent, offerSentEvents } from "../../model/offer-sent/offer-sent-events.ts"
import type { OfferNotification } from "../../model/offer-templates.ts"
import { OfferSends, type SendCircumstances } from "../../ports/offer-sends.ts"

/**
 * The notifications that follow from the events of sends, among those given: the circumstances of all of them are read at
 * once. Where the send is gone by now nobody is notified. Fails with `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const notifyOfSends = Effect.fn("notifyOfSends")(function* (events: ReadonlyArray<PublishedEvent>) {
  const at = yield* Clock.currentTimeMillis
  const notifications: Array<NewNotification> = []
  const relevant = events.filter(isEventOf(offerSentEvents)).filter(isNotified)
  if (relevant.length === 0) return notifications
  const circumstances = yield* (yield* OfferSends).circumstances(
    relevant.map(({ subject, data }) => ({ id: subject.id, ...data }))
  )
  for (const [index, event] of relevant.entries()) {
    const found = circumstances[index]
    if (found !== undefined) notifications.push(...(yield* notificationsOf(event, found, at)))
  }
  return notifications
})

/** Of a send that a recruiter took back nobody is notified, and of one that ended with its offer its candidate was. */
const isNotified = (event: PublishedEvent<OfferSentEvent>): boolean =>
  event.type !== "offerSent.deleted" || event.data.reason === "candidate"

const notificationsOf = (event: PublishedEvent<OfferSentEvent>, found: SendCircumstances, at: Instant) => {
  const { offer, sent, candidate, companyName } = found
  const visibility = sendVisibility(event.data, offer, at)
  if (offer === null || candidate === null || visibility === "gone") return Effect.succeed([])
  const facts = { offerSentId: event.subject.id, offerId: offer.id, title: offer.title }
  const members = { recipients: recruitersOf(event, offer, found), companyId: offer.companyId }
  const content = (template: "offer-sent-viewed" | "offer-sent-responded" | "offer-sent-withdrawn") =>
    ({ template, data: { ...facts, candidate } }) satisfies OfferNotification
  if (event.type === "offerSent.deleted") {
    return notify(event, content("offer-sent-withdrawn"), { ...members, channels: ["inbox", "mail"] })
  }
  if (sent === null) return Effect.succeed([])
  switch (event.type) {
    case "offerSent.created": {
      // Of what the candidate may not read just now they are not notified either.
      if (visibility === "hidden") return Effect.succeed([])
      const data = { ...facts, companyName: companyName ?? "", message: sent.message }
      const sentOffer: OfferNotification = { template: "offer-sent", data }
      return notify(event, sentOffer, { recipients: [candidate.id], channels: ["inbox", "mail"], companyId: null })
    }
    case "offerSent.viewed":
      // In the inbox only: fifty sends must not become fifty mails.
      return notify(event, content("offer-sent-viewed"), { ...members, channels: ["inbox"] })
    case "offerSent.responded":
      return notify(event, content("offer-sent-responded"), { ...members, channels: ["inbox", "mail"] })
  }
}

/** The offer's owner, or the company's admins where the owner has left it; and who sent it, if another. */
const recruitersOf = (event: PublishedEvent<OfferSentEvent>, offer: OfferOutline, found: SendCircumstances) => [
  ...(found.ownerHasLeft ? found.adminIds : [offer.ownerId]),
  ...(found.senderHasLeft ? [] : [event.data.senderId])
]
