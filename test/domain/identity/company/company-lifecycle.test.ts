import { now } from "@treff/contract-tests/fixtures"
import { type CompanyCommand, type CompanyState, companyLifecycle, noCompany } from "@treff/domain/identity"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { getShortestPaths } from "xstate/graph"

const open: CompanyState = { id: "acme", name: "Mia Vik", creatorId: "mia", createdAt: now, status: "open" }
const commands: ReadonlyArray<readonly [name: string, command: CompanyCommand]> = [
  ["Create", { type: "Create", at: now, id: "acme", name: "Mia Vik", creatorId: "mia" }],
  ["Rename", { type: "Rename", at: now, name: "Acme" }],
  ["Rename, the same", { type: "Rename", at: now, name: "Mia Vik" }]
]

const outcome = (state: CompanyState, command: CompanyCommand): string => {
  const decided = companyLifecycle.decideAny(state, command)
  if (Result.isFailure(decided)) return "illegal"
  const { state: after, timeEvents, events } = decided.success
  assert.deepStrictEqual(timeEvents, [], "time alone does nothing to a company")
  return events.length === 0 ? "unchanged" : `${after.status}: ${events.map(({ type }) => type).join(" + ")}`
}

describe("the life of a company", () => {
  it("by status and command", () => {
    const table = [noCompany, open].map((state) =>
      [state.status, ...commands.map(([name, asked]) => `  ${name.padEnd(18)}${outcome(state, asked)}`)].join("\n")
    )
    expect(table.join("\n")).toMatchInlineSnapshot(`
      "none
        Create            open: company.created
        Rename            illegal
        Rename, the same  illegal
      open
        Create            illegal
        Rename            open: company.renamed
        Rename, the same  unchanged"
    `)
  })

  it("begins with who made it, and keeps all but its name", () => {
    const [[, create], [, rename]] = commands as [(typeof commands)[0], (typeof commands)[0]]
    assert.deepStrictEqual(Result.getOrThrow(companyLifecycle.decideAny(noCompany, create)), {
      state: open,
      timeEvents: [],
      events: [{ type: "company.created", at: now, data: { creatorId: "mia" } }]
    })
    assert.deepStrictEqual(Result.getOrThrow(companyLifecycle.decideAny(open, { ...rename, at: now + 1 })), {
      state: { ...open, name: "Acme" },
      timeEvents: [],
      // Its first name is a person's: no name is in it.
      events: [{ type: "company.renamed", at: now + 1, data: {} }]
    })
  })

  it("leads by its chart to every state", () => {
    const paths = getShortestPaths(companyLifecycle.machine, {
      events: commands.map(([, command]) => command),
      serializeState: ({ value, context }) => JSON.stringify([value, context.name])
    })
    const reached = paths.map(({ state, steps }) => {
      const way = steps.map(({ event }) => event as CompanyCommand).filter(({ type }) => !type.startsWith("xstate."))
      const end = way.reduce<CompanyState>(
        (at, command) => Result.getOrThrow(companyLifecycle.decideAny(at, command)).state,
        noCompany
      )
      assert.strictEqual(end.status, state.value)
      return `${end.status} ${end.name}`
    })
    assert.sameMembers(reached, ["none ", "open Mia Vik", "open Acme"])
    assert.sameMembers(Object.keys(companyLifecycle.machine.states), ["none", "open"])
  })
})
