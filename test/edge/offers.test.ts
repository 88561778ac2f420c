import { aCandidate, aRecruiter, type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { offerInput } from "../stage.ts"
import { jobs, runJob } from "../workers/cast.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

let edge: Edge
let ours: CompanyWithPeople
let theirs: CompanyWithPeople
beforeAll(async () => {
  edge = await openEdge()
  ours = await edge.addCompany()
  theirs = await edge.addCompany()
})
afterEach(() => edge.moveClock(0))
afterAll(() => edge.close())

const minute = 60_000
const second = 1_000
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const iso = (at: number) => new Date(at).toISOString()

/** What a client sends, its dates ahead of the time that it is for the workers. */
const contentAhead = (changes: Readonly<Record<string, unknown>> = {}) =>
  offerInput({ startDateJob: iso(edge.now() + 10 * day), expiredDate: iso(edge.now() + 20 * day), ...changes })

/** Makes an offer of `recruiter`'s. */
const made = async (changes: Readonly<Record<string, unknown>> = {}, by: Account = ours.recruiter) => {
  const answer = await edge.as(by)("POST", "/offers", { body: contentAhead(changes) })
  assert.strictEqual(answer.status, 201, answer.text)
  return answer.json
}
const command = (id: string, name: string, by: Account = ours.recruiter) => edge.as(by)("POST", `/offers/${id}/${name}`)
const read = (id: string, by: Account = ours.recruiter) => edge.as(by)("GET", `/offers/${id}`)

interface Event {
  readonly type: string
  readonly sequence: number
  readonly actor: object
  readonly data: Readonly<Record<string, unknown>>
  readonly occurredAt: string
}
const history = async (id: string): Promise<ReadonlyArray<Event>> =>
  (await edge.as(ours.admin)("GET", `/offers/${id}/history?limit=100`)).json
const typesOf = (events: ReadonlyArray<Event>) => events.map(({ type }) => type.replace("offer.", ""))

const sweep = async () => {
  for (const job of [jobs.expired, jobs.started]) await runJob(edge.platform, job)
}
/** Moves the time beyond the dates that `made` gives. */
const letItEnd = () => edge.moveClock(11 * day)

describe("making an offer", () => {
  it("answers 201 with every field, its version and where it is", async () => {
    const body = contentAhead({
      emploiType: "CDD",
      attachmentUrl: "https://example.org/baker.pdf",
      endDate: iso(Date.now() + 400 * day),
      quizId: null,
      quizRequired: true
    })
    const before = Date.now()
    const answer = await edge.as(ours.recruiter)("POST", "/offers", { body })
    const { id, createdAt, updatedAt, ...rest } = answer.json
    assert.strictEqual(answer.status, 201)
    assert.strictEqual(answer.headers.get("etag"), '"1"')
    assert.strictEqual(answer.headers.get("location"), `/offers/${id}`)
    assert.match(id, uuid7)
    assert.strictEqual(updatedAt, createdAt)
    assert.isTrue(Date.parse(createdAt) >= before && Date.parse(createdAt) <= Date.now())
    assert.strictEqual(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16), Date.parse(createdAt))
    assert.deepStrictEqual(rest, {
      ...body,
      recruiterId: ours.recruiter.id,
      companyId: ours.id,
      status: "active",
      endsAt: body.startDateJob
    })
  })

  it("answers null for what was left out, and false for quizRequired", async () => {
    const { attachmentUrl, endDate, quizId, quizRequired } = await made()
    assert.deepStrictEqual([attachmentUrl, endDate, quizId, quizRequired], [null, null, null, false])
  })

  it.each(["CDI", "CDD", "Alternance", "Stage", "Freelance"])("keeps the kind of employment %s", async (emploiType) => {
    const offer = await made({ emploiType })
    assert.strictEqual((await read(offer.id)).json.emploiType, emploiType)
  })

  it("makes the one who asks its owner: recruiters, admins and hiring managers", async () => {
    for (const account of [ours.recruiter, ours.admin, ours.manager]) {
      assert.strictEqual((await made({}, account)).recruiterId, account.id)
    }
  })

  it("is read where Location says, as it was answered", async () => {
    const answer = await edge.as(ours.recruiter)("POST", "/offers", { body: contentAhead() })
    const details = await edge.as(ours.recruiter)("GET", answer.headers.get("location") ?? "")
    assert.strictEqual(details.headers.get("etag"), answer.headers.get("etag"))
    assert.deepInclude(details.json, answer.json)
  })
})

