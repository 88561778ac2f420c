import { aCompany, anInvitation, hour, now } from "@treff/contract-tests/fixtures"
import {
  type Invitation,
  type InvitationCommand,
  type InvitationState,
  invitationLifecycle,
  invitationStatuses,
  noInvitation,
  resendLimit
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { transition } from "xstate"
import { getSimplePaths } from "xstate/graph"

const open = anInvitation(aCompany(), {
  id: "i1",
  personalMessage: "Come and bake with us",
  locale: "nb",
  createdAt: now - hour,
  updatedAt: now - hour,
  expiresAt: now + 1
})
const { id, companyId, inviterId, email, personalMessage, locale } = open
const another = { hash: "another hash", sealed: "another sealed token" }
const later = now + 3 * day

const commands: ReadonlyArray<readonly [name: string, command: InvitationCommand]> = [
  [
    "Invite",
    {
      type: "Invite",
      at: now,
      id,
      companyId,
      inviterId,
      email,
      personalMessage,
      locale,
      expiresAt: later,
      secret: another
    }
  ],
  ["Accept", { type: "Accept", at: now, accountId: "ada" }],
  ["Decline", { type: "Decline", at: now }],
  ["Revoke", { type: "Revoke", at: now }],
  ["Resend", { type: "Resend", at: now, secret: another, expiresAt: later }],
  ["Expire", { type: "Expire", at: now }]
]

/** What became of a command, in words: what time did, its events, and the status it leads to. */
const outcome = (state: InvitationState, command: InvitationCommand): string => {
  const decided = invitationLifecycle.decideAny(state, command)
  if (Result.isFailure(decided)) {
    const { _tag } = decided.failure
    return _tag === "IllegalTransition" ? "illegal" : `refused: ${_tag}`
  }
  const { state: after, timeEvents, events } = decided.success
  const happened = [...timeEvents.map(({ type }) => `(${type})`), ...events.map(({ type }) => type)]
  return `${after.status}: ${happened.join(" + ")}`
}

const closedIn = (status: InvitationState["status"]): InvitationState => ({ ...open, status, sealedToken: null })
const states: Readonly<Record<string, InvitationState>> = {
  none: noInvitation,
  pending: open,
  "pending, sent again as often as may be": { ...open, resends: resendLimit },
  "pending, past its time": { ...open, expiresAt: now },
  expired: closedIn("expired"),
  "expired, sent again as often as may be": { ...closedIn("expired"), resends: resendLimit },
  accepted: closedIn("accepted"),
  revoked: closedIn("revoked"),
  declined: closedIn("declined")
}

describe("the life of an invitation", () => {
  it("by status and command", () => {
    const table = Object.entries(states).map(([name, state]) =>
      [name, ...commands.map(([command, asked]) => `  ${command.padEnd(9)}${outcome(state, asked)}`)].join("\n")
    )
    expect(table.join("\n")).toMatchInlineSnapshot(`
      "none
        Invite   pending: invitation.created
        Accept   illegal
        Decline  illegal
        Revoke   illegal
        Resend   illegal
        Expire   illegal
      pending
        Invite   illegal
        Accept   accepted: invitation.accepted
        Decline  declined: invitation.declined
        Revoke   revoked: invitation.revoked
        Resend   pending: invitation.resent
        Expire   refused: InvitationNotDue
      pending, sent again as often as may be
        Invite   illegal
        Accept   accepted: invitation.accepted
        Decline  declined: invitation.declined
        Revoke   revoked: invitation.revoked
        Resend   refused: ResentTooOften
        Expire   refused: InvitationNotDue
      pending, past its time
        Invite   illegal
        Accept   refused: InvitationNotOpen
        Decline  refused: InvitationNotOpen
        Revoke   refused: InvitationNotPending
        Resend   pending: (invitation.expired) + invitation.resent
        Expire   illegal
      expired
        Invite   illegal
        Accept   refused: InvitationNotOpen
        Decline  refused: InvitationNotOpen
        Revoke   refused: InvitationNotPending
        Resend   pending: invitation.resent
        Expire   illegal
      expired, sent again as often as may be
        Invite   illegal
        Accept   refused: InvitationNotOpen
        Decline  refused: InvitationNotOpen
        Revoke   refused: InvitationNotPending
        Resend   refused: ResentTooOften
        Expire   illegal
      accepted
        Invite   illegal
        Accept   refused: InvitationNotOpen
        Decline  refused: InvitationNotOpen
        Revoke   refused: InvitationNotPending
        Resend   refused: InvitationNotPending
        Expire   illegal
      revoked
        Invite   illegal
        Accept   refused: InvitationNotOpen
        Decline  refused: InvitationNotOpen
        Revoke   refused: InvitationNotPending
        Resend   refused: InvitationNotPending
        Expire   illegal
      declined
        Invite   illegal
        Accept   refused: InvitationNotOpen
        Decline  refused: InvitationNotOpen
        Revoke   refused: InvitationNotPending
        Resend   refused: InvitationNotPending
        Expire   illegal"
    `)
  })

  it("begins as it is asked, open, with a token of which only a hash and the sealed one are known", () => {
    const { state, timeEvents, events } = Result.getOrThrow(
      invitationLifecycle.decideAny(noInvitation, commands[0]?.[1] as never)
    )
    assert.deepStrictEqual(state, {
      id,
      companyId,
      inviterId,
      email,
      personalMessage,
      locale,
      tokenHash: "another hash",
      sealedToken: "another sealed token",
      resends: 0,
      createdAt: now,
      expiresAt: later,
      updatedAt: now,
      status: "pending"
    })
    assert.deepStrictEqual<unknown>(
      { timeEvents, events },
      {
        timeEvents: [],
        events: [{ type: "invitation.created", at: now, data: { inviterId, resends: 0, expiresAt: later } }]
      }
    )
  })

  it("says of each step who had invited, and of an acceptance whose account it is", () => {
    const data: Readonly<Record<string, object>> = {
      Accept: { inviterId, accountId: "ada" },
      Decline: { inviterId },
      Revoke: { inviterId },
      Resend: { inviterId, resends: 1, expiresAt: later }
    }
    for (const [name, command] of commands.filter(([name]) => name in data)) {
      const { events } = Result.getOrThrow(invitationLifecycle.decideAny(open, command))
      assert.deepStrictEqual<unknown>(
        events.map(({ at, data }) => ({ at, data })),
        [{ at: now, data: data[name] }]
      )
    }
  })

  it("has ended at the instant at which it expires, whenever that is noticed", () => {
    const { state, timeEvents, events } = Result.getOrThrow(
      invitationLifecycle.decideAny(
        { ...open, expiresAt: now - 7 },
        { type: "Resend", at: now, secret: another, expiresAt: later }
      )
    )
    assert.deepStrictEqual<unknown>(timeEvents, [{ type: "invitation.expired", at: now - 7, data: { inviterId } }])
    assert.deepStrictEqual<unknown>(events, [
      { type: "invitation.resent", at: now, data: { inviterId, resends: 1, expiresAt: later } }
    ])
    assert.deepInclude(state, { status: "pending", expiresAt: later, updatedAt: now, resends: 1 })
  })

  it("says in a refusal how it stands", () => {
    const refused = (state: InvitationState, type: "Accept" | "Revoke") =>
      Result.getFailure(invitationLifecycle.decideAny(state, { type, at: now, accountId: "ada" } as InvitationCommand))
    for (const status of ["accepted", "expired", "revoked", "declined"] as const) {
      assert.deepInclude(refused(closedIn(status), "Accept"), { value: { _tag: "InvitationNotOpen", status } })
      assert.deepInclude(refused(closedIn(status), "Revoke"), { value: { _tag: "InvitationNotPending", status } })
    }
    const expired = refused({ ...open, expiresAt: now }, "Accept")
    assert.deepInclude(expired, { value: { _tag: "InvitationNotOpen", status: "expired" } })
  })

  it("never writes into an event what names a person, what one wrote, or any of the token", () => {
    const secrets = ["Only for Ada", "ada@bakery.example", "very secret hash", "very secret seal"] as const
    const [personalMessage, email, hash, sealed] = secrets
    for (const state of Object.values(states)) {
      for (const [, asked] of commands) {
        const withSecrets = { ...asked, email, personalMessage, secret: { hash, sealed } } as InvitationCommand
        const from = { ...state, email, personalMessage, tokenHash: hash, sealedToken: sealed }
        const decided = invitationLifecycle.decideAny(from, withSecrets)
        const { timeEvents, events } = Result.isSuccess(decided) ? decided.success : { timeEvents: [], events: [] }
        for (const secret of secrets) assert.notInclude(JSON.stringify([...timeEvents, ...events]), secret)
      }
    }
  })
})

describe("the chart", () => {
  const samples: ReadonlyArray<InvitationCommand> = [
    ...commands.map(([, command]) => command).filter(({ type }) => type !== "Expire"),
    { type: "Expire", at: later }
  ]
  /** Every way through it that comes to no status, and no number of resends, twice. */
  const paths = getSimplePaths(invitationLifecycle.machine, {
    events: samples,
    serializeState: ({ value, context }) => JSON.stringify([value, context.resends])
  })

  it("leads to every state, and deciding the commands on the way leads there too", () => {
    const reached = paths.map(({ state, steps }) => {
      const way = steps.map(({ event }) => event as InvitationCommand).filter(({ type }) => !type.startsWith("xstate."))
      const end = way.reduce<InvitationState>(
        (at, command) =>
          command.type === "Expire"
            ? invitationLifecycle.asOf(at as Invitation, command.at).state
            : Result.getOrThrow(invitationLifecycle.decideAny(at, command)).state,
        noInvitation
      )
      assert.strictEqual(end.status, state.value)
      assert.strictEqual(end.resends, state.context.resends)
      return end.status
    })
    assert.sameMembers([...new Set(reached)], Object.keys(invitationLifecycle.machine.states))
    assert.sameMembers([...new Set(reached)], ["none", ...invitationStatuses])
    // Sent again up to three times, from open or expired each, before whatever becomes of it.
    assert.isAbove(paths.length, 20)
  })

  it("goes on from nothing but an open or an expired one", () => {
    for (const [name, state] of Object.entries(states)) {
      const goesOn = commands.some(
        ([command, asked]) => command !== "Invite" && Result.isSuccess(invitationLifecycle.decideAny(state, asked))
      )
      assert.strictEqual(goesOn, /^(pending|expired$)/.test(name), name)
    }
  })

  it("moves by nothing but its commands: no timers, no actors, nothing that would have to be run", () => {
    for (const state of Object.values(states)) {
      const before = invitationLifecycle.machine.resolveState({ value: state.status, context: state })
      for (const [, command] of commands) {
        const [after, actions] = transition(invitationLifecycle.machine, before, command)
        assert.deepStrictEqual(
          actions.filter(({ type }) => (type as string) !== "answered"),
          []
        )
        assert.deepStrictEqual(Object.keys(after.children), [])
      }
    }
  })
})
