import type { Database } from "../apps/local/src/database.ts"
import { type Call, load, type Measured } from "./load.ts"
import { plain, type Section, scaled, table } from "./section.ts"
import { sink, sinkQueue } from "./sink.ts"
import { candidateId, insertCandidates, insertOffers, offerIds, openStage } from "./stage.ts"
import { quantile } from "./statistics.ts"

const concurrency = 8
const inBulk = 50
const single = { calls: scaled(3_000), warmUp: scaled(800) }
const bulk = { calls: scaled(300), warmUp: scaled(60) }

/** Sends through the API: one request for each, and fifty in one. What they make known goes to a queue that drops it. */
export const measureSends = async (server: Database): Promise<Section> => {
  const stage = await openStage(server, "sends")
  await insertOffers(stage, 2)
  await insertCandidates(stage, Math.max(single.calls + single.warmUp, (bulk.calls + bulk.warmUp) * inBulk))
  const [first = "", second = ""] = await offerIds(stage, 2)
  const platform = await stage.startPlatform({
    bindings: { edgeApi: { EVENTS: { type: "queue", name: sinkQueue } } },
    workers: [sink]
  })
  const measure = async (calls: ReadonlyArray<Call>, warmUp: number): Promise<Measured> => {
    await load(platform.apiUrl, stage.token, calls.slice(0, warmUp), concurrency)
    return load(platform.apiUrl, stage.token, calls.slice(warmUp), concurrency)
  }
  try {
    const alone = await measure(
      Array.from({ length: single.calls + single.warmUp }, (_, index) => sendTo(first, candidateId(index + 1))),
      single.warmUp
    )
    const together = await measure(bulkCalls(second, (bulk.calls + bulk.warmUp) * inBulk), bulk.warmUp)
    const row = (what: string, { perSecond, latencies }: Measured, each: number) => [
      what,
      plain(perSecond),
      plain(perSecond * each),
      quantile(latencies, 0.5).toFixed(1),
      quantile(latencies, 0.9).toFixed(1)
    ]
    return {
      title: "Sends",
      paragraphs: [
        table(
          ["", "requests /s", "sends /s", "p50 ms", "p90 ms"],
          [row("each by itself", alone, 1), row(`${inBulk} in bulk`, together, inBulk)]
        ),
        `${plain(single.calls)} sends by themselves and ${plain(bulk.calls)} bulks, ${concurrency} requests at once, of one offer each to ever other candidates.`
      ]
    }
  } finally {
    await platform.stop()
    await stage.close()
  }
}

const message = "You would like it here."

export const sendTo = (offerId: string, candidateId: string): Call => ({
  method: "POST",
  path: "/offer-sends",
  body: JSON.stringify({ offerId, candidateId, message }),
  expect: 201
})

/** The offer to the first `count` candidates, fifty a request. */
export const bulkCalls = (offerId: string, count: number): ReadonlyArray<Call> =>
  Array.from({ length: Math.ceil(count / inBulk) }, (_, index) => ({
    method: "POST",
    path: "/offer-sends/bulk",
    body: JSON.stringify({
      offerId,
      candidateIds: Array.from({ length: inBulk }, (_, place) => candidateId(index * inBulk + place + 1)),
      message
    }),
    expect: 201
  }))
