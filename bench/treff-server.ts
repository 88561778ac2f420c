import type { IncomingMessage } from "node:http"
import { text } from "node:stream/consumers"
import { makeTokenVerifier, signToken } from "@treff/adapters/jwt"
import type { Profile } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { JWK } from "jose"
import { Pool } from "pg"
import { serve } from "./serve.ts"
import { treffOnNode } from "./treff-on-node.ts"

// The domain behind the barest server of Node: it checks the token, reads JSON, calls the use case, and answers what the
// API answers, its own token for who accepts included. What fails is answered 500, for nothing fails here.

const { DATABASE_URL, CONNECTIONS, SEALING_KEY = "", PUBLIC_KEYS = "[]", PRIVATE_KEY = "{}" } = process.env
const pool = new Pool({ connectionString: DATABASE_URL, max: Number(CONNECTIONS) })
const treff = treffOnNode(pool, SEALING_KEY)
const names = { issuer: "https://treff.example", audience: "treff" }
const verify = makeTokenVerifier({ ...names, keys: JSON.parse(PUBLIC_KEYS), algorithms: ["ES256"] })
const privateKey = Redacted.make<JWK>(JSON.parse(PRIVATE_KEY))

const callerOf = async ({ headers: { authorization } }: IncomingMessage) =>
  authorization === undefined ? null : Effect.runPromise(verify(authorization.slice("Bearer ".length), Date.now()))

const invite = async (request: IncomingMessage) => {
  const caller = await callerOf(request)
  if (caller === null) throw new Error("Nobody invites")
  const { value } = await treff.invite(caller, JSON.parse(await text(request)).email)
  const { id, email, status, createdAt, expiresAt } = value
  return { status: 201, body: { id, email, status, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) } }
}

const accept = async (request: IncomingMessage, token: string) => {
  const caller = await callerOf(request)
  const by = caller ?? (JSON.parse(await text(request)) as Profile)
  const { id, role, subRole, companyId, email, username } = await treff.accept(token, by)
  const claims = { id, role, subRole, companyId, email, username }
  const signed = await signToken(privateKey, claims, { ...names, at: Date.now(), lifetime: 12 * 3_600 })
  return { status: 200, body: { token: signed, message: "Welcome." } }
}

const answer = (request: IncomingMessage) => {
  const [, token] = /^\/api\/invitations\/accept\/(.+)$/.exec(request.url ?? "") ?? []
  return token === undefined ? invite(request) : accept(request, token)
}

await serve(pool, async () => (request, response) => {
  const write = (status: number, body: unknown) => {
    const json = JSON.stringify(body)
    response
      .writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(json) })
      .end(json)
  }
  answer(request).then(
    ({ status, body }) => write(status, body),
    (error) => {
      console.error(error)
      write(500, {})
    }
  )
})
