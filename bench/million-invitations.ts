import { v7 } from "uuid"
import { runJobNow } from "../apps/local/src/cron.ts"
import type { Database } from "../apps/local/src/database.ts"
import { hashIn, insertInvitations, tokenOf } from "./insert-invitations.ts"
import { type Call, load } from "./load.ts"
import { executionTime, explainDuring, type Plan } from "./plan.ts"
import { deepPage, limit, pathAtDepth, type Read, timeReads, timingsTable } from "./reads.ts"
import { plain, type Section, scaled, seconds, table } from "./section.ts"
import {
  candidate,
  companyIdIn,
  insertCandidates,
  insertManagers,
  managerIdIn,
  openStage,
  type Stage,
  tidy,
  uuidAt,
  withoutIndexes
} from "./stage.ts"
import { until } from "./wait.ts"

/** Of one company; and of all the others together, fifty each. */
const invitations = scaled(1_000_000)
const otherCompanies = scaled(5_000)
const elsewhere = 50 * otherCompanies
const members = scaled(10_000)
const candidates = scaled(100_000)
/** Of the company's last three days, a hundredth of all, so many are open: one in so many. */
const open = 300
const openEvery = Math.max(1, Math.floor(invitations / 100 / open))
/** Of the newest invitations of the company: as many have an event and a mail. */
const recent = scaled(200_000)
const signIns = scaled(50_000)
/** Events and mails that are not due while the plans are made. */
const waiting = scaled(20_000)
const samples = 20

/** A company with a million invitations among many with a few: what it costs to read, to invite, to accept, and the sweep. */
export const measureMillionInvitations = async (server: Database): Promise<ReadonlyArray<Section>> => {
  const stage = await openStage(server, "million_invitations")
  try {
    const begun = performance.now()
    const boss = await fill(stage)
    const filled = performance.now() - begun
    const platform = await stage.startPlatform()
    try {
      const lists = await timeReads(stage, platform.apiUrl, samples / 4, listsOf(boss))
      const reads = await timeReads(stage, platform.apiUrl, samples, await readsOf(platform.apiUrl, boss))
      const writes = await explainWrites(stage, platform.apiUrl, boss)
      const sweep = await measureSweep(stage, () => runJobNow("expireInvitations", platform.runJob))
      const plans = [...writes, ...sweep.plans]
      return [
        {
          title: "A company with a million invitations",
          paragraphs: [
            listsTable(lists.timings),
            timingsTable(reads.timings),
            statementsTable(plans),
            `The sweep of ${plain(sweep.due)} expired invitations and of ${plain(sweep.forgotten)} old sign-ins: ${seconds(sweep.milliseconds)} s, in ${sweep.roundTrips} round trips. ` +
              `The company has ${plain(invitations)} invitations, of which ${plain(open)} are open and ${plain(invitations / 50)} are expired but not swept, and ${plain(members)} members; ` +
              `${plain(otherCompanies)} others have fifty invitations each, and there are ${plain(candidates)} candidates. Filling the tables took ${seconds(filled)} s.`
          ],
          plans: [...lists.plans, ...reads.plans, ...plans]
        }
      ]
    } finally {
      await platform.stop()
    }
  } finally {
    await stage.close()
  }
}

