import { anOffer, aSend, hour, now, partiesOf, steps } from "@treff/contract-tests/fixtures"
import {
  noOfferSent,
  type OfferSentCommand,
  type OfferSentState,
  offerSentLifecycle,
  offerSentStatuses
} from "@treff/domain/offers"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { transition } from "xstate"
import { getShortestPaths } from "xstate/graph"

const send = aSend(anOffer(), "cleo", { id: "s1", message: "For you", sentAt: now - hour, updatedAt: now - hour })
const { id, companyId, title, message } = send
const asSent = { id, companyId, title, message, ...partiesOf(send) }

const commands: ReadonlyArray<readonly [name: string, command: OfferSentCommand]> = [
  ["Send", { type: "Send", at: now, ...asSent }],
  ["View", { type: "View", at: now }],
  ["Respond, by the candidate", { type: "Respond", at: now, by: "candidate" }],
  ["Respond, by a recruiter", { type: "Respond", at: now, by: "recruiter" }],
  ["Withdraw, by the candidate", { type: "Withdraw", at: now, reason: "candidate" }],
  ["Withdraw, by a recruiter", { type: "Withdraw", at: now, reason: "recruiter" }],
  ["Withdraw, offer deleted", { type: "Withdraw", at: now, reason: "offer_deleted" }],
  ["Withdraw, offer archived", { type: "Withdraw", at: now, reason: "offer_archived" }],
  ["Withdraw, offer expired", { type: "Withdraw", at: now, reason: "offer_expired" }]
]

/** What became of a command, in words: its events, and the status it leads to. */
const outcome = (state: OfferSentState, command: OfferSentCommand): string => {
  const decided = offerSentLifecycle.decideAny(state, command)
  if (Result.isFailure(decided)) {
    const { _tag } = decided.failure
    return _tag === "IllegalTransition" ? "illegal" : `refused: ${_tag}`
  }
  const { state: after, timeEvents, events } = decided.success
  assert.deepStrictEqual(timeEvents, [], "time alone does nothing to a send")
  return events.length === 0 ? "unchanged" : `${after.status}: ${events.map(({ type }) => type).join(" + ")}`
}

const statuses = ["none", ...offerSentStatuses, "withdrawn", "gone"] as const
const inStatus = (status: (typeof statuses)[number]): OfferSentState => {
  if (status === "none") return noOfferSent
  return status === "withdrawn" || status === "gone" ? { ...send, status } : { ...send, ...steps(status, now - hour) }
}

