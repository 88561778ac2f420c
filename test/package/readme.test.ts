import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { freePort } from "../../apps/local/src/port.ts"
import { type Sandbox, startSandbox } from "../../apps/local/src/sandbox.ts"
import { freshDatabase, type TestDatabase } from "../database.ts"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")

/** The blocks of a page that are in this language. */
const blocksOf = async (page: string, language: string): Promise<ReadonlyArray<string>> =>
  [...(await readFile(join(root, page), "utf8")).matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(
    ([, named, text = ""]) => (named === language ? [text] : [])
  )

let folder: string
let database: TestDatabase
let sandbox: Sandbox
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "treff-readme-"))
  database = await freshDatabase()
  sandbox = await startSandbox({ folder, databaseUrl: database.url })
})
afterAll(async () => {
  await sandbox.stop()
  await database.stop()
  await rm(folder, { recursive: true })
})

/** What a shell prints that runs this as it stands, against the sandbox of this test. */
const shell = async (script: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const here = script
    .replaceAll("http://127.0.0.1:8787", sandbox.apiUrl)
    .replaceAll("http://127.0.0.1:8788", sandbox.controlUrl)
  const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 64_000_000 }
  return (await run("bash", ["-euo", "pipefail", "-c", here], options)).stdout
}

/** What a page prints whose commands run one after the other. None of them may end in a problem. */
const runPage = async (page: string): Promise<string> => {
  const printed = await shell((await blocksOf(page, "sh")).join("\n"))
  expect(printed).not.toContain("urn:treff:problem")
  return printed
}

describe("the README", async () => {
  const [commands = "", demo = ""] = await blocksOf("README.md", "sh")

  it("begins with two commands", () => {
    expect(commands).toMatch(/^npm start .*\nnpm test .*\n$/)
  })

  it("has a first request that walks through the flows", async () => {
    const ports = { PORT: new URL(sandbox.apiUrl).port, CONTROL_PORT: new URL(sandbox.controlUrl).port }
    const printed = await shell(demo, ports)
    expect(printed).toMatch(/type: 'offer.created'.*type: 'offer.archived'/s)
    expect(printed).toMatch(/type: 'offer.expired'.*reason: 'job_started'/s)
    expect(printed).toMatch(/status: 'sent'.*status: 'viewed'.*status: 'responded'/s)
    expect(printed).toMatch(/template: 'offer-sent-responded'.*template: 'offer-ended'/s)
    expect(printed).toMatch(/status: 'PENDING'.*valid: true.*status: 'ACCEPTED'/s)

    // What it prints can be pasted: here the first reads, with the variables that they use.
    const variables = printed.match(/^[A-Z]+='.*'$/gm) ?? []
    const reads = printed.match(/^curl -s '\S+' \\\n {2}-H "Authorization: Bearer \$[A-Z]+"$/gm) ?? []
    expect([variables.length, reads.length > 3]).toEqual([4, true])
    const [history = ""] = reads
    expect(await shell([...variables, history].join("\n"))).toMatch(/"type":"offer.created".*"type":"offer.archived"/)
  })

  it("has a first request that says what to do where no sandbox runs", async () => {
    const port = String(await freePort())
    await expect(shell(demo, { CONTROL_PORT: port })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(`^No sandbox answers at http://127.0.0.1:${port}. Start one with npm start`, "m")
      )
    })
  })
})

describe("the commands of a page run as they stand, and show what it says", () => {
  it("docs/flows/offers.md", async () => {
    const printed = await runPage("docs/flows/offers.md")
    expect(printed).toMatch(/"title":"Baker, nights".*"status":"archived"/)
    expect(printed).toMatch(/"type":"offer.created".*"type":"offer.archived"/)
    expect(printed).toMatch(/"deadLetters":0.*"type":"offer.expired".*"reason":"job_started"/)
  })

  it("docs/flows/offer-sends.md", async () => {
    const printed = await runPage("docs/flows/offer-sends.md")
    const [created = ""] = printed.match(/"created":\[.*?"failures":\[\]\}/) ?? []
    expect(created.match(/"status":"sent"/g)).toHaveLength(5)
    expect(printed).toMatch(/"message":"Something for you\?".*"status":"viewed"/)
    expect(printed).toMatch(/"template":"offer-sent-responded"/)
    expect(printed).toMatch(/"type":"offerSent.created".*"type":"offerSent.viewed".*"type":"offerSent.responded"/)
    expect(printed).toMatch(/"template":"offer-ended"/)
  })

  it("docs/flows/invitations.md", async () => {
    const printed = await runPage("docs/flows/invitations.md")
    expect(printed).toMatch(/"email":"kari@example.org","status":"PENDING"/)
    expect(printed).toMatch(/"valid":true,"email":"kari@example.org"/)
    expect(printed).toMatch(/"content":\[\{[^\]]*"email":"kari@example.org"[^\]]*"status":"ACCEPTED"/)
  })

  it("docs/flows/identity.md", async () => {
    const printed = await runPage("docs/flows/identity.md")
    expect(printed).toMatch(/"name":"Tidemill Bakery".*\[\{.*"role":"hiring_manager"/)
  })

  it("docs/flows/notifications.md", async () => {
    const printed = await runPage("docs/flows/notifications.md")
    expect(printed).toMatch(/"readAt":"\d{4}-.*\[\]$/)
  })

  it("docs/deploying.md: the first hiring manager is a row, and signs in by mail", async () => {
    const [insert = ""] = (await blocksOf("docs/deploying.md", "sql")).filter((sql) => sql.startsWith("insert"))
    const email = "first@example.org"
    await database.pool.query(insert.replace("kari@example.org", email))
    await shell(`
      curl -s http://127.0.0.1:8787/api/sign-in -H 'Content-Type: application/json' -d '{ "email": "${email}" }'
      curl -s -X POST http://127.0.0.1:8788/drain`)
    expect(await shell(`curl -s 'http://127.0.0.1:8788/mailbox?to=${email}'`)).toContain('"template":"sign-in"')
  })
})
