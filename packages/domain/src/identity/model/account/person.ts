import { type DataOf, documented, id, record, text } from "../../../kernel/fields.ts"

const name = { id, firstName: documented(text, { example: "Kim" }), lastName: documented(text, { example: "Hansen" }) }

/** Somebody by name, as a field of a notification. */
export const person = record(name)

/** Somebody by name. */
export type Person = DataOf<typeof name>
