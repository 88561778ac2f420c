import type { Agent } from "node:http"
import { layerSecrets } from "@treff/adapters/secrets"
import { type Caller, Secrets } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as pg from "pg"
import type { Database } from "../apps/local/src/database.ts"
import { startBetterAuth } from "./better-auth.ts"
import { bearer, type Call, inParallel, type Measured, overConnections, send } from "./load.ts"
import { startNodeServer } from "./node-server.ts"
import { plain, type Section, scaled, table } from "./section.ts"
import { countStatements, processorTime, type Spent } from "./serve.ts"
import { sink, sinkQueue } from "./sink.ts"
import {
  candidate,
  createDatabase,
  insertCandidates,
  insertManagers,
  manager,
  openStage,
  type Stage,
  tidy
} from "./stage.ts"
import { median, quantile, shuffled, sorted } from "./statistics.ts"
import { treffOnNode } from "./treff-on-node.ts"
import { workerdCpu } from "./workerd.ts"

const rounds = 10
const perRound = scaled(200)
const warmUp = scaled(400)
const concurrency = 8
/** Of each pool, and of the endpoint that stands in for Neon's. */
const connections = 20
/** People who are invited with an account, and as many without. */
const people = warmUp + rounds * perRound
/** How many are invited into one company: few enough for the limits of either side as they are by default. */
const inCompany = 50
const managers = Math.ceil((2 * people) / inCompany)

const operations = ["invite", "accept", "acceptAnew"] as const
type Operation = (typeof operations)[number]
const titles: Readonly<Record<Operation, string>> = {
  invite: "invite",
  accept: "accept, by who has an account",
  acceptAnew: "accept, with a new account"
}

type Task = (agent: Agent) => Promise<unknown>

/** One who invites and accepts: each with as many companies, and as many people who have an account, in a database of its own. */
interface Contestant {
  readonly name: string
  readonly database: pg.Pool
  /** A task for each of them: invited by the manager whose turn it is. */
  readonly invite: (emails: ReadonlyArray<string>) => Promise<ReadonlyArray<Task>>
  /** A task for each invitation that is open. */
  readonly accept: (operation: "accept" | "acceptAnew") => Promise<ReadonlyArray<Task>>
  readonly spent: () => Promise<Used>
  readonly stop: () => Promise<void>
}

/** Round trips of the one who serves, which may hold several statements; its processor time is not known everywhere. */
interface Used extends Omit<Spent, "cpu"> {
  readonly roundTrips: number
  readonly cpu: number | undefined
}

/** Inviting and accepting, beside better-auth's organization plugin: in turns, over the same PostgreSQL. */
export const measureInvitations = async (server: Database): Promise<Section> => {
  const contestants: Array<Contestant> = []
  try {
    contestants.push(await betterAuth(server))
    contestants.push(await treffServer(server), await treffDirectly(server), await treffOnWorkerd(server))
    const measurements = new Map(
      contestants.map(({ name }) => [name, { invite: run(), accept: run(), acceptAnew: run() }])
    )
    for (const contestant of contestants) {
      await measure(contestant, 0, warmUp)
      await tidy(contestant.database)
    }
    for (let round = 0; round < rounds; round++) {
      for (const contestant of shuffled(contestants)) {
        const measured = await measure(contestant, warmUp + round * perRound, perRound)
        for (const operation of operations) measurements.get(contestant.name)?.[operation].push(measured[operation])
      }
    }
    return {
      title: "Invitations beside better-auth",
      paragraphs: [
        table(
          [
            "",
            "/s",
            "Treff's to better-auth's (quartiles)",
            "p50, p90 ms",
            "statements in round trips",
            "processor ms"
          ],
          operations.flatMap((operation) => rowsOf(operation, measurements))
        ),
        `${rounds} rounds in an order left to chance, ${plain(perRound)} invitations and acceptances in each, ${concurrency} at once; ${managers} companies take turns, so that nobody waits for another's lock.`
      ]
    }
  } finally {
    for (const contestant of contestants) await contestant.stop()
  }
}

interface Run extends Measured {
  readonly used: Used
}
const run = (): Array<Run> => []
type Measurements = ReadonlyMap<string, Readonly<Record<Operation, ReadonlyArray<Run>>>>

