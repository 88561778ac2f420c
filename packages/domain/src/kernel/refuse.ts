import * as Effect from "effect/Effect"

/** Ends a use case with a refusal, which is plain data. */
export const refuse = <R extends { readonly _tag: string }>(refusal: R): Effect.Effect<never, R> => Effect.fail(refusal)
