import { anOffer, content, newId, now } from "@treff/contract-tests/fixtures"
import { day } from "@treff/domain/kernel"
import { type OfferCommand, offerLifecycle, offerStatuses } from "@treff/domain/offers"
import { describe, expect, expectTypeOf, it } from "vitest"
import { type DerivedRefusals, type ListedRefusals, refusalsMet } from "../../refusals.ts"

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

const every = offerStatuses.map((status) => anOffer({ status }))

const refusals = {
  Create: ["IllegalTransition"],
  Update: ["IllegalTransition"],
  Enable: ["OfferDatesPassed"],
  Disable: ["IllegalTransition"],
  Archive: [],
  Expire: ["OfferNotDue", "IllegalTransition"],
  Transfer: ["OfferNotActive"],
  Delete: []
} as const satisfies Record<OfferCommand["type"], ReadonlyArray<string>>

// The compiler derives the same table from the chart.
expectTypeOf<DerivedRefusals<typeof offerLifecycle>>().toEqualTypeOf<ListedRefusals<typeof refusals>>()

describe("the ways in which an offer that exists refuses a command", () => {
  it.each(Object.entries(refusals))("are all that follow from the chart for %s", (type, listed) => {
    const asked = commands.filter((command) => command.type === type)
    expect(refusalsMet(offerLifecycle.decideAny, every, asked)).toEqual([...listed].sort())
  })
})
