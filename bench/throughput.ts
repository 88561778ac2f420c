import { fileURLToPath } from "node:url"
import { bundleWorker } from "../apps/local/src/bundle.ts"
import type { Database } from "../apps/local/src/database.ts"
import type { Worker } from "../apps/local/src/platform.ts"
import { freePort } from "../apps/local/src/port.ts"
import { readWranglerConfig } from "../apps/local/src/wrangler-config.ts"
import { type Call, load } from "./load.ts"
import { sentDuring } from "./plan.ts"
import { type Section, scaled, table } from "./section.ts"
import { sendTo } from "./sends.ts"
import { sink, sinkQueue } from "./sink.ts"
import { candidateId, insertCandidates, insertOffers, offerIds, openStage, type Stage } from "./stage.ts"
import { median, quantile, sorted } from "./statistics.ts"
import { workerdCpu } from "./workerd.ts"

const rounds = 10
const perRound = scaled(400)
const warmUp = scaled(800)
const concurrency = 8
/** Requests that an operation makes of both together: those that are compared, too. */
const inAll = 2 * (1 + warmUp + rounds * perRound)
/** Offers of the company whose list is asked for. */
const inCompany = 200

interface Comparison {
  readonly operation: string
  readonly treff: Side
  readonly bare: Side
  /** Of requests per second, Treff's to the bare one's: the median of the rounds, and the two quartiles. */
  readonly ratio: readonly [number, number, number]
}

interface Side {
  readonly perSecond: number
  readonly p50: number
  readonly p90: number
  /** Processor time of workerd for one request, in milliseconds; undefined where it can't be known. */
  readonly cpu: number | undefined
}

/** Treff's API and the bare one in one workerd over one database, in turns; and whether both send the same statements. */
export const measureThroughput = async (server: Database): Promise<Section> => {
  const stage = await openStage(server, "throughput")
  const bare = await bareWorker(stage)
  const platform = await stage.startPlatform({
    bindings: { edgeApi: { EVENTS: { type: "queue", name: sinkQueue } } },
    workers: [bare.worker, sink]
  })
  const origins = { treff: platform.apiUrl, bare: bare.url }
  try {
    const comparisons: Array<Comparison> = []
    const differing: Array<string> = []
    for (const [operation, prepare] of Object.entries(operationsOf(stage))) {
      const call = await prepare()
      if (!(await sendTheSame(stage, origins, call))) differing.push(operation)
      comparisons.push(await compareOne(operation, call, origins, stage.token))
    }
    return {
      title: "Beside the barest handler",
      paragraphs: [
        comparisonsTable(comparisons),
        `${rounds} rounds of ${perRound} requests each, ${concurrency} at once; a list is the first page of a company with ${inCompany} offers. ` +
          (differing.length === 0
            ? "Both sent the same statements."
            : `**Not the same statements any more: ${differing.join(", ")}. Bring bare-sql.ts up to date.**`)
      ]
    }
  } finally {
    await platform.stop()
    await stage.close()
  }
}

const comparisonsTable = (comparisons: ReadonlyArray<Comparison>): string =>
  table(
    ["", "Treff /s", "bare /s", "ratio (quartiles)", "Treff p50, p90 ms", "bare p50, p90 ms", "processor ms a request"],
    comparisons.map(({ operation, treff, bare, ratio: [middle, low, high] }) => [
      operation,
      treff.perSecond.toFixed(0),
      bare.perSecond.toFixed(0),
      `**${middle.toFixed(2)}** (${low.toFixed(2)} to ${high.toFixed(2)})`,
      `${treff.p50.toFixed(1)}, ${treff.p90.toFixed(1)}`,
      `${bare.p50.toFixed(1)}, ${bare.p90.toFixed(1)}`,
      treff.cpu === undefined || bare.cpu === undefined ? "–" : `${treff.cpu.toFixed(2)} to ${bare.cpu.toFixed(2)}`
    ])
  )

type Name = "treff" | "bare"
type Origins = Readonly<Record<Name, string>>

