import { Accounts } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import { claimsOf, confirmedCaller, firstRow } from "./caller.ts"
import type { Database, PostgresDatabase } from "./database.ts"
import { statements, unnamed } from "./statement.ts"

export const makeAccounts = ({ db, ask }: Database) =>
  Accounts.of({
    confirm: Effect.fn("Accounts.confirm")(function* (claimed) {
      const namesCompany = claimed.companyId !== null
      const statement = confirmations(db, String(namesCompany), () => confirmation(db, namesCompany))
      return yield* firstRow(claimed, yield* ask("Accounts.confirm", () => statement.execute(claimsOf(claimed))))
    })
  })

const confirmation = (db: PostgresDatabase, namesCompany: boolean) => {
  const caller = confirmedCaller(db, namesCompany)
  return db.with(caller).select().from(caller).prepare(unnamed)
}
const confirmations = statements<ReturnType<typeof confirmation>>()
