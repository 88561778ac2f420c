import * as Effect from "effect/Effect"
import type { HeardEvent } from "../event/index.ts"
import { type NewNotification, type Person, tell } from "../notification/index.ts"
import { Offers } from "../ports/index.ts"

/**
 * Whom a transfer makes tell what: the former owner and the new one, as far as they are of the company and it is still
 * so. Fails with `StoreUnavailable`. Source: `offers.md`, reactions.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { system } from "@treff/domain/event"
 * import { reactToTransfer } from "@treff/domain/offer"
 * import * as Effect from "effect/Effect"
 *
 * const fact = { id: "e1", subject: { type: "offer", id: "o1" }, sequence: 2, actor: system, occurredAt: 0 } as const
 * const use = reactToTransfer({ ...fact, type: "offer.transferred", data: { fromOwnerId: "ada", toOwnerId: "bo" } })
 * deepStrictEqual(await Effect.runPromise(Effect.provide(use, [layerMemory(memoryState()), layerUuid])), [])
 * ```
 */
export const reactToTransfer = Effect.fn("reactToTransfer")(function* (
  event: Extract<HeardEvent, { readonly type: "offer.transferred" }>
) {
  const { fromOwnerId, toOwnerId } = event.data
  const found = yield* (yield* Offers).findWithPeople(event.subject.id, [fromOwnerId, toOwnerId])
  if (found === null) return []
  const { id: offerId, title, ownerId } = found.offer
  const [from, to] = [fromOwnerId, toOwnerId].map((id) => found.people.find((person) => person.id === id))
  const tells: Array<NewNotification> = []
  if (from === undefined || to === undefined) return tells
  if (from.isMember && ownerId !== from.id) {
    const data = { offerId, title, newOwner: personOf(to) }
    tells.push(...(yield* tell(event, { template: "offer-handed-over", data }, [from.id], ["inbox", "mail"])))
  }
  if (to.isMember && ownerId === to.id) {
    const data = { offerId, title, formerOwner: personOf(from) }
    tells.push(...(yield* tell(event, { template: "offer-taken-over", data }, [to.id], ["inbox", "mail"])))
  }
  return tells
})

const personOf = ({ id, firstName, lastName }: Person): Person => ({ id, firstName, lastName })