describe("the details", () => {
  it("add what is computed, and nothing else", async () => {
    const offer = await made()
    const { ageDays, daysToExpiry, daysToStart, acceptedCount, declinedCount, respondents, ...rest } = (
      await read(offer.id)
    ).json
    assert.deepStrictEqual(rest, offer)
    assert.deepStrictEqual([ageDays, daysToExpiry, daysToStart], [0, 19, 9])
    assert.deepStrictEqual([acceptedCount, declinedCount, respondents], [0, 0, []])
  })

  // The job starts ten days after the offer was made, and the offer expires ten days later. A second is left on either
  // side, because the workers' time goes on.
  const start = 10 * day
  const expiry = 20 * day
  it.each([
    ["when it is made", second, 0, 19, 9],
    ["a minute before its first day is over", day - minute, 0, 19, 9],
    ["when its first day is over", day + second, 1, 18, 8],
    ["a minute before the last day until the job starts", start - day - minute, 8, 11, 1],
    ["on the last day until the job starts", start - day + second, 9, 10, 0],
    ["a minute before the job starts", start - minute, 9, 10, 0],
    ["at once after the job started", start + second, 10, 9, -1],
    ["on the last day", expiry - day + second, 19, 0, -10],
    ["a minute before it expires", expiry - minute, 19, 0, -10],
    ["at once after it expired", expiry + second, 20, -1, -11]
  ])("count whole days, rounded down: %s", async (_, after, ageDays, daysToExpiry, daysToStart) => {
    const begin = edge.now()
    const offer = await made({ startDateJob: iso(begin + start), expiredDate: iso(begin + expiry) })
    await edge.moveClockTo(begin + after)
    const details = (await read(offer.id)).json
    assert.deepStrictEqual(
      [details.ageDays, details.daysToExpiry, details.daysToStart],
      [ageDays, daysToExpiry, daysToStart]
    )
  })

  it.each(["disabled", "archived"])("count no answers while the offer is %s", async (state) => {
    const { id } = await made()
    await command(id, state)
    const { acceptedCount, declinedCount, respondents } = (await read(id)).json
    assert.deepStrictEqual([acceptedCount, declinedCount, respondents], [null, null, null])
  })

  it("count no answers once it has expired, swept or not", async () => {
    const { id } = await made()
    await letItEnd()
    for (const swept of [false, true]) {
      if (swept) await sweep()
      const { status, acceptedCount, declinedCount, respondents } = (await read(id)).json
      assert.deepStrictEqual(
        [status, acceptedCount, declinedCount, respondents],
        ["expired", null, null, null],
        `${swept}`
      )
    }
  })
})

