import type { PostgresDatabase } from "./database.ts"

/**
 * Statements that are built once per database and shape, and then only filled in: to build one costs drizzle more time
 * than all the rest of a request takes. A shape is whatever makes another text of it; what differs from call to call is a
 * placeholder.
 */
export const statements = <A>() => {
  const known = new WeakMap<PostgresDatabase, Map<string, A>>()
  return (db: PostgresDatabase, shape: string, build: () => A): A => {
    const ofDatabase = known.get(db) ?? new Map<string, A>()
    known.set(db, ofDatabase)
    const statement = ofDatabase.get(shape) ?? build()
    ofDatabase.set(shape, statement)
    return statement
  }
}

/** No name: a driver that holds connections would prepare a named one in each, with a plan that suits no page in particular. */
export const unnamed = ""
