import * as Effect from "effect/Effect"
import type { HeardEvent } from "../../../events/model/recorded-event.ts"
import { tell } from "../../../events/use-cases/notify.ts"
import type { Person } from "../../../identity/model/account/account.ts"
import type { NewNotification } from "../../../notifications/model/notification.ts"
import { Offers } from "../../ports/offers.ts"

/**
 * Whom transfers, among the given events, make tell what: the former owner and the new one, as far as they are of the
 * company and it is still so. All of them are read at once. Fails with `StoreUnavailable`. Source: `offers.md`,
 * reactions.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { system } from "@treff/domain/events"
 * import { reactToTransfers } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const fact = { id: "e1", subject: { type: "offer", id: "o1" }, sequence: 2, actor: system, occurredAt: 0 } as const
 * const use = reactToTransfers([{ ...fact, type: "offer.transferred", data: { fromOwnerId: "ada", toOwnerId: "bo" } }])
 * deepStrictEqual(await Effect.runPromise(Effect.provide(use, [layerMemory(memoryState()), layerUuid])), [])
 * ```
 */
export const reactToTransfers = Effect.fn("reactToTransfers")(function* (events: ReadonlyArray<HeardEvent>) {
  const tells: Array<NewNotification> = []
  const transfers = events.filter((event) => event.type === "offer.transferred")
  if (transfers.length === 0) return tells
  const { offers, people } = yield* (yield* Offers).withPeople(
    transfers.map(({ subject }) => subject.id),
    transfers.flatMap(({ data }) => [data.fromOwnerId, data.toOwnerId])
  )
  for (const event of transfers) {
    const offer = offers.find(({ id }) => id === event.subject.id)
    const [from, to] = [event.data.fromOwnerId, event.data.toOwnerId].map((id) => people.find((one) => one.id === id))
    if (offer === undefined || from === undefined || to === undefined) continue
    const { id: offerId, title, ownerId, companyId } = offer
    const told = { channels: ["inbox", "mail"], companyId } as const
    if (from.companyId === companyId && ownerId !== from.id) {
      const telling = { template: "offer-handed-over", data: { offerId, title, newOwner: personOf(to) } } as const
      tells.push(...(yield* tell(event, telling, { ...told, recipients: [from.id] })))
    }
    if (to.companyId === companyId && ownerId === to.id) {
      const telling = { template: "offer-taken-over", data: { offerId, title, formerOwner: personOf(from) } } as const
      tells.push(...(yield* tell(event, telling, { ...told, recipients: [to.id] })))
    }
  }
  return tells
})

const personOf = ({ id, firstName, lastName }: Person): Person => ({ id, firstName, lastName })
