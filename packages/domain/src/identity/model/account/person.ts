import { type DataOf, documented, id, record, text } from "../../../kernel/fields.ts"

const name = { id, firstName: documented(text, { example: "Kim" }), lastName: documented(text, { example: "Hansen" }) }

/** Somebody by name, as a field of a notification. */
export const person = record(name)

/** Somebody by name. */
export type Person = DataOf<typeof name>

/** Somebody by name, of whom more is known: no more than the name goes where only names belong. */
export const personOf = ({ id, firstName, lastName }: Person): Person => ({ id, firstName, lastName })
