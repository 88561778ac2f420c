import { readApiConfiguration, readConsumerConfiguration } from "@treff/adapters/configuration"
import { signToken } from "@treff/adapters/jwt"
import { layerMemoryMailer, type MemoryMailbox } from "@treff/adapters/memory"
import { schema } from "@treff/adapters/postgres"
import { acme, ada, bo, cast } from "@treff/domain/testing"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import { Pool } from "pg"
import { createApp } from "../../apps/edge-api/src/app.ts"
import { handleMessages, type Message } from "../../apps/queue-consumer/src/handle-messages.ts"

// What the test of docs/adding-a-flow.md runs in its copy of the repository: Ada reminds Bo by HTTP, the event goes through
// the queue, and Bo's mail and list of notifications are printed.

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const db = drizzle(pool)
await db.insert(schema.company).values(acme)
for (const account of cast.accounts) await db.insert(schema.account).values(account)

const settings = readApiConfiguration(process.env)
const queued: Array<unknown> = []
const queue = {
  sendBatch: async (messages: Iterable<{ readonly body: unknown }>) => {
    for (const { body } of messages) queued.push(body)
  }
}
const background: Array<Promise<unknown>> = []
const mailbox: MemoryMailbox = new Map()
const currentInstant = async () => Date.now()
const app = createApp({ database: db, queue, currentInstant, settings, swaggerUi: { script: "", style: "" } })

const call = async (method: string, path: string, by: typeof ada, body?: object) => {
  const token = await signToken(settings.privateKey, by, { ...settings.tokens, at: Date.now(), lifetime: 60 })
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }
  const request = new Request(`https://treff.example${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
  const response = await app.fetch(request, { keepAlive: (work: Promise<unknown>) => void background.push(work) })
  return { status: response.status, body: await response.json() }
}

const sent = await call("POST", "/api/reminders", ada, { colleagueId: bo.id, note: "The baker writes back today." })
const unknown = await call("POST", "/api/reminders", ada, { colleagueId: acme.id, note: "Hello" })
const empty = await call("POST", "/api/reminders", ada, { colleagueId: bo.id, note: " " })
await Promise.all(background)
const messages = queued.map((body): Message => ({ id: "message", body, attempts: 1, sentAt: Date.now() }))
const consumer = {
  database: db,
  queue,
  jobQueue: queue,
  mailer: layerMemoryMailer(mailbox),
  currentInstant,
  settings: readConsumerConfiguration(process.env)
}
const outcomes = await Effect.runPromise(handleMessages(consumer, messages))
const listed = await call("GET", "/notifications", bo)
const mails = [...mailbox.values()].map(({ to, subject, text }) => ({ to, subject, text }))
process.stdout.write(JSON.stringify({ sent, unknown, empty, events: queued, outcomes, listed, mails }))
await pool.end()
