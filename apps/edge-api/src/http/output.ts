import * as z from "zod"

/** A UUID. */
export const id = z.uuid().meta({ example: "01932c5e-7d00-7000-8000-000000000001" })

/** An instant: ISO 8601 in UTC, to the millisecond. */
export const wireInstant = z.iso.datetime({ precision: 3 }).meta({ example: "2027-01-04T08:00:00.000Z" })

/** Somebody who is named in an answer. */
export const WirePerson = z.strictObject({
  id,
  firstName: z.string().meta({ example: "Kim" }),
  lastName: z.string().meta({ example: "Hansen" })
})
