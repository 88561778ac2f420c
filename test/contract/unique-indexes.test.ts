import { uniquenessCases } from "@treff/contract-tests/store"
import { afterAll, assert, it } from "vitest"
import { pgStore } from "./stores.ts"

const store = await pgStore()
afterAll(store.stop)

it("PostgreSQL has an index for each of a lifecycle's unique keys, and forbids nothing beyond them", async () => {
  for (const { kind, keysOf, first } of uniquenessCases()) {
    const table = kind.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)
    const { rows } = await store.database.pool.query(
      `select i.indexrelid::regclass as name from pg_index i
       where i.indrelid = $1::regclass and i.indisunique and not i.indisprimary`,
      [table]
    )
    assert.strictEqual(rows.length, keysOf(first).length, table)
  }
})