describe("a full update", () => {
  const update = (id: string, body: object) => edge.as(ours.recruiter)("POST", `/offers/${id}`, { body })
  const full = () =>
    contentAhead({
      emploiType: "CDD",
      attachmentUrl: "https://example.org/baker.pdf",
      endDate: iso(edge.now() + 400 * day),
      quizRequired: true
    })

  it("writes every field, and its event names those that changed", async () => {
    const { id, createdAt } = await made()
    const body = { ...full(), title: "Baker, nights" }
    await edge.moveClock(minute)
    const answer = await update(id, body)
    assert.strictEqual(answer.status, 200)
    assert.strictEqual(answer.headers.get("etag"), '"2"')
    assert.deepInclude(answer.json, { ...body, id, status: "active", createdAt, endsAt: body.startDateJob })
    assert.isAtLeast(Date.parse(answer.json.updatedAt), Date.parse(createdAt) + minute)
    const [, updated] = await history(id)
    assert.strictEqual(updated?.type, "offer.updated")
    const { fields, ...dates } = updated?.data ?? {}
    assert.sameMembers(fields as Array<string>, [
      "title",
      "emploiType",
      "attachmentUrl",
      "startDateJob",
      "expiredDate",
      "endDate",
      "quizRequired"
    ])
    assert.deepStrictEqual(dates, { startDateJob: body.startDateJob, expiredDate: body.expiredDate })
  })

  it("clears what is left out", async () => {
    const body = full()
    const { id } = await made(body)
    const { title, description, emploiType, salary, startDateJob, expiredDate } = body
    const answer = await update(id, { title, description, emploiType, salary, startDateJob, expiredDate })
    const { attachmentUrl, endDate, quizRequired } = answer.json
    assert.deepStrictEqual([attachmentUrl, endDate, quizRequired], [null, null, false])
    const fields = (await history(id))[1]?.data.fields
    assert.sameMembers(fields as Array<string>, ["attachmentUrl", "endDate", "quizRequired"])
  })

  it("clears what is null", async () => {
    const body = full()
    const { id } = await made(body)
    const answer = await update(id, { ...body, attachmentUrl: null, endDate: null, quizRequired: null })
    const { attachmentUrl, endDate, quizRequired } = answer.json
    assert.deepStrictEqual([attachmentUrl, endDate, quizRequired], [null, null, false])
  })

  it("that changes nothing is no event: the same version, the same updatedAt", async () => {
    const body = full()
    const offer = await made(body)
    await edge.moveClock(minute)
    const answer = await update(offer.id, { ...body, title: ` ${body.title} ` })
    assert.strictEqual(answer.status, 200)
    assert.strictEqual(answer.headers.get("etag"), '"1"')
    assert.deepStrictEqual(answer.json, offer)
    assert.deepStrictEqual(typesOf(await history(offer.id)), ["created"])
  })

  it("asks for every required field again", async () => {
    const { id } = await made()
    const answer = await update(id, { title: "Baker, nights" })
    assert.strictEqual(answer.status, 400)
    assert.lengthOf(answer.json.errors, 5)
  })

  it("of an expired offer prolongs it: it stays expired until it is enabled", async () => {
    const { id } = await made()
    await letItEnd()
    await sweep()
    const body = contentAhead()
    const prolonged = await update(id, body)
    assert.deepInclude(prolonged.json, { status: "expired", endsAt: body.startDateJob })
    assert.strictEqual((await read(id)).json.status, "expired")
    await sweep()
    const enabled = await command(id, "enabled")
    assert.deepInclude(enabled.json, { status: "active", endsAt: body.startDateJob })
    const events = await history(id)
    assert.deepStrictEqual(typesOf(events), ["created", "expired", "updated", "enabled"])
    assert.deepStrictEqual(events.at(-1)?.data, { term: 2 })
  })
})

// Every command in every state: the events that it writes (`=`: none, 200 and unchanged), or the code of its refusal.
// Where the date has passed unswept, the expiry is written first.
const moves = `
command  | active      | disabled           | archived           | expired            | prolonged          | ended              | ended disabled     | ended archived
update   | updated     | updated            | illegal-transition | updated            | updated            | expired updated    | expired updated    | illegal-transition
enabled  | =           | enabled            | enabled            | offer-dates-passed | enabled            | offer-dates-passed | offer-dates-passed | offer-dates-passed
disabled | disabled    | =                  | illegal-transition | illegal-transition | illegal-transition | illegal-transition | illegal-transition | illegal-transition
archived | archived    | archived           | =                  | archived           | archived           | expired archived   | expired archived   | =
transfer | transferred | offer-not-active   | offer-not-active   | offer-not-active   | offer-not-active   | offer-not-active   | offer-not-active   | offer-not-active
delete   | deleted     | deleted            | deleted            | deleted            | deleted            | expired deleted    | expired deleted    | deleted
`

/** How an offer comes into each of these states, and what it reads like then. */
const states: Readonly<Record<string, { readonly reads: string; readonly come: (id: string) => Promise<void> }>> = {
  active: { reads: "active", come: async () => {} },
  disabled: { reads: "disabled", come: async (id) => void (await command(id, "disabled")) },
  archived: { reads: "archived", come: async (id) => void (await command(id, "archived")) },
  expired: {
    reads: "expired",
    come: async () => {
      await letItEnd()
      await sweep()
    }
  },
  prolonged: {
    reads: "expired",
    come: async (id) => {
      await letItEnd()
      await sweep()
      await edge.as(ours.recruiter)("POST", `/offers/${id}`, { body: contentAhead() })
    }
  },
  ended: { reads: "expired", come: async () => letItEnd() },
  "ended disabled": {
    reads: "expired",
    come: async (id) => {
      await command(id, "disabled")
      await letItEnd()
    }
  },
  "ended archived": {
    reads: "archived",
    come: async (id) => {
      await command(id, "archived")
      await letItEnd()
    }
  }
}

