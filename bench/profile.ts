import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { neonConfig } from "@neondatabase/serverless"
import { readApiConfiguration } from "@treff/adapters/configuration"
import { neonDatabase } from "@treff/adapters/neon"
import { transformSync } from "esbuild"
import { startDatabase } from "../apps/local/src/database.ts"
import { readWranglerConfig } from "../apps/local/src/wrangler-config.ts"
import bare from "./bare-worker.ts"
import { sendTo } from "./sends.ts"
import { candidateId, insertCandidates, insertOffers, offerIds, openStage } from "./stage.ts"

// Where the time goes, on Node: `node --conditions=source [--cpu-prof] bench/profile.ts list treff 5000`. The database is
// asked once; its answer is then given again at once, so that what is seen is our own code. One of the two a process:
// drizzle changes what Neon's driver makes of dates, for everybody.

// Node does not read JSX by itself.
registerHooks({
  load: (url, context, next) => {
    if (!url.endsWith(".tsx")) return next(url, context)
    const { code } = transformSync(readFileSync(new URL(url), "utf8"), { loader: "tsx", jsx: "automatic" })
    return { format: "module", source: code, shortCircuit: true }
  }
})
const { createApp } = await import("../apps/edge-api/src/app.ts")

const [operation = "list", which = "treff", times = "3000"] = process.argv.slice(2)

const server = await startDatabase()
const stage = await openStage(server, "profile")
await insertOffers(stage, 100)
await insertCandidates(stage, 1)
const [id = ""] = await offerIds(stage, 1)
const env = {
  ...(await readWranglerConfig()).edgeApi.vars,
  DATABASE_URL: stage.databaseUrl,
  NEON_FETCH_ENDPOINT: stage.neon.url,
  JWT_PUBLIC_KEYS: stage.keys.publicKeys,
  JWT_PRIVATE_KEY: stage.keys.privateKey,
  SEALING_KEYS: stage.keys.sealingKeys,
  EVENTS: { sendBatch: async () => {} }
}
const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} }
const { databaseUrl, ...settings } = readApiConfiguration(env)
const app = createApp({
  database: neonDatabase(databaseUrl, stage.neon.url),
  queue: env.EVENTS,
  currentInstant: async () => Date.now(),
  settings,
  swaggerUi: { script: "", style: "" }
})

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const offer = { title: "Baker", description: "Bakes bread at night.", emploiType: "CDI", salary: "32,000 to 36,000" }
const body = JSON.stringify({ ...offer, startDateJob: inDays(10), expiredDate: inDays(20) })
const calls: Readonly<Record<string, readonly [method: string, path: string, body?: string | undefined]>> = {
  list: ["GET", "/offers"],
  read: ["GET", `/offers/${id}`],
  create: ["POST", "/offers", body],
  archive: ["POST", `/offers/${id}/archived`],
  send: ["POST", "/offer-sends", sendTo(id, candidateId(1)).body]
}

const answers = new Map<string, string>()
neonConfig.fetchFunction = async (url: string, init: { readonly body: string }) => {
  const { query } = JSON.parse(init.body) as { readonly query: string }
  const known = answers.get(query) ?? (await (await fetch(url, init)).text())
  answers.set(query, known)
  return new Response(known)
}

const measure = async (fetcher: (request: Request) => Response | Promise<Response>) => {
  const call = calls[operation]
  if (call === undefined) throw new Error(`There are ${Object.keys(calls).join(", ")}.`)
  const [method, path, body] = call
  const begun = process.cpuUsage()
  for (let count = 0; count < Number(times); count++) {
    const response = await fetcher(
      new Request(`http://localhost${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${stage.token}`,
          ...(body !== undefined && { "Content-Type": "application/json" })
        },
        ...(body !== undefined && { body })
      })
    )
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`)
    await response.text()
  }
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / Number(times)
}

const fetchers: Readonly<Record<string, (request: Request) => Response | Promise<Response>>> = {
  treff: (request) => app.fetch(request, { keepAlive: context.waitUntil }),
  bare: (request) => bare.fetch(request, env, context)
}
const fetcher = fetchers[which]
if (fetcher === undefined) throw new Error(`There are ${Object.keys(fetchers).join(", ")}.`)
await measure(fetcher)
console.log(`${operation}, ${which}: ${(await measure(fetcher)).toFixed(0)} µs of processor time a request`)

await stage.close()
await server.stop()
