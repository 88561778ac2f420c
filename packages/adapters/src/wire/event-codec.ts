import type { PublishedEvent } from "@treff/domain/events"
import { actorKinds } from "@treff/domain/identity"
import type { DeclaredEvents, EventOf } from "@treff/domain/kernel"
import * as z from "zod"
import {
  decodeFields,
  encodeFields,
  type NameOn,
  type Names,
  schemaOfFields,
  type WireValueOf,
  wireId,
  wireInstant
} from "./field-codec.ts"
import { fromWireInstant, toWireInstant } from "./instant.ts"

/** An event of some kind as it travels, in the names of the wire. */
export type MessageOf<E extends DeclaredEvents, N extends Names> = {
  [T in keyof E["declarations"] & string]: {
    id: string
    type: `${E["kind"]}.${T}`
    subject: { type: E["kind"]; id: string }
    sequence: number
    occurredAt: string
    actor: { kind: (typeof actorKinds)[number]; id: string | null }
    data: {
      -readonly [K in keyof E["declarations"][T]["data"] as NameOn<N, K> & string]: WireValueOf<
        E["declarations"][T]["data"][K],
        N
      >
    }
  }
}[keyof E["declarations"] & string]

type EventSchema = z.ZodObject<{ readonly type: z.ZodLiteral<string>; readonly data: z.ZodObject }>

/** How the events of one kind travel: their schemas, one for each type, and both ways between domain and wire. */
export interface EventCodec<K extends string, Ev extends PublishedEvent, M> {
  readonly kind: K
  readonly schemas: ReadonlyArray<EventSchema>
  readonly schema: z.ZodType<M>
  readonly toMessage: (event: Ev) => M
  readonly fromMessage: (message: M) => Ev
}

const actor = z.strictObject({
  kind: z.enum(actorKinds),
  id: wireId
    .nullable()
    .meta({ description: "null for the system (what time alone did), and for the invited who has no account" })
})

/**
 * The codec of the events of one kind, made of their declaration. `names` says what the wire calls a field where that is
 * not what the domain does. See docs/events.md and docs/adding-a-flow.md.
 */
export const eventCodec = <E extends DeclaredEvents, const N extends Names = Record<never, string>>(
  { kind, declarations }: E,
  names: N = {} as N // without names the wire has the domain's
): EventCodec<E["kind"], PublishedEvent<EventOf<E>>, MessageOf<E, N>> => {
  const declared = new Map(Object.entries(declarations).map(([name, event]) => [`${kind}.${name}`, event]))
  const schemas = [...declared].map(([type, { about, data }]) =>
    z
      .strictObject({
        id: wireId,
        type: z.literal(type),
        subject: z.strictObject({ type: z.literal(kind), id: wireId }),
        sequence: z.int().min(1).meta({ description: "1, 2, 3 … per subject, without a gap" }),
        occurredAt: wireInstant,
        actor,
        data: schemaOfFields(data, names)
      })
      .meta({ id: schemaName(type), description: about })
  )
  const fieldsOf = (type: string) => declared.get(type)?.data ?? {}
  const codec = {
    kind,
    schemas,
    schema: unionByType(schemas),
    toMessage: ({ id, subject, sequence, actor, occurredAt, type, data }: PublishedEvent) => {
      const envelope = { id, subject, sequence, actor, occurredAt: toWireInstant(occurredAt) }
      return { ...envelope, type, data: encodeFields(fieldsOf(type), data as Values, names) }
    },
    fromMessage: ({ id, subject, sequence, actor, occurredAt, type, data }: AnyMessage) => {
      const envelope = { id, subject, sequence, actor, occurredAt: fromWireInstant(occurredAt) }
      return { ...envelope, type, data: decodeFields(fieldsOf(type), data, names) }
    }
  }
  // What is made of the declaration has its types: the one cast.
  return codec as unknown as EventCodec<E["kind"], PublishedEvent<EventOf<E>>, MessageOf<E, N>>
}

/** The schema of any of these events. That it reads an `M` is what the events' declarations say, not their schemas. */
export const unionByType = <M>(schemas: ReadonlyArray<EventSchema>) =>
  z.discriminatedUnion("type", schemas as [EventSchema, ...ReadonlyArray<EventSchema>]) as unknown as z.ZodType<M>

type Values = Readonly<Record<string, unknown>>
type AnyMessage = Omit<PublishedEvent, "occurredAt" | "data"> & { readonly occurredAt: string; readonly data: Values }

const schemaName = (type: string) =>
  `${type.replace(/(^|\.)(\w)/g, (_, _dot, letter: string) => letter.toUpperCase())}Event`
