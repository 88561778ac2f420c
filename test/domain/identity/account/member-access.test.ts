import { aCandidate, aCompany, aManager } from "@treff/contract-tests/fixtures"
import { type MemberAction, mayActOnMembers, removalRefusal } from "@treff/domain/identity"
import { assert, describe, expect, it } from "vitest"
import { accessTable } from "../../access-table.ts"

const { id, manager, admin, recruiter } = aCompany()
const callers = { hiring_manager: manager, recruiter_admin: admin, recruiter_user: recruiter, candidate: aCandidate() }
const actions: ReadonlyArray<MemberAction> = ["list", "remove", "changeSubRole", "renameCompany"]

describe("who may do what with the members of the company", () => {
  it("by role", () => {
    const table = accessTable(actions, callers, (caller, action) => (mayActOnMembers(caller, action) ? "may" : "never"))
    expect(table).toMatchInlineSnapshot(`
      "
                     hiring_manager  recruiter_admin  recruiter_user  candidate
      list           may             may              never           never
      remove         may             never            never           never
      changeSubRole  may             never            never           never
      renameCompany  may             never            never           never
      "
    `)
  })

  it("nobody removes themselves, nor who made the company, which may be the same", () => {
    const other = aManager(id)
    assert.isNull(removalRefusal(manager, recruiter, null))
    assert.isNull(removalRefusal(manager, other, manager.id))
    assert.deepStrictEqual(removalRefusal(manager, manager, null), { _tag: "MemberIsYou" })
    assert.deepStrictEqual(removalRefusal(manager, manager, manager.id), { _tag: "MemberIsYou" })
    assert.deepStrictEqual(removalRefusal(other, manager, manager.id), { _tag: "MemberIsCreator" })
  })
})
