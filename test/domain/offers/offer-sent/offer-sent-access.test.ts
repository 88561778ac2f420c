import { aCandidate, aCompany, anOffer, aSend, newId } from "@treff/contract-tests/fixtures"
import { mayAccessSend, mayActOnSends, type OfferSentAction } from "@treff/domain/offers"
import { assert, describe, expect, it } from "vitest"
import { accessTable } from "../../access-table.ts"

const { manager, admin, recruiter, colleague } = aCompany()
const candidate = aCandidate()
const callers = { hiring_manager: manager, recruiter_admin: admin, recruiter_user: recruiter, candidate }
const actions: ReadonlyArray<OfferSentAction> = ["list", "read", "send", "changeStatus", "withdraw", "listOfOffer"]

describe("who may do what with sends", () => {
  it("by role, on sends of own offers and of a colleague's, or that are the candidate's own", () => {
    const table = accessTable(actions, callers, (caller, action) => {
      if (!mayActOnSends(caller, action)) return "never"
      const own = anOffer({ ownerId: caller.id })
      const colleagues = anOffer({ ownerId: colleague.id })
      const allowed = {
        "of own offers": mayAccessSend(caller, aSend(own), own),
        "of a colleague's": mayAccessSend(caller, aSend(colleagues), colleagues),
        own: mayAccessSend(caller, aSend(colleagues, caller.id), colleagues)
      }
      return allowed["of a colleague's"] ? "all" : allowed["of own offers"] ? "of own offers" : "own"
    })
    expect(table).toMatchInlineSnapshot(`
      "
                    hiring_manager  recruiter_admin  recruiter_user  candidate
      list          all             all              of own offers   own
      read          all             all              of own offers   own
      send          all             all              of own offers   never
      changeStatus  all             all              of own offers   own
      withdraw      all             all              of own offers   own
      listOfOffer   all             all              of own offers   never
      "
    `)
  })

  it("the offer's owner decides, not the sender", () => {
    const offer = anOffer({ ownerId: colleague.id })
    assert.isFalse(mayAccessSend(recruiter, aSend(offer, newId(), { senderId: recruiter.id }), offer))
    assert.isTrue(mayAccessSend(colleague, aSend(offer, newId(), { senderId: recruiter.id }), offer))
  })

  it("a candidate may act on what was sent to them, and on nothing else, whoever owns the offer", () => {
    const offer = anOffer({ ownerId: candidate.id })
    assert.isTrue(mayAccessSend(candidate, aSend(offer, candidate.id), offer))
    assert.isFalse(mayAccessSend(candidate, aSend(offer), offer))
  })
})
