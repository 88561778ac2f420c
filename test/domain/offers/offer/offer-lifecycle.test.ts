import { anOffer, content, now } from "@treff/contract-tests/fixtures"
import { day } from "@treff/domain/kernel"
import { noOffer, type OfferCommand, type OfferState, offerLifecycle, offerStatuses } from "@treff/domain/offers"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { transition } from "xstate"
import { getShortestPaths } from "xstate/graph"

const offer = anOffer()
const commandsOn = (state: OfferState): ReadonlyArray<readonly [name: string, command: OfferCommand]> => {
  const { jobStartsAt, expiresAt } = state.status === "none" ? content() : state
  const same = content({ jobStartsAt, expiresAt })
  return [
    ["Create", { type: "Create", at: now, id: "1", companyId: "2", ownerId: "3", content: content() }],
    ["Update, same content", { type: "Update", at: now, content: same }],
    ["Update, other content", { type: "Update", at: now, content: { ...same, title: "Cook" } }],
    ["Enable", { type: "Enable", at: now }],
    ["Disable", { type: "Disable", at: now }],
    ["Archive", { type: "Archive", at: now }],
    ["Expire", { type: "Expire", at: now }],
    ["Transfer to its owner", { type: "Transfer", at: now, newOwnerId: offer.ownerId, ownerHasLeft: false }],
    ["Transfer to another", { type: "Transfer", at: now, newOwnerId: "4", ownerHasLeft: false }],
    ["Transfer, owner has left", { type: "Transfer", at: now, newOwnerId: "4", ownerHasLeft: true }],
    ["Delete", { type: "Delete", at: now }]
  ]
}

/** What became of a command, in words: what time did first, then the event, and the status it leads to. */
const outcome = (state: OfferState, command: OfferCommand): string => {
  const decided = offerLifecycle.decideAny(state, command)
  if (Result.isFailure(decided)) {
    const { _tag } = decided.failure
    return _tag === "IllegalTransition" ? "illegal" : `refused: ${_tag}`
  }
  const { state: after, timeEvents, events } = decided.success
  const happened = [...timeEvents, ...events].map(({ type }) => type).join(" + ")
  return happened === "" ? "unchanged" : `${after.status}: ${happened}`
}

const table = (states: ReadonlyArray<readonly [name: string, state: OfferState]>): string =>
  states
    .map(([name, state]) =>
      [name, ...commandsOn(state).map(([label, command]) => `  ${label.padEnd(26)}${outcome(state, command)}`)].join(
        "\n"
      )
    )
    .join("\n")

const past = { jobStartsAt: now - day, expiresAt: now + day }

