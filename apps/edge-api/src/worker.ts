import { type ClockService, currentInstant } from "@treff/adapters/clock"
import { ConfigurationInvalid, readApiConfiguration } from "@treff/adapters/configuration"
import { describeFailure } from "@treff/adapters/invocation"
import { neonDatabase } from "@treff/adapters/neon"
import type { MessageQueue } from "@treff/adapters/queue"
import { Hono } from "hono"
import style from "swagger-ui-dist/swagger-ui.css"
import script from "swagger-ui-dist/swagger-ui-bundle.js"
import { createApp } from "./app.ts"
import { answerProblem } from "./http/respond.ts"

// The API on Cloudflare. Nothing else in this app knows the platform.

/** The bindings of wrangler.toml; `@treff/adapters/configuration` reads the settings and secrets that are among them. */
interface Env {
  readonly EVENTS: MessageQueue
  /** Only in the sandbox: where Neon's driver finds the local PostgreSQL. */
  readonly NEON_FETCH_ENDPOINT?: string
  /** Only in the sandbox: how far its time is from the real one. */
  readonly CLOCK?: ClockService
  /** Only in the sandbox: says in each answer how many round trips it took. */
  readonly SERVER_TIMING?: string
}

export default {
  fetch: (request, env, context) => appOf(env).fetch(request, { keepAlive: (work) => context.waitUntil(work) })
} satisfies ExportedHandler<Env>

const apps = new WeakMap<Env, ReturnType<typeof createApp>>()

/**
 * The app, which is made at the first request of an isolate. Where the configuration is wrong the log says why, and every
 * request is answered with a problem.
 */
const appOf = (env: Env): Pick<ReturnType<typeof createApp>, "fetch"> => {
  try {
    const app = apps.get(env) ?? makeApp(env)
    apps.set(env, app)
    return app
  } catch (error) {
    console.error({
      ...describeFailure(error),
      ...(error instanceof ConfigurationInvalid && { reason: error.message })
    })
    return new Hono().all("*", (c) => answerProblem(c, { _tag: "Unexpected" }))
  }
}

const makeApp = (env: Env) => {
  const { databaseUrl, ...settings } = readApiConfiguration(env)
  return createApp({
    database: neonDatabase(databaseUrl, env.NEON_FETCH_ENDPOINT),
    queue: env.EVENTS,
    currentInstant: () => currentInstant(env.CLOCK),
    settings,
    swaggerUi: { script, style },
    showsRoundTrips: env.SERVER_TIMING !== undefined
  })
}
