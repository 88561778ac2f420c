import type { HttpBindings } from "@hono/node-server"
import { toWireInstant } from "@treff/adapters/wire"
import type { Instant } from "@treff/domain/kernel"
import { drizzle } from "drizzle-orm/node-postgres"
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { methodNotAllowed } from "hono/method-not-allowed"
import type { Pool } from "pg"
import * as z from "zod"
import { durationOf, instantAfter, type SandboxClock } from "../clock.ts"
import { jobs, type RunJob, runJobNow } from "../cron.ts"
import { findMails } from "../mailbox.ts"
import { makeAccounts, NewAccount, type Signer } from "./accounts.ts"
import { drain } from "./drain.ts"
import { EventsQuery, readEvents } from "./events.ts"
import { answerProblem, check, invalid, Problem } from "./problem.ts"
import { isStoreDown } from "./store.ts"

export interface ControlParts {
  readonly pool: Pool
  readonly clock: SandboxClock
  readonly signer: Signer
  readonly runJob: RunJob
  /** Back to the demo data and the real time; false when the database is not the sandbox's to empty. */
  readonly reset: () => Promise<boolean>
}

/** The control of the sandbox: the calls of the table in `http.md`. It exists only here. */
export const makeControl = ({ pool, clock, signer, runJob, reset }: ControlParts) => {
  const db = drizzle(pool)
  const accounts = makeAccounts(db, clock, signer)
  const inTurn = makeQueue()
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.onError(async (error, c) => {
    if (error instanceof Problem) return answerProblem(c, error)
    if (await isStoreDown(pool, error)) {
      const detail = "No call that needs the database can be answered until it is back."
      return answerProblem(c, new Problem("store-unavailable", detail))
    }
    console.error(error)
    return answerProblem(c, new Problem("internal-error", "The sandbox's own output says what."))
  })
  app.use((c, next) => {
    if (isFromPage(c)) {
      const detail = "Call it as 127.0.0.1, localhost or [::1] with its port, and without the header Origin."
      throw new Problem("not-for-pages", detail)
    }
    return next()
  })
  app.notFound((c) => answerProblem(c, new Problem("not-found", "There is no such call.")))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const refused = answerProblem(c, new Problem("method-not-allowed", "Use a method that Allow names."))
        refused.headers.set("Allow", methods.join(", "))
        return refused
      }
    })
  )
  app.use(
    bodyLimit({
      maxSize: 256 * 1024,
      onError: (c) => {
        const refused = answerProblem(c, new Problem("body-too-large", "A body may hold 256 KiB at the most."))
        // The rest of the body is not read, so nothing can follow it on this connection.
        refused.headers.set("Connection", "close")
        return refused
      }
    })
  )

  app.get("/accounts", async (c) => c.json(await accounts.list()))
  app.post("/accounts", async (c) => c.json(await accounts.create(check(NewAccount, await bodyOf(c))), 201))
  app.delete("/accounts/:id", async (c) => {
    const id = z.uuid().safeParse(c.req.param("id"))
    if (!id.success) throw new Problem("not-found", "There is no such account.")
    await accounts.remove(id.data)
    return c.body(null, 204)
  })

  const time = () => ({ now: toWireInstant(clock.now()), offset: clock.offset() })
  app.get("/clock", (c) => c.json(time()))
  app.post("/clock", async (c) => {
    const { advance, now: target } = check(ClockMove, await bodyOf(c))
    return inTurn(async () => {
      const now = clock.now()
      const pointer = advance === undefined ? "/now" : "/advance"
      const to = advance === undefined ? Date.parse(target ?? "") : instantAfter(now, advance)
      // Also what is no time at all.
      if (to === undefined || !(to < endOfTime))
        throw invalid({ pointer, message: "must not lead beyond the year 9999" })
      if (to < now)
        throw invalid({ pointer, message: `the time only moves forward; it is ${toWireInstant(now)} already` })
      await clock.setOffset(clock.offset() + Math.round(to - now))
      return c.json(time())
    })
  })

  app.post("/cron", async (c) => {
    const { job } = check(CronJob, await bodyOf(c))
    await runJobNow(job, runJob).catch(async (cause: unknown) => {
      if (await isStoreDown(pool, cause)) throw cause
      throw new Problem("job-failed", `The worker's log says why: ${cause instanceof Error ? cause.message : cause}.`)
    })
    return c.json({ job })
  })

  app.post("/drain", async (c) => c.json(await drain(pool, clock, () => runJobNow("relayEvents", runJob))))
  app.get("/events", async (c) => c.json(await readEvents(db, check(EventsQuery, queryOf(c)))))
  app.get("/mailbox", async (c) => c.json(await findMails(pool, check(MailboxQuery, queryOf(c)).to)))

  app.post("/reset", async (c) => {
    if (!(await inTurn(reset))) {
      throw new Problem("not-marked", "This database holds data that the sandbox did not make, so it is not emptied.")
    }
    return c.json(time())
  })
  return app
}

const ClockMove = z
  .strictObject({
    advance: z
      .string()
      .transform((text, context) => {
        const duration = durationOf(text)
        if (duration === undefined) context.addIssue("must be an ISO 8601 duration, such as PT72H")
        return duration ?? z.NEVER
      })
      .optional(),
    now: z.iso.datetime({ offset: true, error: "must be an ISO 8601 date and time with Z or an offset" }).optional()
  })
  .refine(({ advance, now }) => (advance === undefined) !== (now === undefined), "must hold either advance or now")

const MailboxQuery = z.object({
  to: z
    .string()
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "must be well-formed Unicode without NUL")
    .optional()
})

const CronJob = z.strictObject({ job: z.enum(Object.keys(jobs)) })

/** The first instant that neither JSON nor PostgreSQL writes in the usual form. */
const endOfTime: Instant = Date.UTC(10_000, 0)

/**
 * Whether a page in this machine's browser calls. The accounts' tokens and the reset are nothing for pages of others, so one
 * that calls from elsewhere is refused by its `Origin`, and one that has made its own name lead here, by that name.
 */
const isFromPage = (c: Context<{ Bindings: HttpBindings }>): boolean => {
  const port = c.env.incoming.socket.localPort
  const names = ["127.0.0.1", "localhost", "[::1]"].flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]
  )
  return c.req.header("Origin") !== undefined || !names.includes(c.req.header("Host")?.toLowerCase() ?? "")
}

const bodyOf = async (c: Context): Promise<unknown> => {
  const type = c.req.header("Content-Type")
  if (!/^application\/json\s*(;|$)/i.test(type ?? "")) {
    throw new Problem("media-type-not-supported", "Send JSON, with the header Content-Type: application/json.")
  }
  try {
    return JSON.parse(await c.req.text())
  } catch {
    throw invalid({ pointer: "", message: "is not JSON" })
  }
}

/** The query as an object; a name that comes twice is for the schema to refuse. */
const queryOf = (c: Context) =>
  Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values])
  )

/** Runs one after the other: a clock that is moved while the data are replaced would be neither here nor there. */
const makeQueue = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <A>(work: () => Promise<A>): Promise<A> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
}
