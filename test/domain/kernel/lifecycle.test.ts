import { type AnyEvent, type IllegalTransition, lifecycle } from "@treff/domain/kernel"
import * as Result from "effect/Result"
import { assert, describe, expectTypeOf, it } from "vitest"
import {
  aTask,
  happened,
  type NotDue,
  noTask,
  type PostponedTooOften,
  type TaskCommand,
  type TaskState,
  type TooLate,
  taskEvents,
  taskLifecycle,
  taskRules,
  when
} from "./task.ts"

const { event } = taskEvents
const { decide, decideAny, asOf, begin } = taskLifecycle
const add = { type: "Add", at: 0, id: "t1", ownerId: "ada", dueAt: 100 } as const

/** Every status that one which exists may have, before its date and after it. */
const existing = (["open", "done", "overdue"] as const).map((status) => ({ ...aTask, status }))
const commands: ReadonlyArray<TaskCommand> = [0, 100].flatMap((at) => [
  { ...add, at },
  { type: "Postpone", at, dueAt: 100 } as const,
  { type: "Postpone", at, dueAt: 200 } as const,
  ...(["Finish", "Expire", "Remove"] as const).map((type) => ({ type, at }))
])

describe("a lifecycle", () => {
  it("begins by a command that cannot be refused, with the facts that it says and its event", () => {
    assert.deepStrictEqual<unknown>(begin(add), {
      state: { ...aTask, status: "open", updatedAt: 0 },
      timeEvents: [],
      events: [event("created", 0, { ownerId: "ada", dueAt: 100 })]
    })
    expectTypeOf(begin).parameter(0).toEqualTypeOf<Extract<TaskCommand, { readonly type: "Add" }>>()
    expectTypeOf(begin(add).state.status).toEqualTypeOf<"open">()
  })

  it("changes of the state what the rule says, and leaves the rest", () => {
    const { state, timeEvents, events } = Result.getOrThrow(decide(aTask, { type: "Finish", at: 7 }))
    assert.deepStrictEqual<unknown>(state, { ...aTask, status: "done", updatedAt: 7 })
    assert.deepStrictEqual<unknown>([timeEvents, events], [[], [event("finished", 7, {})]])
  })

  it("may do several things at once, in their order, each on what the one before has made of the state", () => {
    const { state, events } = Result.getOrThrow(decide(aTask, { type: "Postpone", at: 50, dueAt: 200 }))
    assert.deepStrictEqual<unknown>(events, [event("postponed", 50, { dueAt: 200 }), event("counted", 50, {})])
    assert.deepInclude(state, { dueAt: 200, postponed: 1, updatedAt: 150 })
  })

  it("takes the first move whose guard is true", () => {
    const postpone = { type: "Postpone", at: 0, dueAt: 100 } as const
    const often = Result.fail({ _tag: "PostponedTooOften", postponed: 2 })
    assert.deepStrictEqual<unknown>(decide({ ...aTask, postponed: 2 }, postpone), often)
    assert.deepStrictEqual<unknown>(decide({ ...aTask, postponed: 2 }, { ...postpone, dueAt: 200 }), often)
    assert.isTrue(Result.isSuccess(decide(aTask, postpone)))
  })

  it("answers with the state as it was, and no event, what is unchanged", () => {
    const decision = Result.getOrThrow(decide(aTask, { type: "Postpone", at: 0, dueAt: 100 }))
    assert.strictEqual(decision.state, aTask)
    assert.deepStrictEqual([decision.timeEvents, decision.events], [[], []])
  })

  it("refuses as an illegal transition what a status does not name, before there is one, and after its end", () => {
    for (const [state, type] of [
      [{ ...aTask, status: "done" }, "Expire"],
      [{ ...aTask, status: "overdue" }, "Remove"],
      [{ ...aTask, status: "gone" }, "Finish"],
      [noTask, "Finish"]
    ] as const) {
      const refusal = { _tag: "IllegalTransition", status: state.status, command: type }
      assert.deepStrictEqual<unknown>(decideAny(state, { type, at: 0 }), Result.fail(refusal))
    }
    assert.throws(() => begin({ type: "Finish", at: 0 } as never))
  })

  it("refuses as an illegal transition where every move has a guard and none is true", () => {
    const guarded = lifecycle({
      ...taskRules,
      chart: {
        none: {},
        open: { on: { Expire: [{ guard: "due", target: "overdue", actions: "expired" }] } },
        done: {},
        overdue: {},
        gone: {}
      }
    })
    const refusal = { _tag: "IllegalTransition", status: "open", command: "Expire" }
    assert.deepStrictEqual<unknown>(guarded.decide(aTask, { type: "Expire", at: 99 }), Result.fail(refusal))
    type Refusal = NonNullable<typeof guarded.outcomes>["Expire"]["refusal"]
    expectTypeOf<Refusal>().toEqualTypeOf<IllegalTransition>()
  })

  it("has what stores, the log and the documentation need to know of it", () => {
    assert.strictEqual(taskLifecycle.kind, "task")
    assert.strictEqual(taskLifecycle.events, taskEvents)
    assert.strictEqual(taskLifecycle.none, noTask)
    assert.deepStrictEqual(taskLifecycle.statuses, ["open", "done", "overdue"])
    assert.deepStrictEqual(taskLifecycle.uniqueKeys?.(aTask), [["ada", 100]])
    assert.sameMembers(Object.keys(taskLifecycle.machine.states), ["none", "open", "done", "overdue", "gone"])
    assert.sameMembers(Object.keys(taskLifecycle.decisions), Object.keys(taskRules.decisions))
  })

  it("decides the same of the same, and changes nothing that it was given", () => {
    for (const state of [noTask, ...existing, { ...aTask, status: "gone" } as const]) {
      for (const command of commands) {
        const first = decideAny(Object.freeze({ ...state }), Object.freeze({ ...command }))
        assert.deepStrictEqual(decideAny(structuredClone(state), structuredClone(command)), first)
      }
    }
  })
})

