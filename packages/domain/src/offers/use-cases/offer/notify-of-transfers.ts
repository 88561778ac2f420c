import * as Effect from "effect/Effect"
import type { NewNotification } from "../../../events/model/notification.ts"
import { isEventOf, type PublishedEvent } from "../../../events/model/recorded-event.ts"
import { notify } from "../../../events/use-cases/notify.ts"
import { personOf } from "../../../identity/model/account/person.ts"
import { offerEvents } from "../../model/offer/offer-events.ts"
import type { OfferNotification } from "../../model/offer-templates.ts"
import { Offers } from "../../ports/offers.ts"

/**
 * The notifications that follow from transfers, among the given events: to the former owner and the new one, as far as
 * they are of the company and it is still so. All of them are read at once. Fails with `StoreUnavailable`. See
 * docs/flows/offers.md.
 */
export const notifyOfTransfers = Effect.fn("notifyOfTransfers")(function* (events: ReadonlyArray<PublishedEvent>) {
  const notifications: Array<NewNotification> = []
  const transfers = events.filter(isEventOf(offerEvents, ["transferred"]))
  if (transfers.length === 0) return notifications
  const { offers, people } = yield* (yield* Offers).withPeople(
    transfers.map(({ subject }) => subject.id),
    transfers.flatMap(({ data }) => [data.fromOwnerId, data.toOwnerId])
  )
  for (const event of transfers) {
    const offer = offers.find(({ id }) => id === event.subject.id)
    const [from, to] = [event.data.fromOwnerId, event.data.toOwnerId].map((id) => people.find((one) => one.id === id))
    if (offer === undefined || from === undefined || to === undefined) continue
    const { id: offerId, title, ownerId, companyId } = offer
    const channels = ["inbox", "mail"] as const
    if (from.companyId === companyId && ownerId !== from.id) {
      const data = { offerId, title, newOwner: personOf(to) }
      const content: OfferNotification = { template: "offer-handed-over", data }
      notifications.push(...(yield* notify(event, content, { recipients: [from.id], channels, companyId })))
    }
    if (to.companyId === companyId && ownerId === to.id) {
      const data = { offerId, title, formerOwner: personOf(from) }
      const content: OfferNotification = { template: "offer-taken-over", data }
      notifications.push(...(yield* notify(event, content, { recipients: [to.id], channels, companyId })))
    }
  }
  return notifications
})
