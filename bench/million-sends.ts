import { v7 } from "uuid"
import type { Database } from "../apps/local/src/database.ts"
import { measureCascade } from "./cascade.ts"
import { load } from "./load.ts"
import { explainDuring } from "./plan.ts"
import { deepPage, limit, pathAtDepth, type Read, timeReads, timingsTable } from "./reads.ts"
import { plain, type Section, scaled, seconds } from "./section.ts"
import { bulkCalls, sendTo } from "./sends.ts"
import {
  candidate,
  candidateId,
  candidateIdIn,
  insertCandidates,
  insertOffers,
  insertSends,
  offerIds,
  openStage,
  type Stage,
  tidy
} from "./stage.ts"
import { until } from "./wait.ts"

/** Of the company; and of each of the nine others. */
const offers = scaled(1_000)
/** One of the offers was sent to every candidate; each of the others to as many as make it a million. */
const candidates = scaled(100_000)
const each = scaled(900)
const notifications = scaled(100_000)
/** Events and mails that are not due while the plans are made. */
const waiting = scaled(20_000)
const samples = 20

/** A company with a million sends, one of its recruiters, and a candidate with ten thousand; and the end of one offer. */
export const measureMillionSends = async (server: Database): Promise<ReadonlyArray<Section>> => {
  const stage = await openStage(server, "million_sends")
  try {
    const begun = performance.now()
    const recruiter = await fill(stage)
    const filled = performance.now() - begun
    const ids = await offerIds(stage, offers)
    const platform = await stage.startPlatform()
    try {
      const reads = await timeReads(
        stage,
        platform.apiUrl,
        samples,
        await readsOf(stage, platform.apiUrl, ids[0] ?? "", recruiter)
      )
      const writes = await explainWrites(stage, platform.apiUrl, ids)
      const lists: Section = {
        title: "A company with a million sends",
        paragraphs: [
          timingsTable(reads.timings),
          `${plain(offers * each + candidates)} sends of ${plain(offers)} offers, ${plain(candidates)} of them of one offer; the candidate has one from each of ${plain(10 * offers)} offers of ten companies, and ${plain(notifications)} notifications. ` +
            `Of twenty offers one is archived and one past its date, their sends still there; another is disabled. Filling the tables took ${seconds(filled)} s.`
        ],
        plans: [...reads.plans, ...writes]
      }
      const others = { events: waiting, mails: waiting }
      return [lists, await measureCascade(stage, platform.apiUrl, ids[0] ?? "", others)]
    } finally {
      await platform.stop()
    }
  } finally {
    await stage.close()
  }
}

