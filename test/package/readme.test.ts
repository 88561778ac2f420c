import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Sandbox, startSandbox } from "../../apps/local/src/sandbox.ts"
import { freshDatabase } from "../database.ts"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")
const readme = await readFile(join(root, "README.md"), "utf8")

describe("the README's commands", () => {
  const [commands = "", ...requests] = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = ""]) => text)
  let folder: string
  let sandbox: Sandbox
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "treff-readme-"))
    sandbox = await startSandbox({ folder, databaseUrl: (await freshDatabase()).url })
  })
  afterAll(async () => {
    await sandbox.stop()
    await rm(folder, { recursive: true })
  })

  it("exist, each of them", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
    for (const [, name = ""] of readme.matchAll(/npm (?:run )?(start|test|[\w-]+)(?= |`| --|\n|:)/g)) {
      expect(Object.keys(scripts)).toContain(name)
    }
    expect(commands).toMatch(/^npm start .*\nnpm test .*\n$/)
  })

  it("run one after the other, and show what the page says", async () => {
    const script = requests
      .join("\n")
      .replaceAll("http://127.0.0.1:8787", sandbox.apiUrl)
      .replaceAll("http://127.0.0.1:8788", sandbox.controlUrl)
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], { cwd: folder })
    expect(stdout).toContain('"title":"Baker, nights"')
    expect(stdout).toContain('"status":"archived"')
    expect(stdout).toMatch(/"type":"offer.created".*"type":"offer.archived"/)
    expect(stdout).toMatch(/"deadLetters":0/)
    expect(stdout).toMatch(/"type":"offer.expired"|"reason":"job_started"/)
    // Sent to five; read by one of them, who has then viewed and answered it; and all five told of its end.
    expect(stdout.match(/"created":\[.*?"failures":\[\]\}/)?.[0].match(/"status":"sent"/g)).toHaveLength(5)
    expect(stdout).toMatch(/"message":"Something for you\?".*"status":"viewed"/)
    expect(stdout).toMatch(/"template":"offer-sent-responded"/)
    expect(stdout).toMatch(/"type":"offerSent.created".*"type":"offerSent.viewed".*"type":"offerSent.responded"/)
    expect(stdout.match(/"template":"offer-ended"/g)?.length).toBeGreaterThanOrEqual(1)
    // Invited by mail, looked at, accepted; and the new recruiter's token was taken at once.
    expect(stdout).toMatch(/"email":"kari@example.org","status":"PENDING"/)
    expect(stdout).toMatch(/"valid":true,"email":"kari@example.org"/)
    expect(stdout).toMatch(/"content":\[\{[^\]]*"email":"kari@example.org"[^\]]*"status":"ACCEPTED"/)
    expect(stdout).not.toContain("urn:treff:problem")
  })
})

describe("the links of the pages", () => {
  it.each(["README.md", "docs/embedding.md", "docs/mails.md", "docs/sandbox.md"])(
    "lead somewhere: %s",
    async (page) => {
      const text = await readFile(join(root, page), "utf8")
      for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
        if (!target.startsWith("http")) expect(existsSync(join(root, dirname(page), target)), target).toBe(true)
      }
    }
  )
})