const rowsOf = (operation: Operation, measurements: Measurements): ReadonlyArray<ReadonlyArray<string>> => {
  const [[, theirs] = ["", undefined]] = measurements
  return [...measurements].map(([name, { [operation]: ours }], index) => {
    const ratios = sorted(
      ours.map(({ perSecond }, round) => perSecond / (theirs?.[operation][round]?.perSecond ?? Number.NaN))
    )
    const [middle, low, high] = [0.5, 0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2))
    const latencies = sorted(ours.flatMap((each) => each.latencies))
    const done = latencies.length
    const total = (of: (used: Used) => number) => ours.reduce((sum, { used }) => sum + of(used), 0) / done
    const cpu = total(({ cpu }) => cpu ?? Number.NaN)
    return [
      `${titles[operation]}: ${name}`,
      plain(median(ours.map(({ perSecond }) => perSecond))),
      index === 0 ? "" : `**${middle}** (${low} to ${high})`,
      `${quantile(latencies, 0.5).toFixed(1)}, ${quantile(latencies, 0.9).toFixed(1)}`,
      `${total(({ statements }) => statements).toFixed(1)} in ${total(({ roundTrips }) => roundTrips).toFixed(1)}`,
      Number.isNaN(cpu) ? "–" : cpu.toFixed(2)
    ]
  })
}

/** Invites people who have an account, who accept; and then people who have none, whose inviting is not counted. */
const measure = async (contestant: Contestant, from: number, count: number): Promise<Record<Operation, Run>> => {
  const numbers = Array.from({ length: count }, (_, index) => from + index + 1)
  const emailsOf = (email: (n: number) => string) => numbers.map(email)
  const timed = async (tasks: ReadonlyArray<Task>): Promise<Run> => {
    if (tasks.length !== count) throw new Error(`${contestant.name} has ${tasks.length} to do, not ${count}`)
    const before = await contestant.spent()
    const measured = await overConnections(concurrency, (agent) =>
      inParallel(
        tasks.map((task) => () => task(agent)),
        concurrency
      )
    )
    return { ...measured, used: difference(before, await contestant.spent()) }
  }
  const invite = await timed(await contestant.invite(emailsOf((n) => candidate(n).email)))
  const accept = await timed(await contestant.accept("accept"))
  await timed(await contestant.invite(emailsOf(strangerEmail)))
  return { invite, accept, acceptAnew: await timed(await contestant.accept("acceptAnew")) }
}

const difference = (before: Used, after: Used): Used => ({
  statements: after.statements - before.statements,
  roundTrips: after.roundTrips - before.roundTrips,
  cpu: after.cpu === undefined || before.cpu === undefined ? undefined : after.cpu - before.cpu
})

const strangerEmail = (n: number) => `stranger-${n}@example.org`
const numberIn = (email: string) => Number(/\d+/.exec(email)?.[0])

/** Whose turn it is to invite, a number from 1. */
const turns = () => {
  let turn = 0
  return () => (turn++ % managers) + 1
}

/** On a connection that stays open, each statement is a round trip. */
const eachARoundTrip = (spent: Spent): Used => ({ ...spent, roundTrips: spent.statements })

const betterAuth = async (server: Database): Promise<Contestant> => {
  const database = await createDatabase(server, "invitations_better_auth")
  const numbered = (count: number, email: (n: number) => string) =>
    Array.from({ length: count }, (_, index) => email(index + 1))
  const them = await startBetterAuth(database, connections, {
    managers: numbered(managers, (n) => manager(n).email),
    people: numbered(people, (n) => candidate(n).email)
  })
  const turn = turns()
  return {
    name: "better-auth",
    database: database.pool,
    invite: async (emails) =>
      emails.map((email) => {
        const inviter = manager(turn()).email
        return (agent) => them.invite(agent, inviter, email)
      }),
    accept: async (operation) => {
      const { rows } = await database.pool.query<{ id: string; email: string }>(
        "select id, email from invitation where status = 'pending'"
      )
      return rows.map(
        ({ id, email }) =>
          (agent) =>
            them[operation](agent, email, id)
      )
    },
    spent: async () => eachARoundTrip(await them.server.spent()),
    stop: async () => {
      await them.server.stop()
      await database.pool.end()
    }
  }
}