const cells = (line: string) => line.split("|").map((cell) => cell.trim())
const [head = "", ...lines] = moves.trim().split("\n")
const cases = lines.flatMap((line) => {
  const [name = "", ...outcomes] = cells(line)
  return cells(head)
    .slice(1)
    .map((state, column) => [name, state, outcomes[column] ?? ""] as const)
})

describe("a command that takes no body", () => {
  it.each([
    [undefined, undefined, 200],
    ["", "application/json", 200],
    ["", "application/x-www-form-urlencoded", 200],
    [" {} ", "application/json; charset=UTF-8", 200],
    ["null", "application/json", 200],
    ['{ "note": "x" }', "application/json", 400],
    ["[]", "application/json", 400],
    ["{", "application/json", 400],
    ["{}", "text/plain", 415],
    ["{}", undefined, 415],
    [" ".repeat(256 * 1024 + 1), "application/json", 413]
  ] as const)("with the body %j of type %s: %i", async (raw, type, status) => {
    const { id } = await made()
    for (const path of ["enabled", "disabled", "archived", "delete"]) {
      const answer = await edge.as(ours.admin)("POST", `/offers/${id}/${path}`, {
        ...(raw !== undefined && { raw: new TextEncoder().encode(raw) }),
        ...(type !== undefined && { headers: { "Content-Type": type } })
      })
      assert.strictEqual(answer.status, status === 200 && path === "delete" ? 204 : status, answer.text)
    }
  })
})

describe("an instant", () => {
  it.each([
    ["2090-03-01T10:00:00.123Z", "2090-03-01T10:00:00.123Z"],
    ["2090-03-01T10:00Z", "2090-03-01T10:00:00.000Z"],
    ["2090-03-01T10:00:00+01", "2090-03-01T09:00:00.000Z"],
    ["2090-03-01T10:00-0530", "2090-03-01T15:30:00.000Z"],
    [" 2090-03-01T10:00:00.1234567+05:45 ", "2090-03-01T04:15:00.123Z"]
  ])("may be written as %j", async (written, read) => {
    const body = contentAhead({ startDateJob: written, expiredDate: "2091-01-01T00:00:00Z", emploiType: " CDD " })
    const answer = await edge.as(ours.recruiter)("POST", "/offers", { body })
    assert.strictEqual(answer.status, 201, answer.text)
    assert.deepInclude(answer.json, { startDateJob: read, emploiType: "CDD" })
  })
})

describe("a command in a state", () => {
  it.each(cases)("%s of an offer that is %s: %s", async (name, state, outcome) => {
    const { id } = await made()
    const { come, reads } = states[state] ?? assert.fail(state)
    await come(id)
    const before = await history(id)
    const details = (await read(id)).json
    assert.strictEqual(details.status, reads)

    const changed = contentAhead({ title: "Baker, nights" })
    const answer =
      name === "update"
        ? await edge.as(ours.recruiter)("POST", `/offers/${id}`, { body: changed })
        : name === "transfer"
          ? await edge.as(ours.admin)("POST", `/offers/${id}/transfer`, { body: { newRecruiterId: ours.colleague.id } })
          : await command(id, name, name === "delete" ? ours.admin : ours.recruiter)
    const after = await history(id)
    const written = after.slice(before.length)
    assert.deepStrictEqual(
      after.map(({ sequence }) => sequence),
      after.map((_, index) => index + 1)
    )

    if (outcome.includes("-")) {
      assert.deepStrictEqual([answer.status, answer.json.code], [outcome === "offer-not-active" ? 400 : 409, outcome])
      // Refused or not, a command that finds that time has passed writes it.
      assert.deepStrictEqual(typesOf(written), ["ended", "ended disabled"].includes(state) ? ["expired"] : [])
      const { ageDays: _, ...unchanged } = (await read(id)).json
      assert.deepInclude(details, unchanged)
      return
    }
    const expected = outcome === "=" ? [] : outcome.split(" ")
    assert.deepStrictEqual(typesOf(written), expected)
    const by = (account: Account) => ({ kind: account.role, id: account.id })
    for (const { type, actor, occurredAt } of written) {
      const admins = type === "offer.transferred" || type === "offer.deleted"
      assert.deepStrictEqual<object>(
        actor,
        type === "offer.expired" ? { kind: "system", id: null } : by(admins ? ours.admin : ours.recruiter)
      )
      if (type === "offer.expired") assert.strictEqual(occurredAt, details.endsAt)
    }
    if (name === "delete") {
      assert.strictEqual(answer.status, 204)
      assert.strictEqual((await read(id, ours.admin)).status, 404)
      return
    }
    assert.strictEqual(answer.status, 200)
    assert.strictEqual(answer.headers.get("etag"), `"${after.length}"`)
    const becomes = { enabled: "active", disabled: "disabled", archived: "archived" }[name] ?? reads
    assert.strictEqual(answer.json.status, becomes)
    if (name === "update") assert.deepInclude(answer.json, changed)
    if (name === "transfer") assert.strictEqual(answer.json.recruiterId, ours.colleague.id)
    const owner = name === "transfer" ? ours.colleague : ours.recruiter
    const again = await read(id, owner)
    assert.deepInclude(again.json, answer.json)
    assert.strictEqual(again.headers.get("etag"), answer.headers.get("etag"))
  })
})

