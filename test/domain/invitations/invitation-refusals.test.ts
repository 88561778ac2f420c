import { invitationLifecycle, type Invitation, type InvitationCommand, invitationRefusals, invitationStatuses, resendLimit } from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { aCompany, anInvitation, now } from "../../given.ts"

const open = anInvitation(aCompany())
const { id, companyId, inviterId, email, personalMessage, locale, expiresAt } = open
const secret = { hash: "another hash", sealed: "another sealed token" }
const at = now

const commands: Readonly<Record<InvitationCommand["type"], InvitationCommand>> = {
  Invite: { type: "Invite", at, id, companyId, inviterId, email, personalMessage, locale, expiresAt, secret },
  Accept: { type: "Accept", at, accountId: "ada" },
  Decline: { type: "Decline", at },
  Revoke: { type: "Revoke", at },
  Resend: { type: "Resend", at, secret, expiresAt: now + 3 * day },
  Expire: { type: "Expire", at }
}

/** Every status, within its time and past it, sent once and as often as may be. */
const every: ReadonlyArray<Invitation> = invitationStatuses.flatMap((status) =>
  [now, expiresAt].flatMap((expiresAt) => [0, resendLimit].map((resends) => ({ ...open, status, expiresAt, resends })))
)

describe("the ways in which an invitation that exists refuses a command", () => {
  it.each(Object.keys(invitationRefusals) as Array<InvitationCommand["type"]>)(
    "are all that are declared for %s",
    (type) => {
      const refusals = new Set<string>()
      for (const invitation of every) {
        const decided = invitationLifecycle.decideAny(invitation, commands[type])
        if (Result.isFailure(decided)) refusals.add(decided.failure._tag)
      }
      expect([...refusals].sort()).toEqual([...invitationRefusals[type]].sort())
    }
  )
})