describe("time", () => {
  it("moves one whose date has come, at its date, whenever that is noticed", () => {
    for (const at of [100, 5_000]) {
      assert.deepStrictEqual<unknown>(asOf(aTask, at), {
        state: { ...aTask, status: "overdue", updatedAt: 100 },
        timeEvents: [event("expired", 100, {})],
        events: []
      })
    }
    assert.deepStrictEqual<unknown>(asOf(aTask, 99), { state: aTask, timeEvents: [], events: [] })
  })

  it("passes before a command is decided: both have their events, or the command is refused", () => {
    const swept = lifecycle({
      ...taskRules,
      chart: {
        none: {},
        open: { on: { Expire: { target: "overdue", actions: "expired" } } },
        done: {},
        overdue: { on: { Finish: { target: "done", actions: "finished" } } },
        gone: {}
      }
    })
    assert.deepStrictEqual<unknown>(
      swept.decide(aTask, { type: "Finish", at: 200 }),
      Result.succeed({
        state: { ...aTask, status: "done", updatedAt: 200 },
        timeEvents: [event("expired", 100, {})],
        events: [event("finished", 200, {})]
      })
    )
    assert.deepStrictEqual<unknown>(decide(aTask, { type: "Finish", at: 100 }), Result.fail({ _tag: "TooLate" }))
    assert.isTrue(Result.isSuccess(decide(aTask, { type: "Finish", at: 99 })))
  })

  it("is a command like any other where somebody asks for it: refused before its date", () => {
    assert.deepStrictEqual<unknown>(decide(aTask, { type: "Expire", at: 99 }), Result.fail({ _tag: "NotDue" }))
  })

  it("does nothing to a lifecycle that names no date", () => {
    const { isDue: _, ...timeless } = taskRules
    const chart = {
      none: {},
      open: { on: { Expire: { target: "overdue", actions: "expired" } } },
      done: {},
      overdue: {},
      gone: {}
    } as const
    const untimed = lifecycle({ ...timeless, chart })
    assert.deepStrictEqual<unknown>(untimed.asOf(aTask, 5_000), { state: aTask, timeEvents: [], events: [] })
  })
})

