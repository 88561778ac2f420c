import * as Result from "effect/Result"
import { type AnyStateMachine, createMachine, enqueueActions, transition } from "xstate"
import type {
  ChartOf,
  Command,
  Happened,
  InStatus,
  NeverRefused,
  OutcomeRow,
  OutcomesOf,
  Refusal,
  Rule,
  Rules,
  State
} from "./chart.ts"
import { type Decision, type IllegalTransition, unchanged } from "./decision.ts"
import type { AnyEvent, DeclaredEvents, EventOf } from "./events.ts"
import type { Instant } from "./time.ts"

/** The words in which the rules of one lifecycle are said. */
export const rulesOn = <S extends State, Cs extends Command>() => ({
  /** A rule for these commands: its function gets those and no others. */
  when: <C extends Cs["type"], const R>(
    _: C | ReadonlyArray<C>,
    of: (state: S, command: Extract<Cs, { readonly type: C }>) => R
  ): Rule<Extract<Cs, { readonly type: C }>, R> => ({ of }),
  /** That something happened, and which facts of the state it changes. */
  happened: <E>(event: E, changes: Partial<S> = {}): Happened<E, S> => ({ event, changes })
})

/** What is said of a lifecycle, once. */
interface Definition<K extends string, E, S extends State, X extends string, D, F, G, Chart> {
  readonly kind: K
  readonly events: E
  /** What is known before it begins. */
  readonly none: S
  /** What one that exists can be. */
  readonly statuses: ReadonlyArray<X>
  /** What happens, by the names that the chart uses. */
  readonly decisions: D
  /** How a command is refused, by the names that the chart uses. */
  readonly refusals: F
  readonly guards: G
  /** For every status the commands that it allows: the law. */
  readonly chart: Chart
  /** Whether time alone has moved it by this instant: then the chart's `Expire` is decided first. */
  readonly isDue?: (state: S, at: Instant) => boolean
  /** What no two of a kind have at once: each key is a list of values. Stores hold them unique. */
  readonly uniqueKeys?: (state: S) => ReadonlyArray<ReadonlyArray<string | number>>
  /** True: if a change of this kind is out of date, nothing of its commit is written. */
  readonly isRequired?: boolean
}

/** A lifecycle: its law as pure functions, and what stores, the log and the documentation need to know of it. */
export interface Lifecycle<
  K extends string,
  E,
  S extends State,
  X extends string,
  Ev extends AnyEvent,
  T extends Readonly<Record<string, OutcomeRow>>,
  B extends OutcomeRow
> {
  readonly kind: K
  readonly events: E
  readonly none: S
  readonly statuses: ReadonlyArray<X>
  readonly uniqueKeys?: (state: S) => ReadonlyArray<ReadonlyArray<string | number>>
  readonly isRequired?: boolean
  /** XState's machine, for pictures and for walks along its paths. */
  readonly machine: AnyStateMachine
  /** What happens, by the names that the chart uses; what else it names are refusals. */
  readonly decisions: Readonly<Record<string, object>>
  /** What can become of each command: of the type only, so that it can be inferred. */
  readonly outcomes?: T
  /** Begins one, by a command that is never refused before there is one. */
  readonly begin: (command: B["command"]) => Decision<InStatus<S, B["status"]>, Ev>
  /** Lets time pass, then decides a command on one that exists. */
  readonly decide: <C extends T[keyof T]["command"]>(
    existing: InStatus<S, X>,
    command: C
  ) => Result.Result<Decision<InStatus<S, T[C["type"]]["status"]>, Ev>, T[C["type"]]["refusal"]>
  /** Decides a command in whatever status, also before it exists and when it is gone. */
  readonly decideAny: (
    state: S,
    command: T[keyof T]["command"]
  ) => Result.Result<Decision<S, Ev>, T[keyof T]["refusal"] | IllegalTransition>
  /** One that exists, as it is at an instant: what a read shows, and where every decision begins. */
  readonly asOf: (existing: InStatus<S, X>, at: Instant) => Decision<InStatus<S, X>, Ev>
}

