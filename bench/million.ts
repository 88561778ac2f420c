import type { Database } from "../apps/local/src/database.ts"
import { explain, sentDuring } from "./plan.ts"
import { deepPage, limit, pathAtDepth, timeReads, timingsTable } from "./reads.ts"
import { plain, type Section, scaled, seconds } from "./section.ts"
import { sink, sinkQueue } from "./sink.ts"
import { insertOffers, offerIds, openStage, type Stage, tidy } from "./stage.ts"
import { demand } from "./wait.ts"

/** A multiple of fifty, every one of which is due. */
const offers = 50 * scaled(20_000)
const due = offers / 50
const samples = 40

/** A company with a million offers: what its lists cost, and the sweep of those that are due. */
export const measureMillion = async (server: Database): Promise<Section> => {
  const stage = await openStage(server, "million")
  const begun = performance.now()
  await insertOffers(stage, offers, {
    status:
      "case n % 10 when 6 then 'disabled' when 7 then 'archived' when 8 then 'archived' when 9 then 'expired' else 'active' end",
    endsIn: "case n % 50 when 0 then interval '-20 days' else interval '30 days' end"
  })
  const filled = performance.now() - begun
  try {
    const reads = await measureReads(stage)
    const { milliseconds, roundTrips, plans } = await measureSweep(stage)
    return {
      title: `A company with ${plain(offers)} offers`,
      paragraphs: [
        timingsTable(reads.timings),
        `The sweep of ${plain(due)} due offers among them: ${seconds(milliseconds)} s, ` +
          `${((milliseconds / due) * 1_000).toFixed(0)} ms for a thousand, in ${roundTrips} round trips. ` +
          `Filling the tables took ${seconds(filled)} s.`
      ],
      plans: [...reads.plans, ...plans]
    }
  } finally {
    await stage.close()
  }
}

const measureReads = async (stage: Stage) => {
  const platform = await stage.startPlatform()
  try {
    const [newest] = await offerIds(stage, 1)
    return await timeReads(stage, platform.apiUrl, samples, [
      { what: "list, page 1", path: `/offers?limit=${limit}` },
      { what: "list, page 1,000", path: `/offers?limit=${limit}&page=${deepPage}` },
      {
        what: "list, at the depth of page 1,000 by cursor",
        path: await pathAtDepth(platform.apiUrl, stage.token, "/offers")
      },
      ...["active", "disabled", "archived", "expired"].map((status) => ({
        what: `list, ${status} only, page 1`,
        path: `/offers?limit=${limit}&status=${status}`
      })),
      { what: "list, active only, page 1,000", path: `/offers?limit=${limit}&status=active&page=${deepPage}` },
      { what: "list, expired only, page 1,000", path: `/offers?limit=${limit}&status=expired&page=${deepPage}` },
      { what: "read", path: `/offers/${newest}` }
    ])
  } finally {
    await platform.stop()
  }
}

/** checkDateExpiredOffers, as its message runs it: its 20 batches of a thousand, whose events go to a queue that drops them. */
const measureSweep = async (stage: Stage) => {
  const toSink = { type: "queue", name: sinkQueue } as const
  const platform = await stage.startPlatform({
    bindings: { queueConsumer: { EVENTS: toSink, JOBS: toSink } },
    workers: [sink]
  })
  try {
    const before = stage.neon.requests
    let milliseconds = 0
    const sent = await sentDuring(stage, async () => {
      const begun = performance.now()
      await platform.runJob("checkDateExpiredOffers")
      milliseconds = performance.now() - begun
    })
    const roundTrips = stage.neon.requests - before
    await demand(stage, "(select count(*) from event) = $1", [due])
    // Undone, so that the plans are of the same work.
    await makeDueAgain(stage)
    const plans = [
      await explain(stage, "sweep: what is due, a thousand", sent[0]),
      await explain(stage, "sweep: the commit of a thousand", sent[1])
    ]
    return { milliseconds, roundTrips, plans }
  } finally {
    await platform.stop()
  }
}

/** As if the sweep had not been: the same offers are due again, at the same versions. */
const makeDueAgain = async ({ pool }: Stage) => {
  await pool.query("update offer set status = 'active', version = 1 where version = 2")
  await pool.query("truncate event, delivery, receipt")
  await tidy(pool)
}
