import { declareEvents, id, instant, lifecycle, rulesOn, type State } from "@treff/domain/kernel"

// A small lifecycle that is nobody's: with it the tests show what every lifecycle is.

export interface TaskState extends State {
  readonly status: "none" | "open" | "done" | "overdue" | "gone"
  readonly ownerId: string
  readonly dueAt: number
  readonly postponed: number
  readonly updatedAt: number
}

export type TaskCommand =
  | { readonly type: "Add"; readonly at: number; readonly id: string; readonly ownerId: string; readonly dueAt: number }
  | { readonly type: "Postpone"; readonly at: number; readonly dueAt: number }
  | { readonly type: "Finish"; readonly at: number }
  | { readonly type: "Expire"; readonly at: number }
  | { readonly type: "Remove"; readonly at: number }

export interface PostponedTooOften {
  readonly _tag: "PostponedTooOften"
  readonly postponed: number
}
export interface TooLate {
  readonly _tag: "TooLate"
}
export interface NotDue {
  readonly _tag: "NotDue"
}

export const taskEvents = declareEvents("task", {
  created: { about: "A task was added.", data: { ownerId: id, dueAt: instant } },
  postponed: { about: "It is due later.", data: { dueAt: instant } },
  counted: { about: "It was noted how often it was postponed.", data: {} },
  finished: { about: "It is done.", data: {} },
  expired: { about: "Its time is over.", data: {} },
  deleted: { about: "It was removed.", data: { ownerId: id } }
})

const { event } = taskEvents
export const { when, happened } = rulesOn<TaskState, TaskCommand>()

export const noTask: TaskState = { id: "", status: "none", ownerId: "", dueAt: 0, postponed: 0, updatedAt: 0 }

/** All that is said of the lifecycle but its chart. */
export const taskRules = {
  kind: "task",
  events: taskEvents,
  none: noTask,
  statuses: ["open", "done", "overdue"],
  isDue: ({ status, dueAt }: TaskState, at: number) => status === "open" && dueAt <= at,
  uniqueKeys: ({ ownerId, dueAt }: TaskState) => [[ownerId, dueAt]],
  guards: {
    due: when("Expire", ({ dueAt }, { at }) => dueAt <= at),
    "other date": when("Postpone", (task, { dueAt }) => dueAt !== task.dueAt),
    often: when("Postpone", ({ postponed }) => postponed >= 2)
  },
  decisions: {
    created: when("Add", (_, { type: __, at, ...facts }) =>
      happened(event("created", at, { ownerId: facts.ownerId, dueAt: facts.dueAt }), {
        ...facts,
        postponed: 0,
        updatedAt: at
      })
    ),
    postponed: when("Postpone", ({ postponed }, { at, dueAt }) =>
      happened(event("postponed", at, { dueAt }), { dueAt, postponed: postponed + 1, updatedAt: at })
    ),
    // The second of two: it sees what the first has changed.
    counted: when("Postpone", ({ dueAt }, { at }) => happened(event("counted", at, {}), { updatedAt: dueAt - at })),
    finished: when("Finish", (_, { at }) => happened(event("finished", at, {}), { updatedAt: at })),
    expired: when("Expire", ({ dueAt }) => happened(event("expired", dueAt, {}), { updatedAt: dueAt })),
    deleted: when("Remove", ({ ownerId }, { at }) => happened(event("deleted", at, { ownerId })))
  },
  refusals: {
    "too often": when("Postpone", ({ postponed }): PostponedTooOften => ({ _tag: "PostponedTooOften", postponed })),
    "too late": when(["Finish", "Postpone"], (): TooLate => ({ _tag: "TooLate" })),
    "not due": when("Expire", (): NotDue => ({ _tag: "NotDue" }))
  }
} as const

export const taskLifecycle = lifecycle({
  ...taskRules,
  chart: {
    none: { on: { Add: { target: "open", actions: "created" } } },
    open: {
      on: {
        Postpone: [
          { guard: "often", actions: "too often" },
          { guard: "other date", actions: ["postponed", "counted"] },
          { actions: "unchanged" }
        ],
        Finish: { target: "done", actions: "finished" },
        Expire: [{ guard: "due", target: "overdue", actions: "expired" }, { actions: "not due" }],
        Remove: { target: "gone", actions: "deleted" }
      }
    },
    // Nothing more happens to it but its removal; a date that it has already is no refusal here either.
    done: { on: { Finish: { actions: "unchanged" }, Remove: { target: "gone", actions: "deleted" } } },
    overdue: { on: { Finish: { actions: "too late" }, Postpone: { actions: "too late" } } },
    gone: { type: "final" }
  }
})

/** One that was added at 0 and is due at 100. */
export const aTask = { ...noTask, id: "t1", status: "open", ownerId: "ada", dueAt: 100 } as const
