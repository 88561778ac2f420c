import { aCompany, always, anInvitation, anyInstant, anyInvitation, hour, now } from "@treff/contract-tests/fixtures"
import {
  type Invitation,
  type InvitationCommand,
  type InvitationState,
  invitationLifecycle,
  isExpired,
  noInvitation,
  resendLimit
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"

const lifetime = 3 * day
const { id, companyId, inviterId, email, personalMessage, locale } = anInvitation(aCompany(), {
  personalMessage: "Only for Ada"
})

/** Each token is another, as each is drawn anew. */
let issued = 0
const anySecret = fc.constant(null).map(() => {
  issued++
  return { hash: `hash ${issued}`, sealed: `sealed ${issued}` }
})

const anyCommand: fc.Arbitrary<InvitationCommand> = fc
  .record({
    type: fc.constantFrom("Invite", "Accept", "Decline", "Revoke", "Resend", "Resend", "Resend", "Expire"),
    at: anyInstant,
    secret: anySecret
  })
  .map(({ type, at, secret }): InvitationCommand => {
    const expiresAt = at + lifetime
    switch (type) {
      case "Invite":
        return { type, at, id, companyId, inviterId, email, personalMessage, locale, expiresAt, secret }
      case "Accept":
        return { type, at, accountId: "ada" }
      case "Resend":
        return { type, at, secret, expiresAt }
      default:
        return { type, at }
    }
  })

interface Step {
  readonly command: InvitationCommand
  readonly state: InvitationState
  readonly events: ReadonlyArray<{ readonly type: string; readonly at: number }>
}

/** Lives from the beginning, as the clock goes on: what was done that was not refused, and what it made. */
const anyLife: fc.Arbitrary<ReadonlyArray<Step>> = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 10, 71, 72, 100), anyCommand), { maxLength: 14 })
  .map((asked) => {
    let at = now
    let state: InvitationState = noInvitation
    const steps: Array<Step> = []
    const first = { type: "Invite", at, id, companyId, inviterId, email, personalMessage, locale } as const
    const invite = { ...first, expiresAt: at + lifetime, secret: { hash: "hash 0", sealed: "sealed 0" } }
    for (const [hours, command] of [[0, invite] as const, ...asked]) {
      at += hours * hour
      const now = { ...command, at, ...("expiresAt" in command && { expiresAt: at + lifetime }) }
      const decided = invitationLifecycle.decideAny(state, now)
      if (Result.isFailure(decided)) continue
      const { timeEvents, events } = decided.success
      state = decided.success.state
      steps.push({ command: now, state, events: [...timeEvents, ...events] })
    }
    return steps
  })

describe("time", () => {
  it("counts at once: an open one is expired from its instant on, written or not", () => {
    const observed = new Set<string>()
    always(
      fc.property(anyInvitation, anyInstant, (invitation, at) => {
        const { state, timeEvents, events } = invitationLifecycle.asOf(invitation, at)
        const expires = invitation.status === "pending" && invitation.expiresAt <= at
        assert.strictEqual(state.status, expires ? "expired" : invitation.status)
        assert.strictEqual(isExpired(invitation, at), invitation.expiresAt <= at)
        assert.deepStrictEqual(events, [])
        if (expires) {
          const data = { inviterId: invitation.inviterId }
          assert.deepStrictEqual<unknown>(timeEvents, [{ type: "invitation.expired", at: invitation.expiresAt, data }])
          assert.deepInclude(state, { sealedToken: null, updatedAt: invitation.expiresAt })
        } else {
          assert.deepStrictEqual(timeEvents, [])
          assert.deepStrictEqual<unknown>(state, invitation)
        }
        observed.add(`${state.status} ${expires}`)
      }),
      { numRuns: 500 }
    )
    assert.sameMembers(
      [...observed],
      ["pending false", "expired true", "expired false", "accepted false", "revoked false", "declined false"]
    )
  })

  it("is the same however often, and whenever, it is let pass", () => {
    always(
      fc.property(anyInvitation, anyInstant, anyInstant, (invitation, one, two) => {
        const [earlier, later] = [Math.min(one, two), Math.max(one, two)]
        const atOnce = invitationLifecycle.asOf(invitation, later)
        assert.deepStrictEqual(invitationLifecycle.asOf(atOnce.state, later), { ...atOnce, timeEvents: [] })
        assert.deepStrictEqual(
          invitationLifecycle.asOf(invitationLifecycle.asOf(invitation, earlier).state, later).state,
          atOnce.state
        )
      })
    )
  })

  it("opens, a millisecond before it is over, to an answer that at its end it refuses", () => {
    always(
      fc.property(anyInstant, fc.constantFrom("Accept", "Decline", "Revoke"), (expiresAt, type) => {
        const invitation = anInvitation(aCompany(), { expiresAt })
        const at = (at: number) =>
          invitationLifecycle.decideAny(invitation, { type, at, accountId: "ada" } as InvitationCommand)
        assert.isTrue(Result.isSuccess(at(expiresAt - 1)))
        assert.isTrue(Result.isFailure(at(expiresAt)))
      })
    )
  })

  it("makes no difference to what is decided, whether it was written before", () => {
    always(
      fc.property(anyInvitation, anyCommand, (invitation, command) => {
        const swept = invitationLifecycle.asOf(invitation, command.at)
        const late = invitationLifecycle.decideAny(invitation, command)
        const decided = invitationLifecycle.decideAny(swept.state, command)
        if (Result.isFailure(late)) assert.deepStrictEqual(decided, late)
        else {
          assert.deepStrictEqual(late.success.timeEvents, swept.timeEvents)
          assert.deepStrictEqual(Result.getOrThrow(decided), { ...late.success, timeEvents: [] })
        }
      })
    )
  })
})