describe("a term", () => {
  it("ends when the offer is archived, and enabling it begins the next; disabling it ends none", async () => {
    const { id } = await made()
    for (const name of ["disabled", "enabled", "archived", "enabled", "disabled", "archived", "enabled"]) {
      assert.strictEqual((await command(id, name)).status, 200)
    }
    await command(id, "delete", ours.admin)
    const events = await history(id)
    assert.deepStrictEqual(
      events.map(({ type, data }) => [type.replace("offer.", ""), data.term]),
      [
        ["created", 1],
        ["disabled", 1],
        ["enabled", 1],
        ["archived", 1],
        ["enabled", 2],
        ["disabled", 2],
        ["archived", 2],
        ["enabled", 3],
        ["deleted", 3]
      ]
    )
  })
})

describe("time", () => {
  it("counts at once: past its date an offer is expired in every read, list and filter, swept or not", async () => {
    const company = await edge.addCompany()
    const by = edge.as(company.recruiter)
    const offer = await made({}, company.recruiter)
    const disabled = await made({}, company.recruiter)
    const archived = await made({}, company.recruiter)
    await by("POST", `/offers/${disabled.id}/disabled`)
    await by("POST", `/offers/${archived.id}/archived`)
    const later = await made({ startDateJob: iso(edge.now() + 15 * day) }, company.recruiter)

    const listed = async (query: string) => {
      const answer = await by("GET", `/offers?limit=100${query}`)
      assert.strictEqual(answer.headers.get("x-total-count"), String(answer.json.length))
      return answer.json.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`)
    }
    const lists = async () => ({
      all: await listed(""),
      active: await listed("&status=active"),
      disabled: await listed("&status=disabled"),
      archived: await listed("&status=archived"),
      expired: await listed("&status=expired")
    })

    await edge.moveClockTo(Date.parse(offer.endsAt) - minute)
    assert.deepStrictEqual(await lists(), {
      all: [`${later.id} active`, `${archived.id} archived`, `${disabled.id} disabled`, `${offer.id} active`],
      active: [`${later.id} active`, `${offer.id} active`],
      disabled: [`${disabled.id} disabled`],
      archived: [`${archived.id} archived`],
      expired: []
    })

    await edge.moveClockTo(Date.parse(archived.endsAt) + second)
    for (const swept of [false, true]) {
      if (swept) await sweep()
      assert.deepStrictEqual(await lists(), {
        all: [`${later.id} active`, `${archived.id} archived`, `${disabled.id} expired`, `${offer.id} expired`],
        active: [`${later.id} active`],
        disabled: [],
        archived: [`${archived.id} archived`],
        expired: [`${disabled.id} expired`, `${offer.id} expired`]
      })
      const details = (await by("GET", `/offers/${offer.id}`)).json
      assert.deepInclude(details, { status: "expired", updatedAt: offer.endsAt })
    }
  })

  it("is exact to the instant that endsAt says", async () => {
    const offer = await made({ startDateJob: iso(edge.now() + 5 * minute) })
    await edge.moveClockTo(Date.parse(offer.endsAt) - minute)
    assert.strictEqual((await read(offer.id)).json.status, "active")
    await edge.moveClockTo(Date.parse(offer.endsAt))
    assert.strictEqual((await read(offer.id)).json.status, "expired")
  })

  it("is written before the command that finds it out, at its own instant, by the system", async () => {
    const offer = await made()
    await letItEnd()
    const archived = await command(offer.id, "archived")
    assert.strictEqual(archived.headers.get("etag"), '"3"')
    const [, expired, then] = await history(offer.id)
    assert.deepInclude(expired, {
      type: "offer.expired",
      sequence: 2,
      occurredAt: offer.endsAt,
      actor: { kind: "system", id: null },
      data: { term: 1, reason: "job_started" }
    })
    assert.deepInclude(then, {
      type: "offer.archived",
      sequence: 3,
      occurredAt: archived.json.updatedAt,
      actor: { kind: "recruiter", id: ours.recruiter.id },
      data: { term: 1 }
    })
    // One statement: both or neither, and so both at one time of the database's.
    const { rows } = await edge.pool.query(
      "select distinct xmin::text from event where subject_id = $1 and sequence > 1",
      [offer.id]
    )
    assert.lengthOf(rows, 1)
  })

  it("shows an end by expiredDate where that one comes first", async () => {
    // No client can write such an offer; one that was brought in from elsewhere may be so.
    const offer = await made()
    const end = edge.now() + 5 * day
    await edge.pool.query("update offer set expires_at = $1 where id = $2", [iso(end), offer.id])
    assert.strictEqual((await read(offer.id)).json.endsAt, iso(end))
    await edge.moveClockTo(end + second)
    assert.strictEqual((await read(offer.id)).json.status, "expired")
    await sweep()
    const [, expired] = await history(offer.id)
    assert.deepInclude(expired, { occurredAt: iso(end), data: { term: 1, reason: "expired_date" } })
  })
})

describe("a transfer", () => {
  const transfer = (id: string, newRecruiterId: string, by: Account = ours.admin) =>
    edge.as(by)("POST", `/offers/${id}/transfer`, { body: { newRecruiterId } })

  it("gives an active offer to a colleague, who has it then; the old owner has lost it", async () => {
    const { id } = await made()
    const answer = await transfer(id, ours.colleague.id, ours.manager)
    assert.strictEqual(answer.status, 200)
    assert.deepInclude(answer.json, { recruiterId: ours.colleague.id, status: "active" })
    assert.strictEqual((await read(id, ours.colleague)).status, 200)
    assert.strictEqual((await read(id, ours.recruiter)).json.code, "not-owner")
    assert.strictEqual((await edge.as(ours.recruiter)("GET", `/offers/${id}/history`)).json.code, "not-owner")
    const [, transferred] = await history(id)
    assert.deepInclude(transferred, {
      type: "offer.transferred",
      actor: { kind: "hiring_manager", id: ours.manager.id },
      data: { fromRecruiterId: ours.recruiter.id, toRecruiterId: ours.colleague.id }
    })
  })

  it("gives it to a recruiter_admin too, who is a recruiter", async () => {
    const { id } = await made()
    assert.strictEqual((await transfer(id, ours.admin.id)).json.recruiterId, ours.admin.id)
  })

  it("to the one who owns it changes nothing", async () => {
    const offer = await made()
    const answer = await transfer(offer.id, ours.recruiter.id)
    assert.deepStrictEqual([answer.status, answer.headers.get("etag")], [200, '"1"'])
    assert.deepStrictEqual(answer.json, offer)
    assert.deepStrictEqual(typesOf(await history(offer.id)), ["created"])
  })

  const nobodies: ReadonlyArray<readonly [string, () => Promise<string>]> = [
    ["somebody unknown", async () => newId()],
    ["a recruiter of another company", async () => theirs.recruiter.id],
    ["a hiring manager", async () => ours.manager.id],
    [
      "a candidate",
      async () => {
        const candidate = aCandidate()
        await edge.addAccount(candidate)
        return candidate.id
      }
    ],
    [
      "a recruiter who has left",
      async () => {
        const leaver = aRecruiter(null)
        await edge.addAccount(leaver)
        return leaver.id
      }
    ]
  ]
  it.each(nobodies)("to %s is refused", async (_, whom) => {
    const { id } = await made()
    const answer = await transfer(id, await whom())
    assert.deepStrictEqual([answer.status, answer.json.code], [400, "recruiter-unknown"])
    assert.deepStrictEqual(typesOf(await history(id)), ["created"])
  })

  it.each(["active", "disabled", "archived", "expired", "prolonged", "ended", "ended disabled", "ended archived"])(
    "is possible in any state once the owner has left the company: %s",
    async (state) => {
      const leaver = aRecruiter(ours.id)
      await edge.addAccount(leaver)
      const { id } = await made({}, leaver)
      const { reads } = states[state] ?? assert.fail(state)
      // The states are reached by an admin: `recruiter` has nothing to say here.
      if (state.endsWith("disabled")) await command(id, "disabled", ours.admin)
      if (state.endsWith("archived")) await command(id, "archived", ours.admin)
      if (/^(expired|prolonged|ended)/.test(state)) await letItEnd()
      if (state === "expired" || state === "prolonged") await sweep()
      if (state === "prolonged") await edge.as(ours.admin)("POST", `/offers/${id}`, { body: contentAhead() })
      if (reads !== "active") {
        assert.strictEqual(
          (await transfer(id, ours.colleague.id)).json.code,
          "offer-not-active",
          "while the owner is there"
        )
      }
      await edge.pool.query("update account set company_id = null where id = $1", [leaver.id])
      const before = await history(id)

      const answer = await transfer(id, ours.colleague.id)
      assert.strictEqual(answer.status, 200, answer.text)
      assert.deepInclude(answer.json, { recruiterId: ours.colleague.id, status: reads })
      const written = typesOf((await history(id)).slice(before.length))
      assert.deepStrictEqual(written, ["transferred"])
    }
  )

  it("is possible too once the owner's account is gone, or is in another company", async () => {
    for (const change of ["delete from account", `update account set company_id = '${theirs.id}'`]) {
      const leaver = aRecruiter(ours.id)
      await edge.addAccount(leaver)
      const { id } = await made({}, leaver)
      await command(id, "archived", ours.admin)
      await edge.pool.query(`${change} where id = $1`, [leaver.id])
      assert.strictEqual((await transfer(id, ours.colleague.id)).status, 200)
    }
  })
})

describe("a deleted offer", () => {
  it("is gone for everybody, and its history stays for admins and hiring managers", async () => {
    const { id } = await made()
    const answer = await command(id, "delete", ours.admin)
    assert.deepStrictEqual([answer.status, answer.text], [204, ""])
    for (const account of [ours.admin, ours.manager, ours.recruiter, ours.colleague, theirs.admin]) {
      assert.strictEqual((await read(id, account)).status, 404)
    }
    const historyFor = async (account: Account) => (await edge.as(account)("GET", `/offers/${id}/history`)).status
    assert.deepStrictEqual(
      await Promise.all([ours.admin, ours.manager, ours.recruiter, ours.colleague, theirs.admin].map(historyFor)),
      [200, 200, 404, 404, 404]
    )
    assert.deepInclude((await history(id)).at(-1), {
      type: "offer.deleted",
      sequence: 2,
      actor: { kind: "recruiter", id: ours.admin.id },
      data: { term: 1, recruiterId: ours.recruiter.id }
    })
  })

  it("is answered 404 by every command, deleting it again included", async () => {
    const { id } = await made()
    await command(id, "delete", ours.manager)
    for (const name of ["enabled", "disabled", "archived", "delete"]) {
      assert.strictEqual((await command(id, name, ours.admin)).status, 404)
    }
    assert.deepStrictEqual(typesOf(await history(id)), ["created", "deleted"])
  })
})

describe("an event in the history", () => {
  it("has these fields and no other", async () => {
    const offer = await made()
    const [created] = await history(offer.id)
    const { id, ...rest } = created as Event & { readonly id: string }
    assert.match(id, uuid7)
    assert.deepStrictEqual<object>(rest, {
      type: "offer.created",
      subject: { type: "offer", id: offer.id },
      sequence: 1,
      occurredAt: offer.createdAt,
      actor: { kind: "recruiter", id: ours.recruiter.id },
      data: {
        recruiterId: ours.recruiter.id,
        term: 1,
        startDateJob: offer.startDateJob,
        expiredDate: offer.expiredDate
      }
    })
  })

  it("never holds what a person wrote", async () => {
    const secret = "Zebedee"
    const { id } = await made({
      title: secret,
      description: secret,
      salary: secret,
      attachmentUrl: `https://${secret}.example`
    })
    await edge.as(ours.recruiter)("POST", `/offers/${id}`, { body: contentAhead({ title: `${secret}!` }) })
    await command(id, "delete", ours.admin)
    assert.notInclude(JSON.stringify(await history(id)), secret)
  })
})

