import { assert, describe, expectTypeOf, it } from "@effect/vitest"
import { layerUuid } from "@treff/adapters/identifiers"
import {
  type Change,
  type Choice,
  type CommitOptions,
  changeState,
  EventLog,
  type Found,
  Journal,
  maxAttempts,
  type RecordedEvent,
  StaleVersion,
  StoreUnavailable,
  type VersionMismatch
} from "@treff/domain/events"
import type { IllegalTransition, Versioned } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { aTask, type TaskCommand, type TaskState, type TooLate, taskLifecycle } from "../kernel/task.ts"
import { hurried } from "../story.ts"

type ExistingTask = TaskState & { readonly status: "open" | "done" | "overdue" }
interface NotYours {
  readonly _tag: "NotYours"
}
interface Unwanted {
  readonly _tag: "Unwanted"
}

const ada = { kind: "recruiter", id: "ada" } as const
const task = { ...aTask, updatedAt: 10 } as const satisfies ExistingTask

/** A store of one task, at version 3, and of all that happened to it since; `rival` writes before a commit does. */
const makeStore = (value: ExistingTask = task, rival: (race: number) => string | null = () => null) => {
  const steps: Array<string> = []
  const commits: Array<Change & { readonly options: CommitOptions }> = []
  const types: Array<string> = []
  const row = { version: 3, value: value as TaskState }
  const store = {
    steps,
    commits,
    row,
    /** The events that were written by commits, in their order. */
    events: (): ReadonlyArray<RecordedEvent> => commits.flatMap(({ events }) => events),
    find: Effect.sync((): Found<ExistingTask> => {
      steps.push("find")
      return { version: row.version, value: row.value as ExistingTask, actor: ada, companyId: "acme" }
    }),
    layer: Layer.mergeAll(
      layerUuid,
      Layer.mock(Journal, {
        commit: (changes, options) =>
          Effect.suspend(() => {
            steps.push("commit")
            const raced = rival(steps.filter((step) => step === "commit").length)
            if (raced !== null) {
              row.version++
              types.push(raced)
            }
            const [change] = changes as [Change]
            if (change.expectedVersion !== row.version) return Effect.fail(new StaleVersion({ subjectId: task.id }))
            row.version += change.events.length
            row.value = change.state as TaskState
            commits.push({ ...change, options })
            return Effect.void
          })
      }),
      Layer.mock(EventLog, {
        typesAfter: (subject, sequence) =>
          Effect.sync(() => {
            assert.deepStrictEqual(subject, { type: "task", id: task.id })
            steps.push("look into the log")
            return types.slice(sequence - 3)
          })
      })
    )
  }
  return store
}
type Store = ReturnType<typeof makeStore>

interface Asked<C extends TaskCommand, E> {
  readonly expectedVersions?: ReadonlyArray<number>
  readonly choose: (found: Found<ExistingTask>, at: number) => Effect.Effect<Choice<C>, E>
  readonly recordsTimeWhenRefused?: boolean
}
const change = <C extends TaskCommand, E>(
  store: Store,
  { expectedVersions, choose, recordsTimeWhenRefused }: Asked<C, E>
) =>
  Effect.provide(
    changeState(taskLifecycle, {
      expectedVersions,
      find: store.find,
      choose: (found, at) => {
        store.steps.push("choose")
        return choose(found, at)
      },
      answer: (state, { companyId }) => ({ status: state.status, updatedAt: state.updatedAt, companyId }),
      ...(recordsTimeWhenRefused !== undefined && { recordsTimeWhenRefused })
    }),
    store.layer
  )
const finish = (_: unknown, at: number) => Effect.succeed({ command: { type: "Finish", at } as const })
const postpone = (_: unknown, at: number) => Effect.succeed({ command: { type: "Postpone", at, dueAt: 200 } as const })
const unwanted = () => Effect.fail<Unwanted>({ _tag: "Unwanted" })

/** Under the clock of these tests, which is at 50: half the time that the task has. */
const at = <A, E, R>(instant: number, test: Effect.Effect<A, E, R>) => Effect.andThen(TestClock.setTime(instant), test)