describe("what the compiler reads from a chart", () => {
  type Rows = NonNullable<typeof taskLifecycle.outcomes>

  it("is how each command may be refused, over all statuses of one that exists", () => {
    expectTypeOf<Rows["Add"]["refusal"]>().toEqualTypeOf<IllegalTransition>()
    expectTypeOf<Rows["Postpone"]["refusal"]>().toEqualTypeOf<PostponedTooOften | TooLate | IllegalTransition>()
    expectTypeOf<Rows["Finish"]["refusal"]>().toEqualTypeOf<TooLate>()
    expectTypeOf<Rows["Expire"]["refusal"]>().toEqualTypeOf<NotDue | IllegalTransition>()
    expectTypeOf<Rows["Remove"]["refusal"]>().toEqualTypeOf<IllegalTransition>()
    const met = (type: TaskCommand["type"]) => {
      const tags = existing.flatMap((state) =>
        [state, { ...state, postponed: 2 }].flatMap((task) =>
          commands
            .filter((command) => command.type === type)
            .flatMap((command) => {
              const decided = decideAny(task, command)
              return Result.isFailure(decided) ? [decided.failure._tag] : []
            })
        )
      )
      return [...new Set(tags)].sort()
    }
    assert.deepStrictEqual(
      (["Add", "Postpone", "Finish", "Expire", "Remove"] as const).map((type) => met(type)),
      [
        ["IllegalTransition"],
        ["IllegalTransition", "PostponedTooOften", "TooLate"],
        ["TooLate"],
        ["IllegalTransition", "NotDue"],
        ["IllegalTransition"]
      ]
    )
  })

  it("is in which statuses each command may end: any that exists, where it may leave one as it is", () => {
    expectTypeOf<Rows["Finish"]["status"]>().toEqualTypeOf<"open" | "done" | "overdue">()
    expectTypeOf<Rows["Remove"]["status"]>().toEqualTypeOf<"gone">()
    const removed = Result.getOrThrow(decide(aTask, { type: "Remove", at: 0 }))
    expectTypeOf(removed.state.status).toEqualTypeOf<"gone">()
    assert.strictEqual(removed.state.status, "gone")
  })

  it("lets nobody decide on what does not exist, nor handle a refusal that cannot be", () => {
    // @ts-expect-error: there is none yet, so this is for `begin` and `decideAny`
    assert.isTrue(Result.isFailure(decide(noTask, { type: "Finish", at: 0 })))
    const failure = Result.getOrThrow(Result.flip(decide(aTask, { type: "Finish", at: 100 })))
    expectTypeOf(failure).toEqualTypeOf<TooLate>()
    assert.strictEqual(failure._tag, "TooLate")
  })

  it("lets a chart name the rules of its command only, for all statuses and for no others", () => {
    const none = {}
    const rest = { none, done: none, overdue: none, gone: none }
    const lawful = { on: { Finish: { target: "done", actions: "finished" } } } as const
    const otherRule = { on: { Finish: { actions: "postponed" } } } as const
    const otherGuard = { on: { Finish: { guard: "due", actions: "finished" } } } as const
    const unknownRule = { on: { Finish: { actions: "forgotten" } } } as const
    const unknownCommand = { on: { Forget: { actions: "finished" } } } as const
    const unknownStatus = { on: { Finish: { target: "lost", actions: "finished" } } } as const
    const charts = [
      () => lifecycle({ ...taskRules, chart: { ...rest, open: lawful } }),
      // @ts-expect-error: the rule is for another command
      () => lifecycle({ ...taskRules, chart: { ...rest, open: otherRule } }),
      // @ts-expect-error: the guard is for another command
      () => lifecycle({ ...taskRules, chart: { ...rest, open: otherGuard } }),
      // @ts-expect-error: there is no such rule
      () => lifecycle({ ...taskRules, chart: { ...rest, open: unknownRule } }),
      // @ts-expect-error: there is no such command
      () => lifecycle({ ...taskRules, chart: { ...rest, open: unknownCommand } }),
      // @ts-expect-error: there is no such status to go to
      () => lifecycle({ ...taskRules, chart: { ...rest, open: unknownStatus } }),
      // @ts-expect-error: a status is missing
      () => lifecycle({ ...taskRules, chart: rest })
    ]
    // The compiler refuses all but the first.
    assert.strictEqual(charts[0]?.().kind, "task")
  })

  it("lets a rule be for the commands that it names, and of declared events", () => {
    const finishing = event("finished", 7, {})
    assert.deepStrictEqual(happened(finishing, { updatedAt: 7 }), { event: finishing, changes: { updatedAt: 7 } })
    assert.deepStrictEqual(happened(finishing), { event: finishing, changes: {} })
    when("Finish", (task, command) => {
      expectTypeOf(task).toEqualTypeOf<TaskState>()
      expectTypeOf(command).toEqualTypeOf<Extract<TaskCommand, { readonly type: "Finish" }>>()
    })
    // @ts-expect-error: no command has this name
    when("Forget", () => true)
    const undeclared: AnyEvent = { type: "task.forgotten", at: 0, data: {} }
    const decisions = { ...taskRules.decisions, finished: when("Finish", () => happened(undeclared)) }
    const chart = { none: {}, open: {}, done: {}, overdue: {}, gone: {} }
    // @ts-expect-error: no such event is declared
    assert.isFunction(() => lifecycle({ ...taskRules, decisions, chart }))
  })
})