const openTreff = async (server: Database, name: string) => {
  const stage = await openStage(server, `invitations_${name}`)
  await insertManagers(stage, managers)
  await insertCandidates(stage, people)
  const secrets = layerSecrets([Redacted.make(stage.keys.sealingKeys)])
  return {
    stage,
    turn: turns(),
    /** The invitations that are open, with their tokens: as whoever sends mails reads them. */
    open: async () => {
      const { rows } = await stage.pool.query<{ email: string; sealed: string }>(
        "select email, sealed_token as sealed from invitation where status = 'pending'"
      )
      return Promise.all(
        rows.map(async ({ email, sealed }) => {
          const opened = Secrets.use(({ open }) => open(sealed))
          const token = await Effect.runPromise(Effect.provide(opened, secrets))
          if (token === null) throw new Error("A token can't be opened")
          return { email, token: Redacted.value(token) }
        })
      )
    }
  }
}

const profileOf = (email: string) => ({
  username: `stranger-${numberIn(email)}`,
  firstName: "Robin",
  lastName: "Vik",
  contactNumber: null
})

/** By HTTP: the requests of the API, wherever it is served. */
const byHttp = async (
  server: Database,
  name: string,
  start: (stage: Stage) => Promise<{ readonly origin: string } & Pick<Contestant, "spent" | "stop">>
): Promise<Omit<Contestant, "name">> => {
  const { stage, turn, open } = await openTreff(server, name)
  const { origin, spent, stop } = await start(stage)
  const tokens = await Promise.all(Array.from({ length: managers }, (_, index) => stage.tokenOf(manager(index + 1))))
  const post = (path: string, call: Pick<Call, "headers" | "body" | "expect">) => (agent: Agent) =>
    send(origin, { method: "POST", path: `/api/invitations/${path}`, ...call }, agent)
  return {
    database: stage.pool,
    invite: async (emails) =>
      emails.map((email) => {
        const headers = bearer(tokens[turn() - 1] ?? "")
        return post("recruiter", { headers, body: JSON.stringify({ email }), expect: 201 })
      }),
    accept: async (operation) =>
      Promise.all(
        (await open()).map(async ({ email, token }) =>
          post(`accept/${token}`, {
            expect: 200,
            ...(operation === "accept"
              ? { headers: bearer(await stage.tokenOf(candidate(numberIn(email)))) }
              : { body: JSON.stringify(profileOf(email)) })
          })
        )
      ),
    spent,
    stop: async () => {
      await stop()
      await stage.close()
    }
  }
}

const treffServer = async (server: Database): Promise<Contestant> => ({
  name: "Treff's domain on Node, behind HTTP",
  ...(await byHttp(server, "server", async ({ databaseUrl, keys }) => {
    const served = await startNodeServer(new URL("treff-server.ts", import.meta.url), {
      DATABASE_URL: databaseUrl,
      CONNECTIONS: String(connections),
      SEALING_KEY: keys.sealingKeys,
      PUBLIC_KEYS: keys.publicKeys,
      PRIVATE_KEY: keys.privateKey
    })
    return { ...served, spent: async () => eachARoundTrip(await served.spent()) }
  }))
})

const treffOnWorkerd = async (server: Database): Promise<Contestant> => ({
  name: "Treff's API on workerd",
  ...(await byHttp(server, "workerd", async (stage) => {
    const platform = await stage.startPlatform({
      bindings: { edgeApi: { EVENTS: { type: "queue", name: sinkQueue } } },
      workers: [sink]
    })
    let statements = 0
    stage.neon.onRequest = (sent) => {
      statements += sent.length
      return undefined
    }
    return {
      origin: platform.apiUrl,
      spent: async () => ({ statements, roundTrips: stage.neon.requests, cpu: await workerdCpu() }),
      stop: () => platform.stop()
    }
  }))
})

const callerOf = ({ id, role, subRole, companyId }: Caller): Caller => ({ id, role, subRole, companyId })

const treffDirectly = async (server: Database): Promise<Contestant> => {
  const { stage, turn, open } = await openTreff(server, "directly")
  const pool = new pg.Pool({ connectionString: stage.databaseUrl, max: connections })
  const statements = countStatements(pool)
  const treff = treffOnNode(pool, stage.keys.sealingKeys)
  return {
    name: "Treff's domain on Node, called directly",
    database: stage.pool,
    invite: async (emails) =>
      emails.map((email) => {
        const inviter = manager(turn())
        return () => treff.invite(inviter, email)
      }),
    accept: async (operation) =>
      (await open()).map(({ email, token }) => {
        const by = operation === "accept" ? callerOf(candidate(numberIn(email))) : profileOf(email)
        return () => treff.accept(token, by)
      }),
    spent: async () => eachARoundTrip({ statements: statements(), cpu: processorTime() }),
    stop: async () => {
      await pool.end()
      await stage.close()
    }
  }
}