describe("a decision", () => {
  it("has an event for each move, and none without", () => {
    let moved = 0
    always(
      fc.property(anyInvitation, anyCommand, (invitation, command) => {
        const decided = invitationLifecycle.decideAny(invitation, command)
        fc.pre(Result.isSuccess(decided))
        const { state, events } = Result.getOrThrow(decided)
        assert.lengthOf(events, 1)
        assert.notDeepEqual<unknown>(state, invitation)
        assert.strictEqual(events[0]?.at, command.at)
        moved++
      })
    )
    assert.isAbove(moved, 10)
  })

  it("decides the same about the same, and changes nothing that it was given", () => {
    always(
      fc.property(anyInvitation, anyCommand, (state, command) => {
        const first = invitationLifecycle.decideAny(Object.freeze({ ...state }), Object.freeze({ ...command }))
        assert.deepStrictEqual(invitationLifecycle.decideAny(structuredClone(state), structuredClone(command)), first)
      })
    )
  })

  it("keeps whose it is, whom it invites and with which words", () => {
    always(
      fc.property(anyInvitation, anyCommand, (invitation, command) => {
        const decided = invitationLifecycle.decideAny(invitation, command)
        fc.pre(Result.isSuccess(decided))
        const { id, companyId, inviterId, email, personalMessage, locale, createdAt } = invitation
        const kept = { id, companyId, inviterId, email, personalMessage, locale, createdAt }
        assert.deepInclude(Result.getOrThrow(decided).state, kept)
      })
    )
  })
})

describe("a life", () => {
  it("sent again has another token, the whole time once more, and that three times at the most", () => {
    let most = 0
    always(
      fc.property(anyLife, (steps) => {
        const resent = steps.filter(({ command }) => command.type === "Resend")
        for (const { command, state } of resent) {
          assert.strictEqual(state.expiresAt, command.at + lifetime)
          assert.strictEqual(state.status, "pending")
        }
        const hashes = steps.flatMap(({ command, state }) => ("secret" in command ? [state.tokenHash] : []))
        assert.strictEqual(new Set(hashes).size, hashes.length)
        assert.deepStrictEqual(
          resent.map(({ state }) => state.resends),
          resent.map((_, index) => index + 1)
        )
        assert.isAtMost(resent.length, resendLimit)
        most = Math.max(most, resent.length)
      })
    )
    assert.strictEqual(most, 3)
  })

  it("has a sealed token only while it is open", () => {
    const observed = new Set<string>()
    always(
      fc.property(anyLife, (steps) => {
        for (const { state } of steps) {
          assert.strictEqual(state.sealedToken !== null, state.status === "pending")
          observed.add(state.status)
        }
      })
    )
    assert.sameMembers([...observed], ["pending", "accepted", "declined", "revoked"])
  })

  it("moves its version by each event, which are in the order of their times", () => {
    always(
      fc.property(anyLife, (steps) => {
        const events = steps.flatMap(({ events }) => events)
        const times = events.map(({ at }) => at)
        assert.deepStrictEqual(
          times,
          times.toSorted((a, b) => a - b)
        )
        assert.strictEqual(events[0]?.type, "invitation.created")
        assert.lengthOf(
          events.filter(({ type }) => type === "invitation.created"),
          1
        )
        for (const { state, events } of steps) assert.strictEqual(state.updatedAt, events.at(-1)?.at)
      })
    )
  })

  it("is answered once, or not at all, and then nothing is decided any more", () => {
    const ends = ["invitation.accepted", "invitation.declined", "invitation.revoked"]
    always(
      fc.property(anyLife, (steps) => {
        const events = steps.flatMap(({ events }) => events.map(({ type }) => type))
        const end = events.findIndex((type) => ends.includes(type))
        if (end !== -1) assert.strictEqual(end, events.length - 1)
      })
    )
  })

  it("that is over refuses everything", () => {
    always(
      fc.property(fc.constantFrom("accepted", "declined", "revoked"), anyCommand, (status, command) => {
        const invitation: Invitation = { ...anInvitation(aCompany()), status, sealedToken: null }
        assert.isTrue(Result.isFailure(invitationLifecycle.decideAny(invitation, command)))
      })
    )
  })
})