describe("the life of a send", () => {
  it("by status and command", () => {
    const table = statuses.map((status) =>
      [status, ...commands.map(([name, command]) => `  ${name.padEnd(28)}${outcome(inStatus(status), command)}`)].join(
        "\n"
      )
    )
    expect(table.join("\n")).toMatchInlineSnapshot(`
      "none
        Send                        sent: offerSent.created
        View                        illegal
        Respond, by the candidate   illegal
        Respond, by a recruiter     illegal
        Withdraw, by the candidate  illegal
        Withdraw, by a recruiter    illegal
        Withdraw, offer deleted     illegal
        Withdraw, offer archived    illegal
        Withdraw, offer expired     illegal
      sent
        Send                        illegal
        View                        viewed: offerSent.viewed
        Respond, by the candidate   refused: StatusOutOfOrder
        Respond, by a recruiter     responded: offerSent.viewed + offerSent.responded
        Withdraw, by the candidate  withdrawn: offerSent.deleted
        Withdraw, by a recruiter    gone: offerSent.deleted
        Withdraw, offer deleted     gone: offerSent.deleted
        Withdraw, offer archived    gone: offerSent.deleted
        Withdraw, offer expired     gone: offerSent.deleted
      viewed
        Send                        illegal
        View                        unchanged
        Respond, by the candidate   responded: offerSent.responded
        Respond, by a recruiter     responded: offerSent.responded
        Withdraw, by the candidate  withdrawn: offerSent.deleted
        Withdraw, by a recruiter    gone: offerSent.deleted
        Withdraw, offer deleted     gone: offerSent.deleted
        Withdraw, offer archived    gone: offerSent.deleted
        Withdraw, offer expired     gone: offerSent.deleted
      responded
        Send                        illegal
        View                        refused: StatusOutOfOrder
        Respond, by the candidate   unchanged
        Respond, by a recruiter     unchanged
        Withdraw, by the candidate  refused: AlreadyAnswered
        Withdraw, by a recruiter    gone: offerSent.deleted
        Withdraw, offer deleted     gone: offerSent.deleted
        Withdraw, offer archived    gone: offerSent.deleted
        Withdraw, offer expired     gone: offerSent.deleted
      withdrawn
        Send                        illegal
        View                        illegal
        Respond, by the candidate   illegal
        Respond, by a recruiter     illegal
        Withdraw, by the candidate  illegal
        Withdraw, by a recruiter    illegal
        Withdraw, offer deleted     illegal
        Withdraw, offer archived    illegal
        Withdraw, offer expired     illegal
      gone
        Send                        illegal
        View                        illegal
        Respond, by the candidate   illegal
        Respond, by a recruiter     illegal
        Withdraw, by the candidate  illegal
        Withdraw, by a recruiter    illegal
        Withdraw, offer deleted     illegal
        Withdraw, offer archived    illegal
        Withdraw, offer expired     illegal"
    `)
  })

  it("notes when each step was taken; a step that a recruiter skips is filled in at the same instant", () => {
    const lead = (state: OfferSentState, ...commands: ReadonlyArray<OfferSentCommand>) =>
      commands.reduce((at, command) => Result.getOrThrow(offerSentLifecycle.decideAny(at, command)).state, state)
    const sent = lead(noOfferSent, { type: "Send", at: now, ...asSent })
    assert.deepStrictEqual(sent, {
      ...asSent,
      sentAt: now,
      viewedAt: null,
      respondedAt: null,
      updatedAt: now,
      status: "sent"
    })
    const viewed = lead(sent, { type: "View", at: now + 1 })
    assert.deepStrictEqual(viewed, { ...sent, viewedAt: now + 1, updatedAt: now + 1, status: "viewed" })
    assert.deepStrictEqual(lead(viewed, { type: "Respond", at: now + 2, by: "candidate" }), {
      ...viewed,
      respondedAt: now + 2,
      updatedAt: now + 2,
      status: "responded"
    })
    const { state, events } = Result.getOrThrow(
      offerSentLifecycle.decideAny(sent, { type: "Respond", at: now + 3, by: "recruiter" })
    )
    assert.deepStrictEqual(state, {
      ...sent,
      viewedAt: now + 3,
      respondedAt: now + 3,
      updatedAt: now + 3,
      status: "responded"
    })
    const data = partiesOf(send)
    assert.deepStrictEqual(events, [
      { type: "offerSent.viewed", at: now + 3, data },
      { type: "offerSent.responded", at: now + 3, data }
    ])
  })

  it("says who took it back, or how its offer ended, and whose it was", () => {
    for (const [, command] of commands.filter(([, { type }]) => type === "Withdraw")) {
      const { events } = Result.getOrThrow(offerSentLifecycle.decideAny(inStatus("viewed"), command))
      const reason = command.type === "Withdraw" && command.reason
      assert.deepStrictEqual(events as ReadonlyArray<unknown>, [
        { type: "offerSent.deleted", at: now, data: { ...partiesOf(send), reason } }
      ])
    }
  })

  it("keeps of what its candidate withdraws no message, only that it was sent", () => {
    const { state } = Result.getOrThrow(
      offerSentLifecycle.decideAny(inStatus("viewed"), { type: "Withdraw", at: now, reason: "candidate" })
    )
    assert.deepStrictEqual(state, { ...inStatus("viewed"), status: "withdrawn", message: null, updatedAt: now })
  })

  it("says in a refusal what it is", () => {
    const refused = (status: "sent" | "responded", command: OfferSentCommand) =>
      Result.getFailure(offerSentLifecycle.decideAny(inStatus(status), command))
    const answer = refused("sent", { type: "Respond", at: now, by: "candidate" })
    assert.deepInclude(answer, { value: { _tag: "StatusOutOfOrder", status: "sent" } })
    const view = refused("responded", { type: "View", at: now })
    assert.deepInclude(view, { value: { _tag: "StatusOutOfOrder", status: "responded" } })
  })

  it("never writes into an event what a person wrote", () => {
    const secret = "Only for the candidate"
    for (const status of statuses) {
      for (const [, command] of commands) {
        const asked = command.type === "Send" ? { ...command, message: secret, title: secret } : command
        const decided = offerSentLifecycle.decideAny({ ...inStatus(status), message: secret, title: secret }, asked)
        assert.notInclude(JSON.stringify(Result.isSuccess(decided) ? decided.success.events : []), secret)
      }
    }
  })
})

describe("the chart", () => {
  const paths = getShortestPaths(offerSentLifecycle.machine, {
    events: commands.map(([, command]) => command),
    serializeState: ({ value }) => JSON.stringify(value)
  })

  it("leads to every state, and deciding the commands on the way leads there too", () => {
    const reached = paths.map(({ state, steps }) => {
      const way = steps.map(({ event }) => event as OfferSentCommand).filter(({ type }) => !type.startsWith("xstate."))
      const end = way.reduce<OfferSentState>(
        (at, command) => Result.getOrThrow(offerSentLifecycle.decideAny(at, command)).state,
        noOfferSent
      )
      assert.strictEqual(end.status, state.value)
      return end.status
    })
    assert.sameMembers(reached, Object.keys(offerSentLifecycle.machine.states))
    assert.sameMembers(reached, [...statuses])
  })

  it("lets every send that exists end with its offer, and be taken back by a recruiter", () => {
    for (const status of offerSentStatuses) {
      for (const reason of ["recruiter", "offer_deleted", "offer_archived", "offer_expired"] as const) {
        const decided = Result.getOrThrow(
          offerSentLifecycle.decideAny(inStatus(status), { type: "Withdraw", at: now, reason })
        )
        assert.strictEqual(decided.state.status, "gone")
      }
    }
  })

  it("moves by nothing but its commands: no timers, no actors, nothing that would have to be run", () => {
    for (const value of statuses) {
      const before = offerSentLifecycle.machine.resolveState({ value, context: inStatus(value) })
      for (const [, command] of commands) {
        const [after, actions] = transition(offerSentLifecycle.machine, before, command)
        assert.deepStrictEqual(
          actions.filter(({ type }) => (type as string) !== "answered"),
          []
        )
        assert.deepStrictEqual(Object.keys(after.children), [])
      }
    }
  })
})
