import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Command, OutcomeRow, Refusal, State } from "../../kernel/chart.ts"
import type { Decision } from "../../kernel/decision.ts"
import type { AnyEvent } from "../../kernel/events.ts"
import { refuse } from "../../kernel/refuse.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { Actor } from "../model/actor.ts"
import type { Precondition, Quota } from "../model/change.ts"
import { Journal } from "../ports/journal.ts"
import { type Attempt, commitWithRetry, type VersionMismatch } from "./commit-with-retry.ts"
import { recordChange } from "./record-change.ts"

/** A subject that was found, and may be changed: who changes it, and in which company. */
export interface Found<S> extends Versioned<S> {
  readonly actor: Actor
  readonly companyId: string | null
}

/** The command to decide, and what must hold beside its subject when it is written. */
export interface Choice<C> {
  readonly command: C
  readonly preconditions?: ReadonlyArray<Precondition>
  readonly quotas?: ReadonlyArray<Quota>
}

/** As much of a lifecycle as is needed to infer the rest of it. */
interface AnyLifecycle {
  readonly kind: string
  readonly outcomes?: Readonly<Record<string, OutcomeRow>>
  readonly asOf: (existing: never, at: Instant) => Decision<State, AnyEvent>
  readonly decide: (existing: never, command: never) => Result.Result<Decision<State, AnyEvent>, Refusal>
}
type ExistingOf<L extends AnyLifecycle> = Parameters<L["asOf"]>[0]
type RowsOf<L extends AnyLifecycle> = NonNullable<L["outcomes"]>
type CommandsOf<L extends AnyLifecycle> = RowsOf<L>[keyof RowsOf<L>]["command"]
type After<L extends AnyLifecycle, C extends Command> = Omit<ExistingOf<L>, "status"> & {
  readonly status: RowsOf<L>[C["type"]]["status"]
}

/** What differs from one change to the next. */
interface Steps<L extends AnyLifecycle, F extends Found<ExistingOf<L>>, C extends CommandsOf<L>, A, E1, R1, E2, R2> {
  /** The versions that the caller builds on; left out, whatever the present one is. */
  readonly expectedVersions: ReadonlyArray<number> | undefined
  /** Reads the subject, and refuses whoever may not change it: what is wrong is said in the order of these lines. */
  readonly find: Effect.Effect<F, E1, R1>
  /** What is asked of it, once it is known that the caller builds on the present version. */
  readonly choose: (found: F, at: Instant) => Effect.Effect<Choice<C>, E2, R2>
  /** What the caller is answered. */
  readonly answer: (state: After<L, C>, found: F) => A
  /** Whether what time alone has done is written also where the command is refused. */
  readonly recordsTimeWhenRefused?: boolean
}

/**
 * The one way in which a command changes a subject that exists: find it, check the version, choose the command, decide,
 * record, commit, and again where somebody else was faster. Answers the new version and what `answer` makes of the new
 * state. Fails with what `find` and `choose` fail with, with the chart's refusals of the command, `VersionMismatch`,
 * `StaleVersion` and `StoreUnavailable`. See docs/architecture.md.
 */
export const changeState = Effect.fnUntraced(function* <
  L extends AnyLifecycle,
  F extends Found<ExistingOf<L>>,
  C extends CommandsOf<L>,
  A,
  E1,
  R1,
  E2,
  R2
>(lifecycle: L, steps: Steps<L, F, C, A, E1, R1, E2, R2>) {
  const { expectedVersions, find, choose, answer, recordsTimeWhenRefused = true } = steps
  // The types of one lifecycle, erased: what it decides is read again by the signature of `answer`. The one cast.
  const { kind, asOf, decide } = lifecycle as unknown as Erased<RowsOf<L>[C["type"]]["refusal"]>
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const found = yield* find
    const { version, value, actor, companyId } = found
    if (expectedVersions?.includes(version) === false) {
      return yield* refuse<VersionMismatch>({ _tag: "VersionMismatch" })
    }
    // One who lost a race, or whose clock is behind, does not write earlier than what was written last.
    const at = Math.max(now, (value as Timed).updatedAt ?? now)
    const choice = yield* Effect.result(choose(found, at))
    const decided = Result.flatMap(choice, ({ command }) => decide(value, command))
    const { preconditions = [], quotas = [] } =
      Result.isSuccess(choice) && Result.isSuccess(decided) ? choice.success : {}
    if (Result.isFailure(decided) && !recordsTimeWhenRefused) return yield* Effect.fail(decided.failure)
    const decision = Result.getOrElse(decided, () => asOf(value, at))
    const change = yield* recordChange(kind, decision, { expectedVersion: version, actor, at, companyId })
    const { events } = change
    return {
      subject: { type: kind, id: change.state.id },
      version,
      eventTypes: decision.events.map(({ type }) => type),
      commit: events.length === 0 ? Effect.void : journal.commit([change], { at, preconditions, quotas }),
      outcome: Effect.map(Effect.fromResult(decided), ({ state }) => ({
        version: version + events.length,
        value: answer(state as unknown as After<L, C>, found) // the state that the lifecycle of `L` decided
      }))
    } satisfies Attempt<Versioned<A>, unknown>
  })
  return yield* commitWithRetry(attempt, expectedVersions)
})

interface Erased<F> {
  readonly kind: string
  readonly asOf: (existing: unknown, at: Instant) => Decision<State, AnyEvent>
  readonly decide: (existing: unknown, command: unknown) => Result.Result<Decision<State, AnyEvent>, F>
}

/** Many subjects know when they were last written. */
interface Timed {
  readonly updatedAt?: Instant
}
