import { aCandidate, aCompany, aManager, anInvitation } from "@treff/contract-tests/fixtures"
import { type InvitationAction, mayActOnInvitations, mayRevoke } from "@treff/domain/invitations"
import { describe, expect, it } from "vitest"

const acme = aCompany()
const { manager, admin, recruiter } = acme
const candidate = aCandidate()
const callers = { hiring_manager: manager, recruiter_admin: admin, recruiter_user: recruiter, candidate }
const actions: ReadonlyArray<InvitationAction> = ["invite", "list", "revoke", "resend"]

const row = (name: string, cells: ReadonlyArray<string>) =>
  [name.padEnd(18), ...cells.map((cell) => cell.padEnd(20))].join("").trimEnd()

describe("who may do what with invitations", () => {
  it("by role, whatever the invitation", () => {
    const table = [
      row("", Object.keys(callers)),
      ...actions.map((action) =>
        row(
          action,
          Object.values(callers).map((caller) => (mayActOnInvitations(caller, action) ? "may" : "never"))
        )
      )
    ]
    expect(`\n${table.join("\n")}\n`).toMatchInlineSnapshot(`
      "
                        hiring_manager      recruiter_admin     recruiter_user      candidate
      invite            may                 never               never               never
      list              may                 never               never               never
      revoke            may                 never               never               never
      resend            may                 never               never               never
      "
    `)
  })

  it("a manager revokes the own ones, and who made the company all of them", () => {
    const [creator, other] = [aManager(acme.id), aManager(acme.id)]
    const managers = { inviter: manager, creator, "another manager": other }
    const invitation = anInvitation(acme)
    const creators = { "made by another": creator.id, "made by the inviter": manager.id, "made by nobody": null }
    const table = [
      row("", Object.keys(creators)),
      ...Object.entries(managers).map(([name, caller]) =>
        row(
          name,
          Object.values(creators).map((creatorId) => (mayRevoke(caller, invitation, creatorId) ? "may" : "not"))
        )
      )
    ]
    expect(`\n${table.map((line) => line.trimEnd()).join("\n")}\n`).toMatchInlineSnapshot(`
      "
                        made by another     made by the inviter made by nobody
      inviter           may                 may                 may
      creator           may                 not                 not
      another manager   not                 not                 not
      "
    `)
  })
})
