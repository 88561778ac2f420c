import type { Field, Fields, ValueOf } from "@treff/domain/kernel"
import * as z from "zod"
import { fromWireInstant, toWireInstant } from "./instant.ts"

/** What the wire calls a field, where that is not what the domain does. */
export type Names = Readonly<Record<string, string>>
/** The name of a field on the wire. */
export type NameOn<N extends Names, K> = K extends keyof N ? N[K] : K

/** What the wire holds in a field: instants as text, and names of fields as the wire calls them. */
export type WireValueOf<F, N extends Names> = F extends { readonly is: "instant" }
  ? string
  : F extends { readonly areFieldNames: true; readonly values: ReadonlyArray<infer V> }
    ? NameOn<N, V>
    : F extends { readonly is: "listOf"; readonly of: infer G }
      ? Array<WireValueOf<G, N>>
      : F extends { readonly is: "orNull"; readonly of: infer G }
        ? WireValueOf<G, N> | null
        : F extends { readonly is: "record"; readonly fields: infer D }
          ? { -readonly [K in keyof D]: WireValueOf<D[K], N> }
          : ValueOf<F>

/** An id on the wire. */
export const wireId = z.uuid()
/** An instant on the wire: ISO 8601 in UTC, to the millisecond. */
export const wireInstant = z.iso.datetime({ precision: 3 })

/** The schema of declared fields on the wire: all of them are there, and nothing else. */
export const schemaOfFields = (fields: Fields, names: Names = {}) =>
  z.strictObject(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [names[name] ?? name, schemaOf(field, names)]))
  )

const schemaOf = (field: Field, names: Names): z.ZodType => {
  const { about, example } = field
  const schema = bareSchemaOf(field, names)
  return about === undefined && example === undefined
    ? schema
    : schema.meta({ ...(about !== undefined && { description: about }), ...(example !== undefined && { example }) })
}

const bareSchemaOf = (field: Field, names: Names): z.ZodType => {
  switch (field.is) {
    case "id":
      return wireId
    case "text":
      return z.string()
    case "instant":
      return wireInstant
    case "flag":
      return z.boolean()
    case "count":
      return z.int().min(field.from)
    case "oneOf":
      return z.enum(field.areFieldNames ? field.values.map((value) => names[value] ?? value) : [...field.values])
    case "listOf":
      return z.array(schemaOf(field.of, names)).min(1)
    case "orNull":
      return schemaOf(field.of, names).nullable()
    case "record":
      return schemaOfFields(field.fields, names)
  }
}

type Values = Readonly<Record<string, unknown>>

/** Declared fields as the wire has them: in the order of their declaration, and nothing beside them. */
export const encodeFields = (fields: Fields, data: Values, names: Names = {}): Values =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [names[name] ?? name, encode(field, data[name], names)])
  )

const encode = (field: Field, value: unknown, names: Names): unknown => {
  if (field.is === "orNull") return value === null ? null : encode(field.of, value, names)
  if (field.is === "instant") return toWireInstant(Number(value))
  if (field.is === "oneOf" && field.areFieldNames) return names[String(value)] ?? value
  if (field.is === "listOf") return (value as ReadonlyArray<unknown>).map((one) => encode(field.of, one, names))
  if (field.is === "record") return encodeFields(field.fields, value as Values, names)
  return value
}

/** Declared fields as the domain has them: what {@link encodeFields} made. */
export const decodeFields = (fields: Fields, data: Values, names: Names = {}): Values =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, decode(field, data[names[name] ?? name], names)])
  )

const decode = (field: Field, value: unknown, names: Names): unknown => {
  if (field.is === "orNull") return value === null ? null : decode(field.of, value, names)
  if (field.is === "instant") return fromWireInstant(String(value))
  if (field.is === "oneOf" && field.areFieldNames) return field.values.find((own) => (names[own] ?? own) === value)
  if (field.is === "listOf") return (value as ReadonlyArray<unknown>).map((one) => decode(field.of, one, names))
  if (field.is === "record") return decodeFields(field.fields, value as Values, names)
  return value
}
