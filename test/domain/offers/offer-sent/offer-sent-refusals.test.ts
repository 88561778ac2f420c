import { anOffer, aSend, now, partiesOf, steps } from "@treff/contract-tests/fixtures"
import { type OfferSentCommand, offerSentLifecycle, offerSentStatuses } from "@treff/domain/offers"
import { describe, expect, expectTypeOf, it } from "vitest"
import { type DerivedRefusals, type ListedRefusals, refusalsMet } from "../../refusals.ts"

const send = aSend(anOffer())
const { id, companyId, title, message } = send
const at = now

/** Every command, in each of its variants. */
const commands: ReadonlyArray<OfferSentCommand> = [
  { type: "Send", at, id, companyId, title, message, ...partiesOf(send) },
  { type: "View", at },
  { type: "Respond", at, by: "candidate" },
  { type: "Respond", at, by: "recruiter" },
  ...(["recruiter", "candidate", "offer_deleted", "offer_archived", "offer_expired"] as const).map(
    (reason) => ({ type: "Withdraw", at, reason }) as const
  )
]

const every = offerSentStatuses.map((status) => ({ ...send, ...steps(status) }))

const refusals = {
  Send: ["IllegalTransition"],
  View: ["StatusOutOfOrder"],
  Respond: ["StatusOutOfOrder"],
  Withdraw: ["AlreadyAnswered"]
} as const satisfies Record<OfferSentCommand["type"], ReadonlyArray<string>>

// The compiler derives the same table from the chart.
expectTypeOf<DerivedRefusals<typeof offerSentLifecycle>>().toEqualTypeOf<ListedRefusals<typeof refusals>>()

describe("the ways in which a send that exists refuses a command", () => {
  it.each(Object.entries(refusals))("are all that follow from the chart for %s", (type, listed) => {
    const asked = commands.filter((command) => command.type === type)
    expect(refusalsMet(offerSentLifecycle.decideAny, every, asked)).toEqual([...listed].sort())
  })
})
