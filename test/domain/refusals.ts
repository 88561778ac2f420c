import type { Command, IllegalTransition, OutcomeRow, Refusal } from "@treff/domain/kernel"
import * as Result from "effect/Result"

/** By which tags a lifecycle refuses each command on a subject that exists, as the compiler reads it from the chart. */
export type DerivedRefusals<L extends { readonly outcomes?: Readonly<Record<string, OutcomeRow>> }> = {
  readonly [C in keyof NonNullable<L["outcomes"]>]: TagOf<NonNullable<L["outcomes"]>[C]["refusal"]>
}

/** The tags that a table lists for each command. */
export type ListedRefusals<T> = {
  readonly [C in keyof T]: T[C] extends ReadonlyArray<infer Tag> ? Tag : never
}

type TagOf<R> = R extends { readonly _tag: infer Tag } ? Tag : never

/** The tags of all refusals that are met where each of these commands is decided on each of these subjects, sorted. */
export const refusalsMet = <S, C extends Command>(
  decide: (state: S, command: C) => Result.Result<unknown, Refusal | IllegalTransition>,
  subjects: ReadonlyArray<S>,
  commands: ReadonlyArray<C>
): ReadonlyArray<string> => {
  const met = new Set<string>()
  for (const subject of subjects) {
    for (const command of commands) {
      const decided = decide(subject, command)
      if (Result.isFailure(decided)) met.add(decided.failure._tag)
    }
  }
  return [...met].sort()
}