describe("the life of an offer", () => {
  it("begins with its creation and ends with its deletion", () => {
    expect(
      table([
        ["none", noOffer],
        ["gone", { ...offer, status: "gone" }]
      ])
    ).toMatchInlineSnapshot(`
      "none
        Create                    active: offer.created
        Update, same content      illegal
        Update, other content     illegal
        Enable                    illegal
        Disable                   illegal
        Archive                   illegal
        Expire                    illegal
        Transfer to its owner     illegal
        Transfer to another       illegal
        Transfer, owner has left  illegal
        Delete                    illegal
      gone
        Create                    illegal
        Update, same content      illegal
        Update, other content     illegal
        Enable                    illegal
        Disable                   illegal
        Archive                   illegal
        Expire                    illegal
        Transfer to its owner     illegal
        Transfer to another       illegal
        Transfer, owner has left  illegal
        Delete                    illegal"
    `)
  })

  it("while both dates lie ahead", () => {
    expect(table(offerStatuses.map((status) => [status, { ...offer, status }]))).toMatchInlineSnapshot(`
      "active
        Create                    illegal
        Update, same content      unchanged
        Update, other content     active: offer.updated
        Enable                    unchanged
        Disable                   disabled: offer.disabled
        Archive                   archived: offer.archived
        Expire                    refused: OfferNotDue
        Transfer to its owner     unchanged
        Transfer to another       active: offer.transferred
        Transfer, owner has left  active: offer.transferred
        Delete                    gone: offer.deleted
      disabled
        Create                    illegal
        Update, same content      unchanged
        Update, other content     disabled: offer.updated
        Enable                    active: offer.enabled
        Disable                   unchanged
        Archive                   archived: offer.archived
        Expire                    refused: OfferNotDue
        Transfer to its owner     unchanged
        Transfer to another       refused: OfferNotActive
        Transfer, owner has left  disabled: offer.transferred
        Delete                    gone: offer.deleted
      archived
        Create                    illegal
        Update, same content      illegal
        Update, other content     illegal
        Enable                    active: offer.enabled
        Disable                   illegal
        Archive                   unchanged
        Expire                    illegal
        Transfer to its owner     unchanged
        Transfer to another       refused: OfferNotActive
        Transfer, owner has left  archived: offer.transferred
        Delete                    gone: offer.deleted
      expired
        Create                    illegal
        Update, same content      unchanged
        Update, other content     expired: offer.updated
        Enable                    active: offer.enabled
        Disable                   illegal
        Archive                   archived: offer.archived
        Expire                    unchanged
        Transfer to its owner     unchanged
        Transfer to another       refused: OfferNotActive
        Transfer, owner has left  expired: offer.transferred
        Delete                    gone: offer.deleted"
    `)
  })

  it("once its date has passed, whether that has been written or not", () => {
    expect(table(offerStatuses.map((status) => [status, { ...offer, ...past, status }]))).toMatchInlineSnapshot(`
      "active
        Create                    illegal
        Update, same content      expired: offer.expired
        Update, other content     expired: offer.expired + offer.updated
        Enable                    refused: OfferDatesPassed
        Disable                   illegal
        Archive                   archived: offer.expired + offer.archived
        Expire                    expired: offer.expired
        Transfer to its owner     expired: offer.expired
        Transfer to another       refused: OfferNotActive
        Transfer, owner has left  expired: offer.expired + offer.transferred
        Delete                    gone: offer.expired + offer.deleted
      disabled
        Create                    illegal
        Update, same content      expired: offer.expired
        Update, other content     expired: offer.expired + offer.updated
        Enable                    refused: OfferDatesPassed
        Disable                   illegal
        Archive                   archived: offer.expired + offer.archived
        Expire                    expired: offer.expired
        Transfer to its owner     expired: offer.expired
        Transfer to another       refused: OfferNotActive
        Transfer, owner has left  expired: offer.expired + offer.transferred
        Delete                    gone: offer.expired + offer.deleted
      archived
        Create                    illegal
        Update, same content      illegal
        Update, other content     illegal
        Enable                    refused: OfferDatesPassed
        Disable                   illegal
        Archive                   unchanged
        Expire                    illegal
        Transfer to its owner     unchanged
        Transfer to another       refused: OfferNotActive
        Transfer, owner has left  archived: offer.transferred
        Delete                    gone: offer.deleted
      expired
        Create                    illegal
        Update, same content      unchanged
        Update, other content     expired: offer.updated
        Enable                    refused: OfferDatesPassed
        Disable                   illegal
        Archive                   archived: offer.archived
        Expire                    unchanged
        Transfer to its owner     unchanged
        Transfer to another       refused: OfferNotActive
        Transfer, owner has left  expired: offer.transferred
        Delete                    gone: offer.deleted"
    `)
  })

  it("at the very instant of its date is as after it, and a millisecond before is as before", () => {
    const cells = (state: OfferState) => commandsOn(state).map(([, command]) => outcome(state, command))
    for (const status of offerStatuses) {
      const ends = { ...offer, jobStartsAt: now, status }
      assert.deepStrictEqual(cells(ends), cells({ ...offer, ...past, status }))
      assert.deepStrictEqual(cells({ ...ends, jobStartsAt: now + 1 }), cells({ ...offer, status }))
    }
  })

  it("names the date that came first as the reason of its expiry, and the job's start when both came at once", () => {
    const reasonOf = (dates: { readonly jobStartsAt: number; readonly expiresAt: number }) => {
      const decided = Result.getOrThrow(offerLifecycle.decideAny({ ...offer, ...dates }, { type: "Archive", at: now }))
      return decided.timeEvents.map((event) => event.type === "offer.expired" && event.data.reason)
    }
    assert.deepStrictEqual(reasonOf({ jobStartsAt: now - 2, expiresAt: now - 1 }), ["job_started"])
    assert.deepStrictEqual(reasonOf({ jobStartsAt: now - 1, expiresAt: now - 2 }), ["expired_date"])
    assert.deepStrictEqual(reasonOf({ jobStartsAt: now - 1, expiresAt: now - 1 }), ["job_started"])
  })

  it("says of an update which fields it changed, and where the dates are now", () => {
    const later = content({ title: "Cook", salary: "40,000", expiresAt: now + 30 * day, contractEndsAt: null })
    const { events, state } = Result.getOrThrow(
      offerLifecycle.decideAny(offer, { type: "Update", at: now, content: later })
    )
    assert.deepStrictEqual(events, [
      {
        type: "offer.updated",
        at: now,
        data: {
          fields: ["title", "salary", "expiresAt", "contractEndsAt"],
          jobStartsAt: later.jobStartsAt,
          expiresAt: later.expiresAt
        }
      }
    ])
    assert.deepStrictEqual(state, { ...offer, ...later, updatedAt: now })
  })

  it("never writes into an event what a person wrote", () => {
    const secret = "Only for readers of the offer"
    const texts = { title: secret, description: secret, salary: secret, attachmentUrl: `https://${secret}` }
    for (const status of ["none", ...offerStatuses] as const) {
      for (const [, command] of commandsOn(offer)) {
        const asked = "content" in command ? { ...command, content: { ...command.content, ...texts } } : command
        const decided = offerLifecycle.decideAny({ ...offer, ...texts, ...past, status }, asked)
        assert.notInclude(JSON.stringify(Result.isSuccess(decided) ? decided.success.events : []), secret)
      }
    }
  })
})

