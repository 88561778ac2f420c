import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { goThroughEverything, personal } from "./journey.ts"
import { openWatchedStage, type Said, type Traces, type WatchedStage } from "./watched-stage.ts"

let watched: WatchedStage
let traces: Traces
let tokens: ReadonlyArray<string>
let sealed: ReadonlyArray<string>
beforeAll(async () => {
  watched = await openWatchedStage()
  const { secrets, rows } = await goThroughEverything(watched)
  ;({ tokens, sealed } = secrets)
  traces = watched.traces(rows)
}, 120_000)
afterAll(() => watched.close())

/** Where one of the words stands, in whatever letter case; the first few of each place. */
const finds = (words: ReadonlyArray<string>, places: ReadonlyArray<Said>): ReadonlyArray<string> => {
  const sought = words.map((word) => word.toLowerCase())
  return places
    .filter(({ text }) => {
      const lower = text.toLowerCase()
      return sought.some((word) => lower.includes(word))
    })
    .map(({ of, text }) => `${of}: ${text.slice(0, 300)}`)
}

/** A token as it is, or as it may be written otherwise. */
const spelt = (secrets: ReadonlyArray<string>) =>
  secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret, "base64url").toString("hex"),
    Buffer.from(secret, "base64url").toString("base64").replaceAll("=", "")
  ])

const places = ["answers", "rows", "messages", "logs", "statements", "mails"] as const satisfies ReadonlyArray<
  keyof Traces
>

describe("a run through everything", () => {
  it("has left something everywhere to be looked at", () => {
    assert.isAbove(tokens.length, 15)
    assert.isAbove(sealed.length, 15)
    for (const place of places) assert.isNotEmpty(traces[place], place)
    for (const level of ["warn", "error"])
      assert.isTrue(
        traces.logs.some(({ of }) => of === level),
        level
      )
    const tables = new Set(traces.rows.map(({ of }) => of))
    for (const table of [
      "account",
      "company",
      "invitation",
      "sign_in",
      "event",
      "notification",
      "notification_delivery",
      "delivery",
      "dead_letter",
      "receipt",
      "outgoing_mail"
    ]) {
      assert.include([...tables], table)
    }
    const answers = new Set(traces.answers.map(({ of }) => of))
    assert.includeMembers(
      [...answers],
      [
        ...["200", "201", "202", "204", "303", "400 already-invited", "400 illegal-transition", "400 invalid-input"],
        ...[
          "400 invitation-not-open",
          "400 token-unknown",
          "400 username-taken",
          "400",
          "401 sign-in-required",
          "403 not-invited",
          "403"
        ],
        ...["404 not-found", "405 method-not-allowed", "413 body-too-large", "415 media-type-not-supported", "415"],
        ...["500 internal-error", "500", "503 store-unavailable", "503"]
      ]
    )
    const templates = new Set(traces.mails.map(({ of }) => of))
    assert.includeMembers([...templates], ["invitation", "invitation-accepted", "invitation-declined", "sign-in"])
  })

  it.each(places)("has left the token of no link in %s", (place) => {
    assert.deepStrictEqual(finds(spelt(tokens), traces[place]), [])
  })

  // To be written, a sealed token goes through a statement, and to be mailed it comes out of one: nowhere else.
  it.each(places.filter((place) => place !== "statements"))("has left no sealed token in %s", (place) => {
    assert.deepStrictEqual(finds(sealed, traces[place]), [])
  })

  it.each(["logs", "messages"] as const)("has left nothing personal in %s", (place) => {
    assert.deepStrictEqual(finds(personal, traces[place]), [])
  })

  it("has left nothing personal in events", () => {
    const events = traces.rows.filter(({ of }) => of === "event")
    assert.deepStrictEqual(finds(personal, events), [])
  })

  it("names the path of a problem without what may be a token", () => {
    const instances = traces.answers.flatMap(({ text }) => /"instance":"([^"]*)"/.exec(text)?.[1] ?? [])
    assert.isAbove(instances.length, 50)
    assert.isTrue(instances.some((instance) => instance.endsWith("/accept/…")))
    for (const instance of instances) assert.notMatch(instance, /[\w-]{40,}/)
  })
})

describe("the search", () => {
  it.each(places)("finds what is planted in %s, however it is spelt", (place) => {
    const [token = "", last = ""] = [tokens[0], tokens.at(-1)]
    const url = `https://treff.example/accept-invitation?token=${token}`
    for (const text of [url, JSON.stringify({ token: last }), Buffer.from(token, "base64url").toString("hex")]) {
      assert.include(finds(spelt(tokens), [...traces[place], { of: "planted", text }]).join(), "planted")
    }
    const leak = { of: "planted", text: `{"sealed_token":"${sealed[0]}"}` }
    assert.include(finds(sealed, [...traces[place], leak]).join(), "planted")
    for (const text of ["Dear Zephyrine", "to OTTOLINE.FITZWARREN@PRIVATE.EXAMPLE", "the heron flies at midnight."]) {
      assert.include(finds(personal, [...traces[place], { of: "planted", text }]).join(), "planted")
    }
  })

  it("finds the tokens where they belong: in the bodies of mails, and sealed beside what they are of", () => {
    const bodies = watched.mailer.mails.map(({ mail }) => ({ of: "mail", text: mail.text + mail.html }))
    assert.isAbove(finds(tokens, bodies).length, 2)
    assert.deepStrictEqual(finds(sealed, bodies), [])
    assert.isNotEmpty(finds(sealed, traces.statements))
    assert.isNotEmpty(finds(personal, traces.rows))
  })
})
