import { day } from "@treff/domain/kernel"
import { offerLifecycle, type OfferCommand, type OfferRefusal, offerRefusals, offerStatuses } from "@treff/domain/offers"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { anOffer, content, newId, now } from "../../../given.ts"

const before = { at: now }
const after = { at: now + 100 * day }

/** Every command, before and after the offer's dates, in each of its variants. */
const commands: ReadonlyArray<OfferCommand> = [before, after].flatMap(
  (when): ReadonlyArray<OfferCommand> => [
    { type: "Create", ...when, id: newId(), companyId: newId(), ownerId: newId(), content: content() },
    { type: "Update", ...when, content: content({ title: "Another" }) },
    { type: "Enable", ...when },
    { type: "Disable", ...when },
    { type: "Archive", ...when },
    { type: "Expire", ...when },
    { type: "Transfer", ...when, newOwnerId: newId(), ownerHasLeft: false },
    { type: "Transfer", ...when, newOwnerId: newId(), ownerHasLeft: true },
    { type: "Delete", ...when }
  ]
)

describe("the ways in which an offer that exists refuses a command", () => {
  it.each(Object.keys(offerRefusals) as Array<OfferCommand["type"]>)("are all that are declared for %s", (type) => {
    const refusals = new Set<OfferRefusal["_tag"]>()
    for (const status of offerStatuses) {
      for (const command of commands.filter((command) => command.type === type)) {
        const decided = offerLifecycle.decideAny(anOffer({ status }), command)
        if (Result.isFailure(decided)) refusals.add(decided.failure._tag)
      }
    }
    expect([...refusals].sort()).toEqual([...offerRefusals[type]].sort())
  })
})
