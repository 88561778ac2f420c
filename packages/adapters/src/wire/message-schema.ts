import type { HeardEvent, Subject } from "@treff/domain/events"
import * as z from "zod"

export const id = z.uuid()
export const instant = z.iso.datetime({ precision: 3 })
export const term = z.int().min(1).meta({ description: "which opening of the offer this concerns" })

const actor = z.strictObject({
  kind: z.enum(["recruiter", "hiring_manager", "candidate", "system"]),
  id: id
    .nullable()
    .meta({ description: "null for the system (what time alone did), and for the invited who has no account" })
})

/** The schema of one type of event: all of them look the same but for `data`. */
export const messageSchema = <S extends Subject["type"], T extends HeardEvent["type"], D extends z.ZodType>(
  subject: S,
  type: T,
  description: string,
  data: D
) =>
  z
    .strictObject({
      id,
      type: z.literal(type),
      subject: z.strictObject({ type: z.literal(subject), id }),
      sequence: z.int().min(1).meta({ description: "1, 2, 3 … per subject, without a gap" }),
      occurredAt: instant,
      actor,
      data
    })
    .meta({ id: schemaName(type), description })

const schemaName = (type: string) =>
  `${type.replace(/(^|\.)(\w)/g, (_, _dot, letter: string) => letter.toUpperCase())}Event`

/** What tells one event from another, be it in the names of the wire or in the domain's: its type, and what goes with it. */
export type TypeAndData<M extends { readonly type: string; readonly data: unknown }> = M extends unknown
  ? Pick<M, "type" | "data">
  : never