/** Answers the token of the manager who has sent a hundredth of the company's invitations. */
const fill = async (stage: Stage): Promise<string> => {
  const { pool, company } = stage
  const boss = {
    id: v7(),
    role: "hiring_manager",
    subRole: null,
    companyId: company,
    email: "boss@example.org",
    username: null
  } as const
  await pool.query(
    `insert into account (id, version, role, company_id, email, first_name, last_name, created_at)
     values ($1, 0, $2, $3, $4, 'Alex', 'Lund', now() - interval '400 days')`,
    [boss.id, boss.role, company, boss.email]
  )
  // Only who made the company may take back what others have sent.
  await pool.query("update company set creator_id = $1 where id = $2", [boss.id, company])
  await insertManagers(stage, otherCompanies)
  await insertCandidates(stage, candidates)
  await pool.query(
    `insert into account (id, version, role, sub_role, company_id, email, username, first_name, last_name, created_at)
     select ${uuidAt("made_at")}, 1, 'recruiter', 'recruiter_user', $2, 'member-' || n || '@example.org', 'member-' || n, 'Robin', 'Vik', made_at
     from generate_series(1, $1::int) n, lateral (select now() - n * interval '40 min' as made_at) m`,
    [members, company]
  )
  await withoutIndexes(stage, "invitation", async () => {
    // The last hundredth is of the last three days; of the rest every fiftieth is expired and not swept.
    await insertInvitations(stage, {
      count: invitations,
      days: 300,
      companyId: `'${company}'`,
      inviterId: `case n % 100 when 0 then '${boss.id}' else ${managerIdIn("1 + n % 50")} end`,
      // No two are alike: the multiplier has no part in common with the prime.
      email: "'person-' || (n::bigint * 7919) % 1000003 || '@example.org'",
      series: "invitation",
      openEvery
    })
    await insertInvitations(stage, {
      count: elsewhere,
      days: 30,
      companyId: companyIdIn(`1 + n % ${otherCompanies}`),
      inviterId: managerIdIn(`1 + n % ${otherCompanies}`),
      email: "'guest-' || n || '@example.org'",
      series: "elsewhere",
      openEvery: 2
    })
  })
  await withoutIndexes(stage, "event", () =>
    pool.query(
      `insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
       select gen_random_uuid(), 'invitation', id, 1, 'invitation.created',
         json_build_object('inviterId', inviter_id, 'resends', 0, 'expiresAt', 0),
         json_build_object('kind', 'hiring_manager', 'id', inviter_id), company_id, created_at
       from invitation where company_id = $1 order by created_at desc limit $2`,
      [company, recent]
    )
  )
  await withoutIndexes(stage, "notification", () =>
    pool.query(
      `with written as (
         insert into notification (id, event_id, recipient_id, template, data, created_at)
         select gen_random_uuid(), gen_random_uuid(), id, 'invitation',
           json_build_object('invitationId', id, 'resends', 0, 'expiresAt', 0, 'companyName', 'Acme', 'personalMessage', null,
             'inviter', json_build_object('id', inviter_id, 'firstName', 'Alex', 'lastName', 'Lund')),
           created_at
         from invitation where company_id = $1 order by created_at desc limit $2
         returning id, created_at
       )
       insert into notification_delivery (id, notification_id, channel, status, sent_at)
       select gen_random_uuid(), id, 'mail', 'sent', created_at from written`,
      [company, recent]
    )
  )
  // A tenth of them are older than an hour, and count no more.
  await pool.query(
    `insert into sign_in (id, email, token_hash, created_at, expires_at)
     select ${uuidAt("asked_at")}, 'candidate-' || n || '@example.org', ${hashIn("sign-in", "n")}, asked_at,
       asked_at + interval '15 min'
     from generate_series(1, $1::int) n,
       lateral (select now() - (case n % 10 when 0 then 61 else 0 end + n % 7) * interval '1 min' as asked_at) a`,
    [signIns]
  )
  // As when much else is waiting: their time is far off.
  for (const [name, id] of [
    ["delivery", "event_id"],
    ["outgoing_mail", "delivery_id"]
  ]) {
    await pool.query(
      `insert into ${name} (${id}, due_at, attempts)
       select gen_random_uuid(), now() + interval '1 day', 0 from generate_series(1, $1::int)`,
      [waiting]
    )
  }
  await tidy(pool)
  return stage.tokenOf(boss)
}

const orders = ["createdAt", "expiresAt", "email", "status"]
const statuses = ["", "PENDING", "ACCEPTED", "EXPIRED", "REVOKED", "DECLINED"]

/** Every order with every filter, at both ends: the first page and a deep one, which are counted from 0. */
const listsOf = (token: string): ReadonlyArray<Read> =>
  orders.flatMap((order) =>
    statuses.flatMap((status) =>
      [0, deepPage].map((page) => ({
        what: `invitations by ${order}${status === "" ? "" : `, ${status} only`}, page ${plain(page)}`,
        path: `/api/invitations?size=${limit}&sort=${order},desc&page=${page}${status === "" ? "" : `&status=${status}`}`,
        token
      }))
    )
  )

