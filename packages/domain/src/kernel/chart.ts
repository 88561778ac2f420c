import type { IllegalTransition } from "./decision.ts"
import type { Instant } from "./time.ts"

// The types of a lifecycle's chart. XState forgets what a chart says of its moves; these types read it from the chart
// itself, so that whoever decides a command knows which refusals it may meet, and in which status it may end.

/** What may be asked of a subject: an imperative, and the instant at which it is decided. */
export interface Command {
  readonly type: string
  readonly at: Instant
}

/** A subject anywhere in its life. */
export interface State {
  readonly id: string
  readonly status: string
}

/** A refusal: plain data, known by its tag. */
export interface Refusal {
  readonly _tag: string
}

/** That something happened, and which facts of the state it changes. */
export interface Happened<E, S> {
  readonly event: E
  readonly changes: Partial<S>
}

/** A pure function of a state and a command, which knows for which commands it is: it decides, refuses, or guards. */
export interface Rule<C extends Command, R> {
  /** Of the type only. */
  readonly command?: C
  readonly of: (state: never, command: never) => R
}

/** Rules by their names. */
export type Rules<R = unknown> = Readonly<Record<string, Rule<Command, R>>>

type CommandOfRule<D> = D extends Rule<infer C, unknown> ? C : never

/** The commands that some rules are for. */
export type CommandOfRules<D extends Rules> = CommandOfRule<D[keyof D]>

type RulesFor<D, C extends string> = {
  readonly [N in keyof D & string]: C extends CommandOfRule<D[N]>["type"] ? N : never
}[keyof D & string]

interface Move<Target extends string, Guard extends string, Name extends string> {
  readonly target?: Target
  readonly guard?: Guard
  readonly actions: Name | "unchanged" | ReadonlyArray<Name>
}
type Moves<T extends string, G extends string, N extends string> = Move<T, G, N> | ReadonlyArray<Move<T, G, N>>

/** XState's `states`: for every status the commands that it allows, each with rules that are for that command. */
export type ChartOf<S extends State, D extends Rules, G> = {
  readonly [T in S["status"]]: {
    readonly type?: "final"
    readonly on?: {
      readonly [C in CommandOfRules<D>["type"]]?: Moves<S["status"], RulesFor<G, C>, RulesFor<D, C>>
    }
  }
}

// What a chart says of one command.
type OneOf<M> = M extends ReadonlyArray<infer One> ? One : M
type LastOf<M> = M extends readonly [...ReadonlyArray<unknown>, infer Last] ? Last : M
type MovesOf<Chart, X extends string, C extends string> = {
  readonly [T in X & keyof Chart]: Chart[T] extends { readonly on: { readonly [_ in C]: infer M } } ? M : null
}[X & keyof Chart]
type RuleNamesIn<M> =
  OneOf<M> extends infer One ? (One extends { readonly actions: infer A } ? OneOf<A> : never) : never
type ResultsOf<D, Names> = Names extends keyof D ? (D[Names] extends Rule<Command, infer R> ? R : never) : never
/** A status that does not name the command refuses it, and so does a list of moves that are all guarded. */
type IllegalIn<M> = M extends null
  ? IllegalTransition
  : LastOf<M> extends { readonly guard: string }
    ? IllegalTransition
    : never
type StatusAfter<M, X> =
  OneOf<M> extends infer One
    ? One extends { readonly target: infer T }
      ? T
      : One extends { readonly actions: unknown }
        ? X
        : never
    : never

/** What can become of one command: the statuses in which it may end, and the ways in which it may be refused. */
export interface OutcomeRow {
  readonly command: Command
  readonly status: unknown
  readonly refusal: unknown
}

/** What can become of each command, read from the chart for the statuses `X`. */
export type OutcomesOf<D extends Rules, X extends string, Chart> = {
  readonly [C in CommandOfRules<D>["type"]]: {
    readonly command: Extract<CommandOfRules<D>, { readonly type: C }>
    readonly status: StatusAfter<MovesOf<Chart, X, C>, X>
    readonly refusal:
      | Extract<ResultsOf<D, RuleNamesIn<MovesOf<Chart, X, C>>>, Refusal>
      | IllegalIn<MovesOf<Chart, X, C>>
  }
}

/** Of these commands, those that nothing can refuse. */
export type NeverRefused<T extends Readonly<Record<string, OutcomeRow>>> = {
  readonly [C in keyof T]: [T[C]["refusal"]] extends [never] ? T[C] : never
}[keyof T]

/** A state in one of these statuses. */
export type InStatus<S, X> = S & { readonly status: X }