describe("If-Match", () => {
  const archive = (id: string, tag: string) =>
    edge.as(ours.recruiter)("POST", `/offers/${id}/archived`, { headers: { "If-Match": tag } })

  // The offer has version 2.
  it.each([
    ["the present version", '"2"', 200],
    ["any", "*", 200],
    ["one of several", '"1", "2"', 200],
    ["one of several, without spaces", '"1","2","3"', 200],
    ["an older one", '"1"', 412],
    ["one that never was", '"3"', 412],
    ["none of several", '"1", "3"', 412],
    ["the present one, weakly", 'W/"2"', 412],
    ["the present one, weakly among others", '"1", W/"2"', 412],
    ["the present one without its quotes", "2", 412]
  ])("that names %s: %s", async (_, tag, status) => {
    const { id } = await made()
    assert.strictEqual((await command(id, "disabled")).headers.get("etag"), '"2"')
    const answer = await archive(id, tag)
    assert.strictEqual(answer.status, status)
    if (status === 412) assert.strictEqual(answer.json.code, "stale-version")
    assert.deepStrictEqual(
      typesOf(await history(id)),
      status === 412 ? ["created", "disabled"] : ["created", "disabled", "archived"]
    )
  })

  it.each(["update", "enabled", "disabled", "archived", "transfer", "delete"])(
    "is held to by every change: %s",
    async (name) => {
      const { id } = await made()
      const send = (tag: string): Promise<Answer> => {
        const path = name === "update" ? `/offers/${id}` : `/offers/${id}/${name}`
        const body =
          name === "update" ? contentAhead() : name === "transfer" ? { newRecruiterId: ours.colleague.id } : undefined
        return edge.as(ours.admin)("POST", path, { headers: { "If-Match": tag }, ...(body && { body }) })
      }
      const stale = await send('"7"')
      assert.deepStrictEqual([stale.status, stale.json.code], [412, "stale-version"])
      assert.deepStrictEqual(typesOf(await history(id)), ["created"])
      assert.include([200, 204], (await send('"1"')).status)
    }
  )

  it("with the ETag of an offer whose date has passed lets the command through: time alone is no new version", async () => {
    const { id } = await made()
    await letItEnd()
    const tag = (await read(id)).headers.get("etag") ?? ""
    assert.strictEqual((await archive(id, tag)).status, 200)
    assert.strictEqual((await archive(id, tag)).status, 412)
  })

  it("is not read where nothing changes", async () => {
    const { id } = await made()
    const answer = await edge.as(ours.recruiter)("GET", `/offers/${id}`, {
      headers: { "If-Match": '"7"', "If-None-Match": '"1"' }
    })
    assert.strictEqual(answer.status, 200)
  })
})

describe("HEAD", () => {
  it.each(["/offers", "/offers/{id}", "/offers/{id}/history"])(
    "of %s says what GET says, without the body",
    async (path) => {
      const { id } = await made()
      const by = edge.as(ours.recruiter)
      const address = path.replace("{id}", id)
      const head = await by("HEAD", address)
      const get = await by("GET", address)
      assert.deepStrictEqual([head.status, head.text], [get.status, ""])
      for (const name of ["etag", "link", "x-total-count", "content-type", "cache-control"]) {
        assert.strictEqual(head.headers.get(name), get.headers.get(name), name)
      }
    }
  )

  it("is refused as GET is", async () => {
    assert.strictEqual((await edge.call("HEAD", "/offers")).status, 401)
    assert.strictEqual((await edge.as(ours.recruiter)("HEAD", `/offers/${newId()}`)).status, 404)
  })
})