type Timings = Awaited<ReturnType<typeof timeReads>>["timings"]

/** The two pages of a list side by side. */
const listsTable = (timings: Timings): string =>
  table(
    ["", "page 0, p50 ms", "PostgreSQL alone, ms", `page ${plain(deepPage)}, p50 ms`, "PostgreSQL alone, ms"],
    timings.flatMap(({ what, p50, sql }, index) => {
      const deep = timings[index + 1]
      if (index % 2 === 1 || deep === undefined) return []
      const cells = [p50, sql, deep.p50, deep.sql].map((milliseconds) => milliseconds.toFixed(1))
      return [[what.replace(/, page 0$/, ""), ...cells]]
    })
  )

const readsOf = async (apiUrl: string, token: string): Promise<ReadonlyArray<Read>> => [
  { what: "members, page 1", path: `/api/members?limit=${limit}`, token },
  { what: "members, page 500", path: `/api/members?limit=${limit}&page=500`, token },
  {
    what: "members, at the depth of page 500 by cursor",
    path: await pathAtDepth(apiUrl, token, "/api/members", 500),
    token
  },
  {
    what: "validate, an invitation that is open",
    path: `/api/invitations/validate/${tokenOf("invitation", lastOpen(0))}`,
    token
  },
  { what: "validate, one of long ago", path: `/api/invitations/validate/${tokenOf("invitation", 12)}`, token }
]

/** The number of the company's newest open invitations, by how many are newer. */
const lastOpen = (newer: number) => (Math.floor(invitations / openEvery) - newer) * openEvery

