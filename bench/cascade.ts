import { load } from "./load.ts"
import { explainDuring } from "./plan.ts"
import { plain, rate, type Section, seconds, table } from "./section.ts"
import type { Stage } from "./stage.ts"
import { demand, until } from "./wait.ts"

const batchSize = 1_000
/** Mails go one by one over six connections: that is what takes long. In milliseconds. */
const timeout = 600_000

/** One offer that was sent to very many is archived: until its sends are gone, and everybody is notified. */
export const measureCascade = async (
  stage: Stage,
  apiUrl: string,
  offer: string,
  others: { readonly events: number; readonly mails: number }
): Promise<Section> => {
  const { rows } = await stage.pool.query<{ sends: number; notified: number }>(
    `select (select count(*)::int from offer_sent where offer_id = $1) as sends,
       (select count(*)::int from notification) as notified`,
    [offer]
  )
  const [{ sends, notified } = { sends: 0, notified: 0 }] = rows
  let gone = 0
  let handled = 0
  let mailed = 0
  // To make the plans takes a second at the most, which is in the figures.
  const plans = await explainDuring(
    stage,
    {
      "the end of an offer: the sends of its term": /coalesce\(o\.title, s\.title\)/,
      "the end of an offer: the commit of a thousand": /removed_offer_sent.*notified as/s
    },
    async () => {
      const begun = performance.now()
      await load(apiUrl, stage.token, [{ method: "POST", path: `/offers/${offer}/archived`, expect: 200 }], 1)
      const wait = (query: string, parameter: unknown) => until(stage, begun, query, [parameter], timeout)
      gone = await wait("not exists (select 1 from offer_sent where offer_id = $1)", offer)
      // The statements that delete the sends write the notifications, too.
      await demand(stage, "(select count(*) from notification) = $1", [notified + sends])
      handled = await wait("(select count(*) from delivery) = $1", others.events)
      mailed = await wait("(select count(*) from outgoing_mail) = $1", others.mails)
    }
  )
  const roundTrips = plans.reduce((sum, { times }) => sum + times, 0)
  return {
    title: "The end of an offer",
    paragraphs: [
      table(
        ["", "seconds", "/s"],
        [
          [`${plain(sends)} sends are gone, and every candidate is notified`, seconds(gone), rate(sends, gone)],
          ["the events of that are handled", seconds(handled), rate(sends, handled)],
          ["every mail is sent", seconds(mailed), rate(sends, mailed)]
        ]
      ),
      `From the request that archives the one offer which was sent to so many: ${((sends / batchSize / gone) * 1_000).toFixed(1)} batches of ${plain(batchSize)} a second, in ${roundTrips} round trips.`
    ],
    plans
  }
}
