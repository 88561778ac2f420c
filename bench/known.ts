import type { Agent } from "node:http"
import type { Database } from "../apps/local/src/database.ts"
import { hashIn, insertInvitations, tokenOf } from "./insert-invitations.ts"
import { type Call, overConnections, send } from "./load.ts"
import { plain, type Section, scaled, table } from "./section.ts"
import { sink, sinkQueue } from "./sink.ts"
import { candidate, insertCandidates, openStage, type Stage, tidy } from "./stage.ts"
import { compareRanks, median, shuffled } from "./statistics.ts"

/** Of each kind, and as many before that are not counted. */
const pairs = scaled(3_000)
const warmUp = scaled(300)
const all = warmUp + pairs

/** Below this a difference is not put down to chance. */
const level = 0.01

type Calls = (n: number) => Call
interface Question {
  readonly what: string
  readonly first: Calls
  readonly second: Calls
}

/** Whether the time of an answer gives away what the answer itself does not: whose address it is, or how near a token comes. */
export const measureKnown = async (server: Database): Promise<Section> => {
  const stage = await openStage(server, "known")
  await fill(stage)
  const platform = await stage.startPlatform({
    bindings: { edgeApi: { EVENTS: { type: "queue", name: sinkQueue } } },
    workers: [sink]
  })
  try {
    const rows = await overConnections(1, async (agent) => {
      const rows: Array<ReadonlyArray<string>> = []
      for (const question of questions) rows.push(await ask(platform.apiUrl, question, agent))
      return rows
    })
    return {
      title: "Known against unknown",
      paragraphs: [
        table(["", "p50 ms of each", "difference, µs", "the first is the slower one", "p", "beyond noise"], rows),
        `${plain(pairs)} requests of each kind, one after the other and in pairs whose order is left to chance, each with an address or a token of its own. Mann–Whitney's test: if nothing told them apart, the first would be the slower one in 50 % of all pairs. A difference counts as more than noise from p < ${level} on; the last two are alike.`
      ]
    }
  } finally {
    await platform.stop()
    await stage.close()
  }
}

const fill = async (stage: Stage) => {
  await insertCandidates(stage, all)
  await insertInvitations(stage, {
    count: all,
    days: 2,
    companyId: `'${stage.company}'`,
    inviterId: `'${stage.account.id}'`,
    email: "'guest-' || n || '@example.org'",
    series: "invitation",
    openEvery: 1
  })
  await stage.pool.query(
    `insert into sign_in (id, email, token_hash, created_at, expires_at, used_at)
     select gen_random_uuid(), 'candidate-' || n || '@example.org', ${hashIn("sign-in", "n")}, now(),
       now() + interval '1 day', now()
     from generate_series(1, $1::int) n`,
    [all]
  )
  await tidy(stage.pool)
}

const askFor =
  (email: (n: number) => string): Calls =>
  (n) => ({ method: "POST", path: "/api/sign-in", body: JSON.stringify({ email: email(n) }), expect: 202 })

const signInBy =
  (token: (n: number) => string): Calls =>
  (n) => ({ method: "POST", path: `/api/sign-in/${token(n)}`, expect: 400 })

const validate =
  (token: (n: number) => string, expect: number): Calls =>
  (n) => ({ method: "GET", path: `/api/invitations/validate/${token(n)}`, expect })

const known = (n: number) => tokenOf("invitation", n)
const unknown = (n: number) => tokenOf("unknown", n)
/** All but its last character, of whose six bits the upper ones count. */
const nearlyKnown = (n: number) => known(n).replace(/.$/, (last) => (last === "A" ? "E" : "A"))

const questions: ReadonlyArray<Question> = [
  {
    what: "POST /api/sign-in: an address with an account, and one without",
    first: askFor((n) => candidate(n).email),
    second: askFor((n) => `strangers-${n}@example.org`)
  },
  {
    what: "POST /api/sign-in/:token: one that is used up, and one that never was",
    first: signInBy((n) => tokenOf("sign-in", n)),
    second: signInBy(unknown)
  },
  {
    what: "GET /api/invitations/validate/:token: one that is known (200), and one that is not (400)",
    first: validate(known, 200),
    second: validate(unknown, 400)
  },
  {
    what: "the same: all but the last character of one that is known, and one that is not",
    first: validate(nearlyKnown, 400),
    second: validate(unknown, 400)
  },
  {
    what: "for comparison, two that are alike: unknown tokens, and others",
    first: validate(unknown, 400),
    second: validate((n) => tokenOf("another", n), 400)
  },
  {
    what: "for comparison, two that are alike: addresses without an account, and others",
    first: askFor((n) => `foreigner-${n}@example.org`),
    second: askFor((n) => `passer-by-${n}@example.org`)
  }
]

const ask = async (origin: string, { what, first, second }: Question, agent: Agent): Promise<ReadonlyArray<string>> => {
  const times: Readonly<Record<"first" | "second", Array<number>>> = { first: [], second: [] }
  for (let n = 1; n <= all; n++) {
    for (const [which, calls] of shuffled(
      Object.entries({ first, second }) as ReadonlyArray<["first" | "second", Calls]>
    )) {
      const call = calls(n)
      const sent = performance.now()
      await send(origin, call, agent)
      if (n > warmUp) times[which].push(performance.now() - sent)
    }
  }
  const { share, p } = compareRanks(times.first, times.second)
  const [a, b] = [median(times.first), median(times.second)]
  return [
    what,
    `${a.toFixed(2)}, ${b.toFixed(2)}`,
    ((a - b) * 1_000).toFixed(0),
    `${(share * 100).toFixed(1)} %`,
    p < 0.0001 ? "< 0.0001" : p.toFixed(4),
    p < level ? "**yes**" : "no"
  ]
}