/**
 * Makes a lifecycle of its chart and its rules. The chart runs as a pure function: a state and a command give the next
 * state with its events, a refusal, or nothing new. It begins in `none` and may end in `gone`. Time is a fact of each
 * command; a chart in which time alone moves a state has a command `Expire` for it. See docs/architecture.md.
 */
export const lifecycle = <
  const K extends string,
  E extends DeclaredEvents<K>,
  S extends State,
  const X extends S["status"],
  D extends Rules<Happened<EventOf<E>, S>>,
  F extends Rules<Refusal>,
  G extends Rules<boolean>,
  const Chart extends ChartOf<S, D & F, G>
>(
  definition: Definition<K, E, S, X, D, F, G, Chart>
) => {
  const { kind, chart, decisions, refusals, guards, none, isDue } = definition

  // XState runs the rules by their names. What a rule answers is read from an inert action, which never runs itself.
  const actions = mapValues({ ...decisions, ...refusals, unchanged: { of: () => unchanged } }, (rule: AnyRule) =>
    enqueueActions(({ context, event, enqueue }) => {
      const answer = rule.of(context, event)
      enqueue({ type: "answered", params: answer })
      if ("changes" in answer) enqueue.assign(answer.changes)
    })
  )
  // `ChartOf` has checked the chart against the rules already. XState would demand its own types of both.
  const machine: AnyStateMachine = createMachine(
    { id: kind, initial: "none", context: none, states: chart } as never,
    {
      actions,
      guards: mapValues(
        guards,
        (rule: AnyGuard) =>
          ({ context, event }: ChartInput) =>
            rule.of(context, event)
      )
    } as never
  )

  const step = (state: State, command: Command) => {
    const before = machine.resolveState({ value: state.status, context: state })
    const [after, taken] = transition(machine, before, command)
    const events: Array<AnyEvent> = []
    for (const { type, params } of taken as ReadonlyArray<{ readonly type: string; readonly params?: unknown }>) {
      if (type !== "answered") continue
      const answer = params as Answer
      if (answer === unchanged) return Result.succeed({ state, timeEvents: [], events: [] })
      if ("_tag" in answer) return Result.fail(answer)
      events.push(answer.event)
    }
    return events.length === 0
      ? Result.fail({ _tag: "IllegalTransition", status: state.status, command: command.type })
      : Result.succeed({ state: { ...after.context, status: after.value }, timeEvents: [], events })
  }

  const asOf = (state: S, at: Instant): Decision<State, AnyEvent> => {
    // A list looks at every row, and as long as nothing is due that needs no chart.
    const expired = isDue?.(state, at) === true ? step(state, { type: "Expire", at } as Command) : undefined
    return expired !== undefined && Result.isSuccess(expired)
      ? { state: expired.success.state, timeEvents: expired.success.events, events: [] }
      : { state, timeEvents: [], events: [] }
  }

  const decide = (state: S, command: Command) => {
    const { state: present, timeEvents } = asOf(state, command.at)
    return Result.map(step(present, command), (decision) => ({ ...decision, timeEvents }))
  }

  const begin = (command: Command) => Result.getOrThrow(step(none, command))

  // XState's types forget what a chart says of its moves: from here on those of the chart itself hold. The one cast.
  return { ...definition, machine, begin, decide, decideAny: decide, asOf } as unknown as Lifecycle<
    K,
    E,
    S,
    X,
    EventOf<E>,
    OutcomesOf<D & F, X, Chart>,
    NeverRefused<OutcomesOf<D & F, "none", Chart>>
  >
}

type Answer = Happened<AnyEvent, object> | Refusal
interface AnyRule {
  readonly of: (state: unknown, command: unknown) => Answer
}
interface AnyGuard {
  readonly of: (state: unknown, command: unknown) => boolean
}
interface ChartInput {
  readonly context: unknown
  readonly event: unknown
}

const mapValues = <A, B>(record: Readonly<Record<string, unknown>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value as A)])) // as the signatures above say