/** One of everything that is written, and what it has to know, for its plan. */
const explainWrites = async (stage: Stage, apiUrl: string, token: string): Promise<ReadonlyArray<Plan>> => {
  const { pool } = stage
  const call = (method: Call["method"], path: string, expect: number, body?: unknown): Call => ({
    ...{ method, path: `/api/${path}`, expect },
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
  const untilIdle = async () => {
    await until(stage, performance.now(), "(select count(*) from delivery) = $1", [waiting])
    await until(stage, performance.now(), "(select count(*) from outgoing_mail) = $1", [waiting])
  }
  const during = (wanted: Readonly<Record<string, RegExp>>, made: Call, by: string | null = token) => {
    return explainDuring(stage, wanted, async () => {
      await load(apiUrl, by, [made], 1)
      await untilIdle()
    })
  }
  const idsOf = async (query: string) => {
    const { rows } = await pool.query<{ id: string }>(query, [stage.company])
    return rows.map(({ id }) => id)
  }
  const known = await idsOf(
    `(select email as id from invitation where company_id = $1 and status = 'expired' limit 20)
     union all (select email from invitation where company_id = $1 and status = 'pending' and expires_at < now() limit 20)`
  )
  const unknown = Array.from({ length: 100 - known.length }, (_, index) => `unknown-${index}@example.org`)
  const [resent = "", revoked = ""] = await idsOf(
    "select id from invitation where company_id = $1 and status = 'pending' and expires_at > now() + interval '2 days' order by expires_at limit 2"
  )
  const [gone] = await idsOf("select id from account where company_id = $1 and role = 'recruiter' limit 1")
  // Whose address an open invitation has.
  await pool.query(`update invitation set email = $1 where token_hash = ${hashIn("invitation", "$2::int")}`, [
    candidate(1).email,
    lastOpen(1)
  ])
  await tidy(pool)
  const profile = { username: "newest", firstName: "Robin", lastName: "Vik" }
  const afterwards = {
    "circumstances of invitations": /"companyName".*i\.id = any/s,
    "handled, with the notifications": /received as.*notified as/s,
    "mails: claimed": /outgoing_mail.*skip locked/s,
    "mails: what they are about": /as mailed.*i\.id = any/s,
    "mails: their outcomes": /with outcome as/
  }
  const inviting = (what: string) => ({
    [`${what}: what it has to know`]: /as invitees/,
    [`${what}: the lock`]: /for no key update/,
    [`${what}: the commit, which counts under the lock`]: /created_invitation/,
    ...Object.fromEntries(Object.entries(afterwards).map(([then, text]) => [`${what}: ${then}`, text]))
  })
  return [
    ...(await during(inviting("invite one"), call("POST", "invitations/recruiter", 201, { email: "new@example.org" }))),
    ...(await during(
      inviting("invite a hundred"),
      call(
        "POST",
        "invitations/bulk-recruiter",
        200,
        [...known, ...unknown].map((email) => ({ email }))
      )
    )),
    ...(await during(
      { "accept: by the token, and by the user name": /"usernameTaken"/, "accept: the commit": /created_account/ },
      call("POST", `invitations/accept/${tokenOf("invitation", lastOpen(0))}`, 200, profile),
      null
    )),
    ...(await during(
      { "accept by an account: the commit": /moved_account/ },
      call("POST", `invitations/accept/${tokenOf("invitation", lastOpen(1))}`, 200),
      await stage.tokenOf(candidate(1))
    )),
    ...(await during(
      { "decline: the commit": /moved_invitation/ },
      call("POST", `invitations/decline/${tokenOf("invitation", lastOpen(2))}`, 204),
      null
    )),
    ...(await during(
      { "resend: what it has to know": /as invitee,/, "resend: the commit": /moved_invitation/ },
      call("POST", `invitations/${resent}/resend`, 200)
    )),
    ...(await during(
      { "revoke: the commit": /moved_invitation/ },
      call("PATCH", `invitations/${revoked}/revoke`, 204)
    )),
    ...(await during(
      { "members: one": /"callerVersion"/, "members: one is removed": /moved_account/ },
      call("DELETE", `members/${gone}`, 204)
    )),
    ...(await during(
      { "company: what it is": /as company/, "company: it is named": /moved_company/ },
      call("PATCH", "company", 200, { name: "Acme Bakers" })
    )),
    ...(await during(
      {
        "sign-in: asked for": /with requested as/,
        "sign-in mails: claimed": /outgoing_mail.*skip locked/s,
        "sign-in mails: what they are about": /as mailed.*l\.id = any/s
      },
      call("POST", "sign-in", 202, { email: candidate(7).email }),
      null
    )),
    ...(await during(
      { "sign-in: by the link": /with used as/ },
      call("POST", `sign-in/${tokenOf("sign-in", 7)}`, 200),
      null
    ))
  ]
}

const statementsTable = (plans: ReadonlyArray<Plan>): string =>
  table(
    ["", "PostgreSQL alone, ms"],
    plans.map((plan) => {
      const milliseconds = executionTime(plan)
      return [plan.what, Number.isNaN(milliseconds) ? "–" : milliseconds.toFixed(1)]
    })
  )

/** expireInvitations, as the cron fires it, and with it forgetSignIns: the events of it go to the consumer. */
const measureSweep = async (stage: Stage, run: () => Promise<void>) => {
  const count = async (query: string) => {
    const { rows } = await stage.pool.query<{ count: number }>(`select count(*)::int as count from ${query}`)
    return rows[0]?.count ?? 0
  }
  const expired = "invitation where status = 'pending' and expires_at <= now()"
  const due = await count(expired)
  const forgotten = await count("sign_in where created_at <= now() - interval '1 hour'")
  const before = stage.neon.requests
  let roundTrips = 0
  let milliseconds = 0
  const plans = await explainDuring(
    stage,
    {
      "sweep: what is due, a thousand": /where status = 'pending' and i\.expires_at <=/,
      "sweep: the commit of a thousand": /moved_invitation/,
      "sweep: sign-ins are forgotten, a thousand": /with old as/
    },
    async () => {
      const begun = performance.now()
      await run()
      // What is left after twenty batches goes on by a message.
      milliseconds = await until(stage, begun, `not exists (select 1 from ${expired})`)
      roundTrips = stage.neon.requests - before
    }
  )
  return { due, forgotten, milliseconds, roundTrips, plans }
}