describe("a change of state", () => {
  it.effect("finds, chooses, decides and commits once, and answers the new version and what is made of the state", () =>
    at(
      50,
      Effect.gen(function* () {
        const store = makeStore()
        const answer = yield* change(store, { choose: finish })
        assert.deepStrictEqual(answer, { version: 4, value: { status: "done", updatedAt: 50, companyId: "acme" } })
        assert.deepStrictEqual(store.steps, ["find", "choose", "commit"])
        const [commit] = store.commits
        assert.deepInclude<unknown>(commit, { kind: "task", expectedVersion: 3 })
        assert.deepStrictEqual<unknown>(commit?.state, { ...task, status: "done", updatedAt: 50 })
        assert.deepStrictEqual<unknown>(
          store.events().map(({ id: _, ...event }) => event),
          [
            {
              subject: { type: "task", id: "t1" },
              sequence: 4,
              type: "task.finished",
              data: {},
              actor: ada,
              companyId: "acme",
              occurredAt: 50
            }
          ]
        )
      })
    )
  )

  it.effect("writes nothing where nothing changes, and answers the version that there is", () =>
    at(
      50,
      Effect.gen(function* () {
        const store = makeStore({ ...task, status: "done" })
        const answer = yield* change(store, { choose: finish })
        assert.deepStrictEqual(answer, { version: 3, value: { status: "done", updatedAt: 10, companyId: "acme" } })
        assert.deepStrictEqual(store.steps, ["find", "choose"])
      })
    )
  )

  it.effect("is decided at no earlier instant than what was written last, whatever a clock says", () =>
    at(
      5,
      Effect.gen(function* () {
        const store = makeStore()
        const instants: Array<number> = []
        const { value } = yield* change(store, {
          choose: (found, instant) => {
            instants.push(instant)
            return finish(found, instant)
          }
        })
        assert.deepStrictEqual(instants, [10])
        assert.strictEqual(value.updatedAt, 10)
        assert.deepStrictEqual(
          store.commits.map(({ options }) => options.at),
          [10]
        )
      })
    )
  )

  it.effect("is written under what the choice says must still be true", () =>
    at(
      50,
      Effect.gen(function* () {
        const store = makeStore()
        const preconditions = [{ kind: "offer", id: "o1", version: 7 }]
        const quotas = [{ kind: "tasks", companyId: "acme", limit: 9 }]
        yield* change(store, {
          choose: (found, instant) =>
            Effect.map(finish(found, instant), (choice) => ({ ...choice, preconditions, quotas }))
        })
        assert.deepStrictEqual<unknown>(store.commits[0]?.options, { at: 50, preconditions, quotas })
      })
    )
  )

  it.effect("has the types of its refusals from the chart, and from those who find and choose", () =>
    at(
      50,
      Effect.gen(function* () {
        const both = change(makeStore(), {
          choose: (found, instant) => Effect.andThen(unwanted(), finish(found, instant))
        })
        type Refusal = Effect.Error<typeof both>
        expectTypeOf<Refusal>().toEqualTypeOf<Unwanted | TooLate | VersionMismatch | StaleVersion | StoreUnavailable>()
        expectTypeOf<Extract<Refusal, IllegalTransition>>().toEqualTypeOf<never>()
        expectTypeOf<Effect.Success<typeof both>>().toExtend<Versioned<{ readonly companyId: string | null }>>()
        assert.deepStrictEqual<unknown>(yield* Effect.flip(both), { _tag: "Unwanted" })
      })
    )
  )
})

describe("the order in which a change is refused", () => {
  const wrong = { expectedVersions: [2], choose: unwanted } as const

  it.effect("is: who may not, then on which version, then what is asked, then whether it can be", () =>
    at(
      100,
      Effect.gen(function* () {
        const store = makeStore()
        const notYours = Effect.andThen(store.find, Effect.fail<NotYours>({ _tag: "NotYours" }))
        assert.deepStrictEqual<unknown>(yield* Effect.flip(change({ ...store, find: notYours as never }, wrong)), {
          _tag: "NotYours"
        })
        assert.deepStrictEqual<unknown>(yield* Effect.flip(change(store, wrong)), { _tag: "VersionMismatch" })
        assert.deepStrictEqual(store.steps, ["find", "find"])
        assert.deepStrictEqual<unknown>(yield* Effect.flip(change(store, { ...wrong, expectedVersions: [3] })), {
          _tag: "Unwanted"
        })
        const late = makeStore()
        assert.deepStrictEqual<unknown>(yield* Effect.flip(change(late, { expectedVersions: [3], choose: finish })), {
          _tag: "TooLate"
        })
      })
    )
  )

  it.effect("counts as the right version any one of those that are named, and none where none is named", () =>
    at(
      50,
      Effect.gen(function* () {
        for (const expectedVersions of [[3], [7, 3]]) {
          assert.strictEqual((yield* change(makeStore(), { expectedVersions, choose: finish })).version, 4)
        }
        for (const expectedVersions of [[], [2], [4, 0]]) {
          const store = makeStore()
          assert.deepStrictEqual<unknown>(yield* Effect.flip(change(store, { expectedVersions, choose: finish })), {
            _tag: "VersionMismatch"
          })
          assert.deepStrictEqual(store.commits, [])
        }
      })
    )
  )
})