const compareOne = async (operation: string, call: () => Call, origins: Origins, token: string) => {
  const results = {
    treff: { perSecond: [] as Array<number>, latencies: [] as Array<number>, cpu: 0 as number | undefined },
    bare: { perSecond: [] as Array<number>, latencies: [] as Array<number>, cpu: 0 as number | undefined }
  }
  const calls = (count: number) => Array.from({ length: count }, call)
  for (const name of ["treff", "bare"] as const) await load(origins[name], token, calls(warmUp), concurrency)
  for (let round = 0; round < rounds; round++) {
    // Who goes first is left to chance, so that nothing that comes and goes with time favours one of them.
    const order: ReadonlyArray<Name> = Math.random() < 0.5 ? ["treff", "bare"] : ["bare", "treff"]
    for (const name of order) {
      const before = await workerdCpu()
      const { perSecond, latencies } = await load(origins[name], token, calls(perRound), concurrency)
      const after = await workerdCpu()
      const { cpu, ...lists } = results[name]
      lists.perSecond.push(perSecond)
      lists.latencies.push(...latencies)
      results[name].cpu = before === undefined || after === undefined ? undefined : (cpu ?? 0) + after - before
    }
  }
  const ratios = sorted(
    results.treff.perSecond.map((each, round) => each / (results.bare.perSecond[round] ?? Number.NaN))
  )
  const side = ({ perSecond, latencies, cpu }: (typeof results)[Name]): Side => ({
    perSecond: median(perSecond),
    p50: quantile(sorted(latencies), 0.5),
    p90: quantile(sorted(latencies), 0.9),
    cpu: cpu === undefined ? undefined : cpu / (rounds * perRound)
  })
  return {
    operation,
    treff: side(results.treff),
    bare: side(results.bare),
    ratio: [quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75)]
  } satisfies Comparison
}

/** Each prepares what its calls need when its turn comes, so that the lists before it are not longer for it. */
const operationsOf = (stage: Stage): Readonly<Record<string, () => Promise<() => Call>>> => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  const body = JSON.stringify({
    title: "Baker",
    description: "Bakes bread at night, four nights a week, and cakes for the weekend.",
    emploiType: "CDI",
    salary: "32,000 to 36,000",
    startDateJob: inDays(10),
    expiredDate: inDays(20)
  })
  const newOffers = async (count: number) => {
    await insertOffers(stage, count)
    const ids = await offerIds(stage, count)
    let next = 0
    return () => ids[next++ % count] ?? ""
  }
  return {
    list: async () => {
      await newOffers(inCompany)
      return () => ({ method: "GET", path: "/offers", expect: 200 })
    },
    read: async () => {
      const id = await newOffers(inCompany)
      return () => ({ method: "GET", path: `/offers/${id()}`, expect: 200 })
    },
    create: async () => () => ({ method: "POST", path: "/offers", body, expect: 201 }),
    archive: async () => {
      const id = await newOffers(inAll)
      return () => ({ method: "POST", path: `/offers/${id()}/archived`, expect: 200 })
    },
    send: async () => {
      const id = await newOffers(1)
      await insertCandidates(stage, inAll)
      let next = 1
      return () => sendTo(id(), candidateId(next++))
    }
  }
}

/** Whether both send the same statements for a call, but for how they are written. */
const sendTheSame = async (stage: Stage, origins: Origins, call: () => Call): Promise<boolean> => {
  const sentBy = async (name: Name) => {
    const sent = await sentDuring(stage, () => load(origins[name], stage.token, [call()], 1))
    return sent.map(({ query }) => query.replaceAll(/["\s]/g, "")).join()
  }
  return (await sentBy("treff")) === (await sentBy("bare"))
}

const bareWorker = async ({ databaseUrl, neon, keys }: Stage) => {
  const { edgeApi } = await readWranglerConfig()
  const script = await bundleWorker(fileURLToPath(new URL("bare-worker.ts", import.meta.url)), { minify: true })
  const port = await freePort()
  const text = (value: string) => ({ type: "text", value }) as const
  const worker: Worker = {
    config: {
      name: "bench-bare",
      compatibilityDate: edgeApi.compatibilityDate,
      compatibilityFlags: [...edgeApi.compatibilityFlags],
      manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents: script } } },
      env: {
        DATABASE_URL: text(databaseUrl),
        NEON_FETCH_ENDPOINT: text(neon.url),
        JWT_PUBLIC_KEYS: text(keys.publicKeys),
        JWT_ISSUER: text(edgeApi.vars.JWT_ISSUER ?? ""),
        JWT_AUDIENCE: text(edgeApi.vars.JWT_AUDIENCE ?? ""),
        EVENTS: { type: "queue", name: sinkQueue }
      }
    },
    dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port }] }
  }
  return { worker, url: `http://127.0.0.1:${port}` }
}
