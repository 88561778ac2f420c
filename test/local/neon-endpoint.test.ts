import { afterAll, assert, describe, it } from "vitest"
import { startNeonEndpoint } from "../../apps/local/src/neon-endpoint.ts"
import { freshDatabase } from "../database.ts"

const { url, pool } = await freshDatabase()
const endpoint = await startNeonEndpoint(url)
afterAll(async () => {
  await endpoint.stop()
  await pool.end()
})

const post = (query: string, headers: Readonly<Record<string, string>>) =>
  fetch(endpoint.url, { method: "POST", headers, body: JSON.stringify({ query }) })
const asDriver = { "Neon-Connection-String": url }

describe("the endpoint", () => {
  it("runs nothing for a web page", async () => {
    const page = { "Content-Type": "text/plain", Origin: "https://example.org" }
    for (const headers of [page, { ...page, ...asDriver }, { ...asDriver, Origin: "null" }, {}]) {
      assert.strictEqual((await post("create table made_by_a_page ()", headers)).status, 403)
    }
    const { rows } = await pool.query("select to_regclass('made_by_a_page') as found")
    assert.isNull(rows[0].found)
    assert.strictEqual(endpoint.requests, 0)
  })

  it("ends a statement before the worker gives up on it", async () => {
    const answer = await (await post("show statement_timeout", asDriver)).json()
    assert.deepInclude(answer, { rows: [{ statement_timeout: "4s" }] })
  })
})
