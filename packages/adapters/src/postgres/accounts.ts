import { Accounts } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import { confirmedCaller, firstRow } from "./caller.ts"
import type { Database } from "./database.ts"

export const makeAccounts = ({ db, ask }: Database) =>
  Accounts.of({
    confirm: Effect.fn("Accounts.confirm")(function* (claimed) {
      const caller = confirmedCaller(db, claimed)
      return yield* firstRow(claimed, yield* ask("Accounts.confirm", () => db.with(caller).select().from(caller)))
    })
  })
