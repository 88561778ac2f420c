import { aCompany, anInvitation, now } from "@treff/contract-tests/fixtures"
import {
  type Invitation,
  type InvitationCommand,
  invitationLifecycle,
  invitationStatuses,
  resendLimit
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import { describe, expect, expectTypeOf, it } from "vitest"
import { type DerivedRefusals, type ListedRefusals, refusalsMet } from "../refusals.ts"

const open = anInvitation(aCompany())
const { id, companyId, inviterId, email, personalMessage, locale, expiresAt } = open
const secret = { hash: "another hash", sealed: "another sealed token" }
const at = now

const commands: ReadonlyArray<InvitationCommand> = [
  { type: "Invite", at, id, companyId, inviterId, email, personalMessage, locale, expiresAt, secret },
  { type: "Accept", at, accountId: "ada" },
  { type: "Decline", at },
  { type: "Revoke", at },
  { type: "Resend", at, secret, expiresAt: now + 3 * day },
  { type: "Expire", at }
]

/** Every status, within its time and past it, sent once and as often as may be. */
const every: ReadonlyArray<Invitation> = invitationStatuses.flatMap((status) =>
  [now, expiresAt].flatMap((expiresAt) => [0, resendLimit].map((resends) => ({ ...open, status, expiresAt, resends })))
)

const refusals = {
  Invite: ["IllegalTransition"],
  Accept: ["InvitationNotOpen"],
  Decline: ["InvitationNotOpen"],
  Revoke: ["InvitationNotPending"],
  Resend: ["InvitationNotPending", "ResentTooOften"],
  Expire: ["InvitationNotDue", "IllegalTransition"]
} as const satisfies Record<InvitationCommand["type"], ReadonlyArray<string>>

// The compiler derives the same table from the chart.
expectTypeOf<DerivedRefusals<typeof invitationLifecycle>>().toEqualTypeOf<ListedRefusals<typeof refusals>>()

describe("the ways in which an invitation that exists refuses a command", () => {
  it.each(Object.entries(refusals))("are all that follow from the chart for %s", (type, listed) => {
    const asked = commands.filter((command) => command.type === type)
    expect(refusalsMet(invitationLifecycle.decideAny, every, asked)).toEqual([...listed].sort())
  })
})
