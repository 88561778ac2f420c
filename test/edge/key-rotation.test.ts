import { signToken } from "@treff/adapters/jwt"
import type { Account } from "@treff/domain/identity"
import * as Redacted from "effect/Redacted"
import { decodeProtectedHeader } from "jose"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { generateKey } from "../../apps/local/src/keys.ts"
import { castOf } from "./cast.ts"
import { type Edge, openEdge } from "./contract.ts"

// How one key is replaced by another: each deployment has its own configuration, and what one of them has signed is shown to
// the next.

type Key = Awaited<ReturnType<typeof generateKey>>

let oldKey: Key
let newKey: Key
let edges: { readonly before: Edge; readonly between: Edge; readonly after: Edge }
let ada: Account

const publicPartOf = ({ d: _, ...key }: Key) => key
const deployed = (keys: ReadonlyArray<Key>, signing: Key) =>
  openEdge({ publicKeys: JSON.stringify(keys.map(publicPartOf)), privateKey: JSON.stringify(signing) })

beforeAll(async () => {
  oldKey = await generateKey()
  newKey = await generateKey()
  const [before, between, after] = await Promise.all([
    deployed([oldKey], oldKey),
    deployed([newKey, oldKey], newKey),
    deployed([newKey], newKey)
  ])
  edges = { before, between, after }
  const company = await before.addCompany()
  ada = company.recruiter
  // The same people, wherever they call.
  for (const edge of [between, after]) {
    await edge.pool.query("insert into company (id, name, creator_id, created_at) values ($1, 'Acme', null, now())", [
      company.id
    ])
    await edge.addAccount(ada)
  }
})
afterAll(async () => {
  for (const edge of Object.values(edges)) await edge.close()
})

const signedBy = (key: Key) => {
  const { id, role, subRole, companyId, email, username } = ada
  const claims = { id, role, subRole, companyId, email, username }
  return signToken(Redacted.make(key), claims, { ...edges.before.platform.tokens, at: Date.now(), lifetime: 60 })
}
const acceptedBy = async (edge: Edge) => {
  const statuses: Array<number> = []
  for (const key of [oldKey, newKey]) {
    statuses.push((await edge.call("GET", "/offers", { token: await signedBy(key) })).status)
  }
  return statuses
}

describe("while a key is replaced", () => {
  it("tokens of the old one alone are accepted, then of both, then of the new one alone", async () => {
    assert.deepStrictEqual(await acceptedBy(edges.before), [200, 401])
    assert.deepStrictEqual(await acceptedBy(edges.between), [200, 200])
    assert.deepStrictEqual(await acceptedBy(edges.after), [401, 200])
  })

  it("the keys that are served are those that are accepted", async () => {
    const served = async (edge: Edge) =>
      (await edge.call("GET", "/.well-known/jwks.json")).json.keys.map(({ kid }: { readonly kid: string }) => kid)
    assert.deepStrictEqual(await served(edges.before), [oldKey.kid])
    assert.deepStrictEqual(await served(edges.between), [newKey.kid, oldKey.kid])
    assert.deepStrictEqual(await served(edges.after), [newKey.kid])
  })

  it("what is issued is signed by the new one, and accepted before the old one goes and after", async () => {
    const { between, after } = edges
    const { manager } = await between.addCompany()
    const cast = castOf(between)
    const { token } = (await cast.accept((await cast.invited(manager)).token)).json
    assert.strictEqual(decodeProtectedHeader(token).kid, newKey.kid)
    assert.strictEqual((await between.call("GET", "/offers", { token })).status, 200)
    // There it is of nobody: the signature is believed, and the account is not found.
    assert.strictEqual((await after.call("GET", "/offers", { token })).json.code, "token-stale")
    assert.strictEqual((await edges.before.call("GET", "/offers", { token })).json.code, "token-invalid")
  })
})