/** Answers the token of the recruiter who owns a hundredth of the offers. */
const fill = async (stage: Stage): Promise<string> => {
  const { pool, company, tokenOf } = stage
  const recruiter = {
    id: v7(),
    role: "recruiter",
    subRole: "recruiter_user",
    companyId: company,
    email: "user@example.org",
    username: null
  } as const
  await pool.query(
    `insert into account (id, version, role, sub_role, company_id, email, first_name, last_name, created_at)
     values ($1, 0, $2, $3, $4, $5, 'Alex', 'Lund', now())`,
    [recruiter.id, recruiter.role, recruiter.subRole, company, recruiter.email]
  )
  // The company's newest offer is the last one, which is open.
  await insertOffers(stage, offers, {
    status: "case n % 20 when 1 then 'archived' when 2 then 'disabled' else 'active' end",
    endsIn: "case n % 20 when 3 then interval '-20 days' else interval '30 days' end",
    ownerId: `case n % 100 when 5 then '${recruiter.id}' else '${stage.account.id}' end`
  })
  await insertOffers(stage, 9 * offers, { companyId: "md5((n % 9)::text)", ownerId: "md5('somebody')" })
  await insertCandidates(stage, candidates)
  const [big] = await offerIds(stage, 1)
  await insertSends(
    stage,
    `select '${big}'::uuid as offer_id, ${candidateIdIn("n")} as candidate_id from generate_series(1, ${candidates}) n
     union all
     select id, ${candidateIdIn("1")} from offer where id <> '${big}'
     union all
     select id, ${candidateIdIn(`2 + (position * ${each} + n)::int % ${candidates - 1}`)}
     from (select id, row_number() over (order by id) as position from offer where company_id = '${company}' and id <> '${big}') o,
       generate_series(1, ${each}) n`
  )
  await pool.query(
    `insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
     select gen_random_uuid(), 'offerSent', id, 1, 'offerSent.created', '{}',
       json_build_object('kind', 'recruiter', 'id', sender_id), company_id, sent_at
     from offer_sent where offer_id = '${big}'`
  )
  await pool.query(
    `with written as (
       insert into notification (id, event_id, recipient_id, template, data, created_at, read_at)
       select gen_random_uuid(), gen_random_uuid(),
         case n % 2 when 0 then $1 else ${candidateIdIn(`2 + n % ${candidates - 1}`)} end, 'offer-ended',
         json_build_object('offerSentId', gen_random_uuid(), 'offerId', gen_random_uuid(), 'title', 'Baker', 'reason', 'offer_archived'),
         at, case when n % 4 < 2 then at end
       from generate_series(1, 2 * $2::int) n, lateral (select now() - n * interval '1 min' as at) t
       returning id, created_at
     )
     insert into notification_delivery (id, notification_id, channel, status, sent_at)
     select gen_random_uuid(), id, channel, 'sent', created_at from written, unnest('{inbox,mail}'::text[]) channel`,
    [candidateId(1), notifications]
  )
  // As when much else is waiting: their time is far off.
  for (const [table, id] of [
    ["delivery", "event_id"],
    ["outgoing_mail", "delivery_id"]
  ]) {
    await pool.query(
      `insert into ${table} (${id}, due_at, attempts)
       select gen_random_uuid(), now() + interval '1 day', 0 from generate_series(1, $1::int)`,
      [waiting]
    )
  }
  await tidy(pool)
  return tokenOf(recruiter)
}

const readsOf = async (stage: Stage, apiUrl: string, big: string, recruiter: string): Promise<ReadonlyArray<Read>> => {
  const token = await stage.tokenOf(candidate(1))
  const { rows } = await stage.pool.query<{ id: string }>(
    "select id from offer_sent where offer_id = $1 and status = 'viewed' limit 1",
    [big]
  )
  const sends = `/offer-sends?limit=${limit}`
  const hundredth = Math.ceil(deepPage / 100)
  return [
    { what: "admin: sends, page 1", path: sends },
    { what: "admin: sends, page 1,000", path: `${sends}&page=${deepPage}` },
    {
      what: "admin: sends, at the depth of page 1,000 by cursor",
      path: await pathAtDepth(apiUrl, stage.token, "/offer-sends")
    },
    ...["sent", "viewed", "responded"].map((status) => ({
      what: `admin: sends, ${status} only, page 1`,
      path: `${sends}&status=${status}`
    })),
    { what: "admin: sends, viewed only, page 1,000", path: `${sends}&status=viewed&page=${deepPage}` },
    { what: "admin: sends to the candidate with very many", path: `${sends}&candidateId=${candidateId(1)}` },
    { what: "admin: sends to a candidate with a few", path: `${sends}&candidateId=${candidateId(7)}` },
    {
      what: "admin: viewed sends to a candidate with a few",
      path: `${sends}&candidateId=${candidateId(7)}&status=viewed`
    },
    { what: "admin: sends of the big offer, page 1", path: `${sends}&offerId=${big}` },
    { what: "admin: sends of the big offer, page 1,000", path: `${sends}&offerId=${big}&page=${deepPage}` },
    { what: "admin: responded sends of the big offer", path: `${sends}&offerId=${big}&status=responded` },
    {
      what: "admin: the big offer's send to one candidate",
      path: `${sends}&offerId=${big}&candidateId=${candidateId(7)}`
    },
    { what: "admin: /offers/:id/sends of the big offer", path: `/offers/${big}/sends?limit=${limit}` },
    { what: "admin: the big offer, with its respondents", path: `/offers/${big}` },
    { what: "admin: one send", path: `/offer-sends/${rows[0]?.id}` },
    { what: "recruiter: sends of own offers, page 1", path: sends, token: recruiter },
    { what: "recruiter: sends of own offers, page 100", path: `${sends}&page=${10 * hundredth}`, token: recruiter },
    { what: "recruiter: viewed sends of own offers", path: `${sends}&status=viewed`, token: recruiter },
    { what: "recruiter: own sends to a candidate", path: `${sends}&candidateId=${candidateId(7)}`, token: recruiter },
    { what: "candidate: sends, page 1", path: sends, token },
    { what: "candidate: sends, page 400", path: `${sends}&page=400`, token },
    { what: "candidate: responded sends", path: `${sends}&status=responded`, token },
    { what: "candidate: offers, page 1", path: `/offers?limit=${limit}`, token },
    { what: "candidate: offers, page 400", path: `/offers?limit=${limit}&page=400`, token },
    { what: "candidate: notifications, page 1", path: `/notifications?limit=${limit}`, token },
    { what: "candidate: notifications, page 1,000", path: `/notifications?limit=${limit}&page=${deepPage}`, token },
    { what: "candidate: unread notifications", path: `/notifications?limit=${limit}&unread=true`, token },
    { what: "candidate: read notifications", path: `/notifications?limit=${limit}&unread=false`, token },
    { what: "candidate: notifications by mail", path: `/notifications?limit=${limit}&channel=mail`, token }
  ]
}

