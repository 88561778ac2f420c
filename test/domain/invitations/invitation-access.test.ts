import { aCandidate, aCompany, aManager, anInvitation } from "@treff/contract-tests/fixtures"
import { type InvitationAction, mayActOnInvitations, mayRevoke } from "@treff/domain/invitations"
import { describe, expect, it } from "vitest"
import { accessTable } from "../access-table.ts"

const acme = aCompany()
const { manager, admin, recruiter } = acme
const candidate = aCandidate()
const callers = { hiring_manager: manager, recruiter_admin: admin, recruiter_user: recruiter, candidate }
const actions: ReadonlyArray<InvitationAction> = ["invite", "list", "revoke", "resend"]

describe("who may do what with invitations", () => {
  it("by role, whatever the invitation", () => {
    expect(
      accessTable(actions, callers, (caller, action) => (mayActOnInvitations(caller, action) ? "may" : "never"))
    ).toMatchInlineSnapshot(`
      "
              hiring_manager  recruiter_admin  recruiter_user  candidate
      invite  may             never            never           never
      list    may             never            never           never
      revoke  may             never            never           never
      resend  may             never            never           never
      "
    `)
  })

  it("a manager revokes their own, and whoever made the company revokes all of them", () => {
    const [creator, other] = [aManager(acme.id), aManager(acme.id)]
    const managers = { inviter: manager, creator, "another manager": other }
    const invitation = anInvitation(acme)
    const creators = { "made by another": creator.id, "made by the inviter": manager.id, "made by nobody": null }
    const cell = (creatorId: string | null, name: string) =>
      mayRevoke(managers[name as keyof typeof managers], invitation, creatorId) ? "may" : "not"
    expect(accessTable(Object.keys(managers), creators, cell)).toMatchInlineSnapshot(`
      "
                       made by another  made by the inviter  made by nobody
      inviter          may              may                  may
      creator          may              not                  not
      another manager  not              not                  not
      "
    `)
  })
})
