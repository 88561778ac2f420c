import { aCandidate, aCompany, aRecruiter } from "@treff/contract-tests/fixtures"
import { isAdmin, isMember } from "@treff/domain/identity"
import { mayAccessOffer, mayActOnOffers, type OfferAction, scopeOf } from "@treff/domain/offers"
import { assert, describe, expect, it } from "vitest"
import { accessTable } from "../../access-table.ts"

const { manager, admin, recruiter, colleague } = aCompany()
const callers = { hiring_manager: manager, recruiter_admin: admin, recruiter_user: recruiter, candidate: aCandidate() }
const actions: ReadonlyArray<OfferAction> = [
  "list",
  "read",
  "create",
  "update",
  "enable",
  "disable",
  "archive",
  "delete",
  "transfer",
  "history"
]

describe("who may do what with offers", () => {
  it("by role, on the own offer and on a colleague's", () => {
    const table = accessTable(actions, callers, (caller, action) => {
      if (!mayActOnOffers(caller, action)) return "never"
      if (action === "create") return "yes"
      const whose = { own: caller.id, "a colleague's": colleague.id }
      return Object.values(whose).every((ownerId) => mayAccessOffer(caller, { ownerId })) ? "all" : "own"
    })
    expect(table).toMatchInlineSnapshot(`
      "
                hiring_manager  recruiter_admin  recruiter_user  candidate
      list      all             all              own             never
      read      all             all              own             never
      create    yes             yes              yes             never
      update    all             all              own             never
      enable    all             all              own             never
      disable   all             all              own             never
      archive   all             all              own             never
      delete    all             all              never           never
      transfer  all             all              never           never
      history   all             all              own             never
      "
    `)
  })

  it("a recruiter_user may act on their own offers, and on nobody else's", () => {
    assert.isTrue(mayAccessOffer(recruiter, { ownerId: recruiter.id }))
    for (const other of [colleague, admin, manager]) assert.isFalse(mayAccessOffer(recruiter, { ownerId: other.id }))
  })

  it("a candidate may never act on an offer: they are sent some, and own none", () => {
    for (const action of actions) assert.isFalse(mayActOnOffers(callers.candidate, action), action)
    assert.strictEqual(scopeOf(callers.candidate), "own")
    assert.isFalse(mayAccessOffer(callers.candidate, { ownerId: recruiter.id }))
  })

  it("whoever belongs to no company is no member, and a candidate never is", () => {
    assert.isTrue(isMember(recruiter))
    assert.isFalse(isMember(aRecruiter(null)))
    assert.isFalse(isMember({ ...callers.candidate, companyId: recruiter.companyId }))
  })

  it("admins are hiring managers and recruiter_admins, nobody else", () => {
    assert.deepStrictEqual(Object.values(callers).map(isAdmin), [true, true, false, false])
  })
})
