import type { Instant } from "./time.ts"

/** What the documentation says of a field: a sentence, and a value that it may have. */
interface Documentation {
  readonly about?: string
  readonly example?: string
}

/**
 * What one field of an event or a notification holds: a plain value, of which follow the type in the domain
 * ({@link ValueOf}), the schema on the wire and the documentation. See docs/adding-a-flow.md.
 */
export type Field = Documentation &
  (
    | { readonly is: "id" | "text" | "instant" | "flag" }
    | { readonly is: "count"; readonly from: number }
    | { readonly is: "oneOf"; readonly values: ReadonlyArray<string>; readonly areFieldNames: boolean }
    | { readonly is: "listOf"; readonly of: Field }
    | { readonly is: "orNull"; readonly of: Field }
    | { readonly is: "record"; readonly fields: Fields }
  )

/** Fields by their names. */
export interface Fields {
  readonly [name: string]: Field
}

/** What the domain holds in a field. */
export type ValueOf<F> = F extends { readonly is: "id" | "text" }
  ? string
  : F extends { readonly is: "instant" }
    ? Instant
    : F extends { readonly is: "count" }
      ? number
      : F extends { readonly is: "flag" }
        ? boolean
        : F extends { readonly is: "oneOf"; readonly values: ReadonlyArray<infer V> }
          ? V
          : F extends { readonly is: "listOf"; readonly of: infer G }
            ? ReadonlyArray<ValueOf<G>>
            : F extends { readonly is: "orNull"; readonly of: infer G }
              ? ValueOf<G> | null
              : F extends { readonly is: "record"; readonly fields: infer D }
                ? { readonly [P in keyof D]: ValueOf<D[P]> }
                : never

/** What the domain holds in several fields. */
export type DataOf<D> = { readonly [P in keyof D]: ValueOf<D[P]> }

/** The identifier of something. */
export const id = { is: "id" } as const

/** What a person may read, or wrote. Events have none. */
export const text = { is: "text" } as const

/** A point in time. */
export const instant = { is: "instant" } as const

/** True or false. */
export const flag = { is: "flag" } as const

/** A whole number, `from` or more. */
export const count = (from: number) => ({ is: "count", from }) as const

/** One of some words. */
export const oneOf = <const V extends ReadonlyArray<string>>(values: V) =>
  ({ is: "oneOf", values, areFieldNames: false }) as const

/** The name of one of some fields: the wire calls it what it calls that field. */
export const fieldName = <const V extends ReadonlyArray<string>>(values: V) =>
  ({ is: "oneOf", values, areFieldNames: true }) as const

/** At least one of the field. */
export const listOf = <const F extends Field>(of: F) => ({ is: "listOf", of }) as const

/** The field, or null where there is nothing. */
export const orNull = <const F extends Field>(of: F) => ({ is: "orNull", of }) as const

/** Several fields that belong together. */
export const record = <const D extends Fields>(fields: D) => ({ is: "record", fields }) as const

/** A field with a sentence on it, or an example, for the documentation that is made of it. */
export const documented = <const F extends Field>(field: F, documentation: Documentation): F => ({
  ...field,
  ...documentation
})
