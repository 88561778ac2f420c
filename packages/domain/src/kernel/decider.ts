import * as Result from "effect/Result"
import type { AnyStateMachine, ContextFrom, EventFromLogic, ExecutableActionsFrom, StateValueFrom } from "xstate"
import { transition } from "xstate"
import type { Instant } from "./time.ts"

/** The command would repeat what has happened: no refusal, and no event either. */
export interface AlreadySo {
  readonly _tag: "AlreadySo"
}
export const alreadySo: AlreadySo = { _tag: "AlreadySo" }

/** The chart has no such move from this status. */
export interface IllegalTransition {
  readonly _tag: "IllegalTransition"
  readonly status: string
  readonly command: string
}

/** What became of a command: `passed` is what time alone had done before it, `events` what the command did. */
export interface Decision<S, E> {
  readonly state: S
  readonly passed: ReadonlyArray<E>
  readonly events: ReadonlyArray<E>
}

type Outcome<M extends AnyStateMachine> = Extract<ExecutableActionsFrom<M>, { readonly type: "decided" }>["params"]
type StateOf<M extends AnyStateMachine> = ContextFrom<M> & { readonly status: StateValueFrom<M> }
type EventOf<M extends AnyStateMachine> = Extract<Outcome<M>, { readonly type: string }>
type RefusalOf<M extends AnyStateMachine> =
  | Exclude<Extract<Outcome<M>, { readonly _tag: string }>, AlreadySo>
  | IllegalTransition

/**
 * Makes pure functions of a chart. The chart's actions are all named `decided`; their params are an event, a refusal or
 * {@link alreadySo}, and are read, never run. Time is a fact in each command; a chart in which time alone moves a state
 * has a command `Expire` for it, which it refuses unless it is due.
 */
export const decider = <M extends AnyStateMachine>(machine: M) => {
  type S = StateOf<M>
  type E = EventOf<M>

  // The chart's types are erased within `step` and restored by its signature.
  const step = (state: S, command: { readonly type: string }): Result.Result<Decision<S, E>, RefusalOf<M>> => {
    const { status, ...facts } = state as { readonly status: string }
    const before = machine.resolveState({ value: status, context: facts })
    const [after, actions] = transition<AnyStateMachine>(machine, before, command)
    const events: Array<E> = []
    for (const action of actions as ReadonlyArray<{ readonly type: string; readonly params: object }>) {
      if (action.type !== "decided") continue
      if (action.params === alreadySo) return Result.succeed({ state, passed: [], events: [] })
      if ("_tag" in action.params) return Result.fail(action.params as RefusalOf<M>)
      events.push(action.params as E)
    }
    if (events.length === 0) {
      return Result.fail({ _tag: "IllegalTransition", status, command: command.type } as RefusalOf<M>)
    }
    return Result.succeed({ state: { ...after.context, status: after.value } as S, passed: [], events })
  }

  /** Lets time pass until `at`: what a read shows, and where every decision begins. */
  const settle = (state: S, at: Instant): Decision<S, E> => {
    const expired = step(state, { type: "Expire", at } as { readonly type: string })
    return Result.isSuccess(expired)
      ? { state: expired.success.state, passed: expired.success.events, events: [] }
      : { state, passed: [], events: [] }
  }

  /** Lets time pass, then decides the command; both lots of events belong into one commit. */
  const decide = (
    state: S,
    command: EventFromLogic<M> & { readonly at: Instant }
  ): Result.Result<Decision<S, E>, RefusalOf<M>> => {
    const { state: settled, passed } = settle(state, command.at)
    return Result.map(step(settled, command), (decision) => ({ ...decision, passed }))
  }

  return { decide, settle }
}