/** One of everything that is written, for its plan; but what the end of an offer writes. */
const explainWrites = async (stage: Stage, apiUrl: string, ids: ReadonlyArray<string>) => {
  const token = await stage.tokenOf(candidate(1))
  const sendable = ids[1] ?? ""
  const [{ notification, unviewed } = { notification: "", unviewed: "" }] = (
    await stage.pool.query<{ notification: string; unviewed: string }>(
      `select (select id from notification where recipient_id = $1 and read_at is null limit 1) as notification,
         (select s.id from offer_sent s join offer o on o.id = s.offer_id
          where candidate_id = $1 and s.status = 'sent' and o.status = 'active' and o.ends_at > now() limit 1) as unviewed`,
      [candidateId(1)]
    )
  ).rows
  // So that the send and the bulk are new.
  await stage.pool.query(`delete from offer_sent where offer_id = '${sendable}'`)
  await tidy(stage.pool)
  const untilIdle = async () => {
    await until(stage, performance.now(), "(select count(*) from delivery) = $1", [waiting])
    await until(stage, performance.now(), "(select count(*) from outgoing_mail) = $1", [waiting])
  }
  return explainDuring(
    stage,
    {
      "send: what it has to know": /as addressees/,
      "send: the commit": /^(?!.*skip locked).*relied_account/s,
      "bulk of fifty: the commit": /skip locked.*relied_account/s,
      "view: the commit": /^(?!.*(skip locked|relied_account)).*moved_offer_sent/s,
      "circumstances, of up to a hundred events": /as k\(position int, id uuid/,
      "handled: up to a hundred events, with their notifications": /received as.*notified as/s,
      "mails: claimed": /outgoing_mail.*skip locked/s,
      "mails: what they are about": /as k\(position int, sent uuid/,
      "mails: their outcomes": /with outcome as/,
      "notifications: one is marked as read": /asked as materialized/,
      "notifications: all are marked as read": /marked as(?!.*asked)/s
    },
    async () => {
      const post = (path: string) => ({ method: "POST", path, expect: 200 }) as const
      await load(apiUrl, stage.token, [sendTo(sendable, candidateId(99)), ...bulkCalls(sendable, 50)], 1)
      await load(apiUrl, token, [{ method: "GET", path: `/offer-sends/${unviewed}`, expect: 200 }], 1)
      await untilIdle()
      await load(apiUrl, token, [post(`/notifications/${notification}/read`)], 1)
      await load(apiUrl, token, [{ ...post("/notifications/read-all"), expect: 204 }], 1)
    }
  )
}
