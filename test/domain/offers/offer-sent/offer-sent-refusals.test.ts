import { offerSentLifecycle, type OfferSentCommand, offerSentRefusals, offerSentStatuses } from "@treff/domain/offers"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { anOffer, aSend, now, partiesOf, steps } from "../../../given.ts"

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

describe("the ways in which a send that exists refuses a command", () => {
  it.each(Object.keys(offerSentRefusals) as Array<OfferSentCommand["type"]>)(
    "are all that are declared for %s",
    (type) => {
      const refusals = new Set<string>()
      for (const status of offerSentStatuses) {
        for (const command of commands.filter((command) => command.type === type)) {
          const decided = offerSentLifecycle.decideAny({ ...send, ...steps(status) }, command)
          if (Result.isFailure(decided)) refusals.add(decided.failure._tag)
        }
      }
      expect([...refusals].sort()).toEqual([...offerSentRefusals[type]].sort())
    }
  )
})