describe("what time alone has done", () => {
  const expiry = [{ type: "task.expired", sequence: 4, actor: { kind: "system", id: null }, occurredAt: 100 }]
  const written = (store: Store) =>
    store.events().map(({ type, sequence, actor, occurredAt }) => ({ type, sequence, actor, occurredAt }))
  const onAnOffer = { preconditions: [{ kind: "offer", id: "o1", version: 7 }] }

  it.effect("is written though the command is refused, by the chart or by the choice, and under no precondition", () =>
    at(
      150,
      Effect.gen(function* () {
        for (const choose of [
          (found: unknown, instant: number) =>
            Effect.map(finish(found, instant), (choice) => ({ ...choice, ...onAnOffer })),
          unwanted
        ]) {
          const store = makeStore()
          yield* Effect.flip(change<TaskCommand, Unwanted>(store, { choose }))
          assert.deepStrictEqual<unknown>(written(store), expiry)
          assert.deepInclude(store.row, { version: 4 })
          assert.strictEqual(store.row.value.status, "overdue")
          assert.deepStrictEqual<unknown>(store.commits[0]?.options, { at: 150, preconditions: [], quotas: [] })
          // Once it is written there is nothing more to write.
          yield* Effect.flip(change<TaskCommand, Unwanted>(store, { choose }))
          assert.lengthOf(store.commits, 1)
        }
      })
    )
  )

  it.effect("is not written by a change that leaves it to others, nor on another version than expected", () =>
    at(
      150,
      Effect.gen(function* () {
        for (const asked of [{ recordsTimeWhenRefused: false }, { expectedVersions: [2] }]) {
          const store = makeStore()
          yield* Effect.flip(change(store, { ...asked, choose: finish }))
          assert.deepStrictEqual(store.commits, [])
        }
      })
    )
  )

  it.effect("is answered as a refusal also where the race for its writing was lost", () =>
    at(
      150,
      Effect.gen(function* () {
        const store = makeStore(task, (race) => (race === 1 ? "task.postponed" : null))
        const failure = yield* hurried(Effect.flip(change(store, { choose: finish })))
        assert.deepStrictEqual<unknown>(failure, { _tag: "TooLate" })
        assert.deepStrictEqual(
          written(store).map(({ sequence }) => sequence),
          [5]
        )
      })
    )
  )
})

describe("a change that somebody else was faster than", () => {
  it.effect("is found, chosen and decided anew", () =>
    at(
      50,
      Effect.gen(function* () {
        const store = makeStore(task, (race) => (race === 1 ? "task.postponed" : null))
        const { version } = yield* hurried(change(store, { choose: finish }))
        assert.strictEqual(version, 5)
        const attempt = ["find", "choose", "commit"]
        assert.deepStrictEqual(store.steps, [...attempt, "look into the log", ...attempt])
        assert.lengthOf(store.commits, 1)
      })
    )
  )

  it.effect("is given up after four attempts where others were faster at each", () =>
    at(
      50,
      Effect.gen(function* () {
        const store = makeStore(task, () => "task.postponed")
        const failure = yield* hurried(Effect.flip(change(store, { choose: finish })))
        assert.deepStrictEqual(failure, new StaleVersion({ subjectId: "t1" }))
        assert.strictEqual(maxAttempts, 4)
        assert.lengthOf(
          store.steps.filter((step) => step === "commit"),
          4
        )
        assert.deepStrictEqual(store.commits, [])
      })
    )
  )

  it.effect("goes on for as long as it loses to its own kind, and comes second in the end", () =>
    at(
      50,
      Effect.gen(function* () {
        const store = makeStore(task, (race) => (race <= 9 ? "task.finished" : null))
        const { version } = yield* hurried(change(store, { choose: finish }))
        assert.strictEqual(version, 3 + 9 + 1)
      })
    )
  )

  it.effect("counts what it has lost to others, however much it has lost to its own kind in between", () =>
    at(
      50,
      Effect.gen(function* () {
        const mixed = makeStore(task, (race) => (race % 2 === 0 ? "task.finished" : "task.postponed"))
        yield* hurried(Effect.flip(change(mixed, { choose: finish })))
        assert.lengthOf(
          mixed.steps.filter((step) => step === "commit"),
          7
        )
      })
    )
  )

  it.effect("on an expected version learns from the next look that it is stale, without a pause", () =>
    at(
      50,
      Effect.gen(function* () {
        const store = makeStore(task, () => "task.postponed")
        const failure = yield* Effect.flip(change(store, { expectedVersions: [3], choose: postpone }))
        assert.deepStrictEqual<unknown>(failure, { _tag: "VersionMismatch" })
        assert.deepStrictEqual(store.steps, ["find", "choose", "commit", "find"])
      })
    )
  )

  it.effect("fails at once where the store does not answer", () =>
    at(
      50,
      Effect.gen(function* () {
        const gone = new StoreUnavailable({ operation: "Journal.commit", cause: "gone" })
        const store = makeStore()
        const broken = Layer.merge(store.layer, Layer.mock(Journal, { commit: () => Effect.fail(gone) }))
        assert.strictEqual(yield* Effect.flip(change({ ...store, layer: broken as never }, { choose: finish })), gone)
        assert.deepStrictEqual(store.steps, ["find", "choose"])
      })
    )
  )
})