describe("the chart", () => {
  const late = now + 100 * day
  const events: ReadonlyArray<OfferCommand> = [
    ...commandsOn(offer).map(([, command]) => command),
    { type: "Expire", at: late },
    { type: "Enable", at: late }
  ]
  const paths = getShortestPaths(offerLifecycle.machine, {
    events: [...events],
    // The facts (terms, instants) never end; the statuses do.
    serializeState: ({ value }) => JSON.stringify(value)
  })

  it("leads to every state, and deciding the commands on the way leads there too", () => {
    const reached = paths.map(({ state, steps }) => {
      const way = steps.map(({ event }) => event as OfferCommand).filter(({ type }) => !type.startsWith("xstate."))
      const end = way.reduce<OfferState>(
        (at, command) => Result.getOrThrow(offerLifecycle.decideAny(at, command)).state,
        noOffer
      )
      assert.strictEqual(end.status, state.value)
      return end.status
    })
    assert.sameMembers(reached, Object.keys(offerLifecycle.machine.states))
  })

  it("lets every offer that exists be deleted", () => {
    for (const status of offerStatuses) {
      const decided = Result.getOrThrow(offerLifecycle.decideAny({ ...offer, status }, { type: "Delete", at: now }))
      assert.strictEqual(decided.state.status, "gone")
    }
  })

  it("moves by nothing but its commands: no timers, no actors, nothing that would have to be run", () => {
    for (const status of Object.keys(offerLifecycle.machine.states)) {
      const before = offerLifecycle.machine.resolveState({ value: status, context: { ...offer, status } })
      for (const [, command] of commandsOn(offer)) {
        const [after, actions] = transition(offerLifecycle.machine, before, command)
        assert.deepStrictEqual(
          actions.filter(({ type }) => (type as string) !== "answered"),
          []
        )
        assert.deepStrictEqual(Object.keys(after.children), [])
      }
    }
  })
})
