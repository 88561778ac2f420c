import type { Database } from "../apps/local/src/database.ts"
import { load } from "./load.ts"
import { plain, rate, type Section, scaled, seconds, table } from "./section.ts"
import { bulkCalls } from "./sends.ts"
import { insertCandidates, insertOffers, offerIds, openStage, type Stage, tidy } from "./stage.ts"
import { demand, until } from "./wait.ts"

/** A multiple of fifty: a bulk. */
const events = Math.ceil(scaled(20_000) / 50) * 50

/** How long events take from the commit to the end of what follows from them: those of bulk sends, and those of a sweep. */
export const measureEvents = async (server: Database): Promise<Section> => {
  const sends = await ofSends(server)
  const sweep = await ofSweep(server)
  const row = (what: string, milliseconds: number) => [what, seconds(milliseconds), rate(events, milliseconds)]
  return {
    title: "Events",
    paragraphs: [
      table(
        ["", "seconds", "events /s"],
        [
          row(`bulk sends until the last of ${plain(events)} is committed`, sends.committed),
          row("until each is handled, its notification written for the inbox and a mail", sends.handled),
          row("until each mail is sent", sends.mailed),
          row(`a sweep's ${plain(events)} events, commit to receipt`, sweep.fromCommit),
          row("the same, relay to receipt", sweep.fromRelay)
        ]
      )
    ]
  }
}

/** Of so many sends in bulk through the API, with the queue, the consumer and the mails as they are deployed. */
const ofSends = async (server: Database) => {
  const stage = await openStage(server, "events_of_sends")
  await insertOffers(stage, 1)
  await insertCandidates(stage, events)
  const [offer = ""] = await offerIds(stage, 1)
  const platform = await stage.startPlatform()
  try {
    const begun = performance.now()
    const handling = until(stage, begun, "(select count(*) from receipt) = $1", [events])
    await load(platform.apiUrl, stage.token, bulkCalls(offer, events), 4)
    const committed = performance.now() - begun
    const handled = await handling
    await demand(stage, "(select count(*) from notification) = $1", [events])
    const mailed = await until(stage, begun, "not exists (select 1 from outgoing_mail)")
    await demand(stage, "(select count(*) from notification_delivery where status = 'sent') = $1", [2 * events])
    return { committed, handled, mailed }
  } finally {
    await platform.stop()
    await stage.close()
  }
}

/** Of so many due offers that nobody was sent, by both ways: published with the commit, and relayed. */
const ofSweep = async (server: Database) => {
  const stage = await openStage(server, "events_of_a_sweep")
  await insertOffers(stage, events, { endsIn: "interval '-20 days'" })
  const platform = await stage.startPlatform()
  try {
    const fromCommit = await untilReceived(stage, () => platform.runJob("checkDateExpiredOffers"))
    await stage.pool.query("truncate receipt, delivery")
    await stage.pool.query("insert into delivery (event_id, due_at, attempts) select id, now(), 0 from event")
    await tidy(stage.pool)
    const fromRelay = await untilReceived(stage, async () => {
      for (let relayed = 0; relayed < events; relayed += 10_000) await platform.runJob("relayEvents")
    })
    return { fromCommit, fromRelay }
  } finally {
    await platform.stop()
    await stage.close()
  }
}

const untilReceived = async (stage: Stage, work: () => Promise<void>): Promise<number> => {
  const begun = performance.now()
  const received = until(stage, begun, "(select count(*) from receipt) = $1", [events])
  await work()
  return received
}
