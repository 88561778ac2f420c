import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readdir, readFile, rm, stat } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { migrate } from "@treff/adapters/migrations"
import type * as pg from "pg"
import { assert, describe, it, vi } from "vitest"
import { removeDatabase, startDatabase } from "../../apps/local/src/database.ts"
import { exampleRequests, whereItRuns } from "../../apps/local/src/introduction.ts"
import { freePort } from "../../apps/local/src/port.ts"
import { type SandboxOptions, startSandbox } from "../../apps/local/src/sandbox.ts"
import { readSettings } from "../../apps/local/src/settings.ts"
import { freshDatabase } from "../database.ts"
import { assertRefused, call, withFolder, withSandbox } from "./start.ts"

// Starting a whole system takes seconds when the machine has other things to do.
vi.setConfig({ testTimeout: 60_000 })

/** A database with nothing in it, not even tables. */
const withDatabase = async (work: (url: string, pool: pg.Pool) => Promise<void>) => {
  const { url, pool, stop } = await freshDatabase("template0")
  try {
    await work(url, pool)
  } finally {
    await stop()
  }
}

describe("a second start", () => {
  it("finds the data, the key and the time of the first, until it is asked to begin anew", () =>
    withFolder(async (folder) => {
      const made = await withSandbox({ folder }, async ({ controlUrl, database }) => {
        assert.strictEqual(database.contents, "seeded")
        assert.strictEqual((await stat(join(folder, "sandbox.json"))).mode & 0o777, 0o600)
        await call("POST", `${controlUrl}/clock`, { advance: "P30D" })
        return (await call("POST", `${controlUrl}/accounts`, { role: "recruiter", companyId: "new" })).body
      })
      assert.notInclude(await readdir(folder), "sandbox.json")
      // As one of before there was such a key left it.
      await rm(join(folder, "sealing-key.json"))
      const publicUrl = "https://treff.example.org"
      await withSandbox({ folder, publicUrl }, async ({ apiUrl, controlUrl, database }) => {
        assert.strictEqual(database.contents, "found")
        assert.strictEqual((await stat(join(folder, "sealing-key.json"))).mode & 0o777, 0o600)
        await call("POST", `${apiUrl}/api/sign-in`, { email: made.email })
        await call("POST", `${controlUrl}/drain`)
        const [mail] = (await call("GET", `${controlUrl}/mailbox?to=${made.email}`)).body
        assert.match(mail.text, /^https:\/\/treff\.example\.org\/sign-in\?token=[\w-]{43}$/m)
        assert.isAtLeast((await call("GET", `${controlUrl}/clock`)).body.offset, 30 * 86_400_000)
        assert.strictEqual((await call("GET", `${apiUrl}/offers`, undefined, made.token)).status, 200)
        // Two months ahead of now, but not of the sandbox's now: the worker's clock is moved as well.
        const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
        const dates = { startDateJob: at(20), expiredDate: at(60) }
        const body = { title: "T", description: "D", emploiType: "CDI", salary: "1", ...dates }
        assert.strictEqual((await call("POST", `${apiUrl}/offers`, body, made.token)).status, 400)
      })
      const sealingKey = await readFile(join(folder, "sealing-key.json"), "utf8")
      await withSandbox({ folder, fresh: true }, async ({ apiUrl, controlUrl, database }) => {
        assert.strictEqual(database.contents, "seeded")
        assert.notStrictEqual(await readFile(join(folder, "sealing-key.json"), "utf8"), sealingKey)
        assert.strictEqual((await call("GET", `${controlUrl}/clock`)).body.offset, 0)
        assert.strictEqual((await call("GET", `${apiUrl}/offers`, undefined, made.token)).body.code, "token-invalid")
      })
    }))
})

describe("a given database", () => {
  it("is filled when it is empty, marked, and may then be emptied", () =>
    withFolder((folder) =>
      withDatabase(async (databaseUrl, pool) => {
        await pool.query("create table poem (line text)")
        await pool.query("insert into poem values ('kept')")
        await withSandbox({ folder, databaseUrl }, async ({ controlUrl, database }) => {
          assert.deepInclude(database, { kind: "external", contents: "seeded" })
          await call("POST", `${controlUrl}/accounts`, { role: "candidate" })
          assert.strictEqual((await call("POST", `${controlUrl}/reset`)).status, 200)
          assert.strictEqual((await call("GET", `${controlUrl}/accounts`)).body.length, 209)
          await call("POST", `${controlUrl}/accounts`, { role: "candidate" })
        })
        await withSandbox({ folder, databaseUrl, fresh: true }, async ({ controlUrl }) => {
          assert.strictEqual((await call("GET", `${controlUrl}/accounts`)).body.length, 209)
        })
        assert.strictEqual((await pool.query("select from poem")).rowCount, 1)
        assert.notInclude(await readdir(folder), "postgres")
      })
    ))

  it("is used as it is, and never emptied, when it holds what the sandbox did not make", () =>
    withFolder((folder) =>
      withDatabase(async (databaseUrl, pool) => {
        await migrate(pool)
        await pool.query("insert into company (id, name, created_at) values (gen_random_uuid(), 'Theirs', now())")
        await withSandbox({ folder, databaseUrl }, async (sandbox) => {
          const { controlUrl, database } = sandbox
          assert.strictEqual(database.contents, "foreign")
          assert.deepStrictEqual((await call("GET", `${controlUrl}/accounts`)).body, [])
          assert.include(whereItRuns(sandbox), "the one at DATABASE_URL, with data that the sandbox did not make")
          assert.match(await exampleRequests(sandbox), /There are no accounts yet\. Make one .*companyId": "new"/s)
          assert.include((await call("POST", `${controlUrl}/reset`)).body, { status: 409, code: "not-marked" })
          assert.strictEqual((await call("POST", `${controlUrl}/clock`, { advance: "PT1H" })).status, 200)
        })
        await assertRefused(
          startSandbox({ folder, databaseUrl, fresh: true }),
          /^--fresh would empty .* nothing was changed\.$/
        )
        const { rows } = await pool.query("select name, to_regclass('treff_sandbox') as marker from company")
        assert.deepStrictEqual(rows, [{ name: "Theirs", marker: null }])
      })
    ))

  it("is introduced by somebody who is in it, of a company if there is one", () =>
    withFolder((folder) =>
      withDatabase(async (databaseUrl, pool) => {
        await migrate(pool)
        const add = (email: string, role: string, subRole: string | null, company: string | null) =>
          pool.query(
            `insert into account (id, version, role, sub_role, company_id, email, first_name, last_name, created_at)
             values (gen_random_uuid(), 1, $2, $3, $4, $1, 'A', 'B', now())`,
            [email, role, subRole, company]
          )
        const company = crypto.randomUUID()
        await pool.query("insert into company (id, name, created_at) values ($1, 'Theirs', now())", [company])
        await add("candidate@example.com", "candidate", null, null)
        await withSandbox({ folder, databaseUrl }, async (sandbox) => {
          assert.match(await exampleRequests(sandbox), /No account belongs to a company yet\. Make one /)
          await add("manager@example.com", "hiring_manager", null, company)
          const text = await exampleRequests(sandbox)
          assert.include(text, "The offers of Theirs, as manager@example.com sees them:")
          const [, token, url = ""] = /curl -H 'Authorization: Bearer (.*)' '(.*)'/.exec(text) ?? []
          assert.strictEqual((await call("GET", url, undefined, token)).status, 200)
          await add("admin@example.com", "recruiter", "recruiter_admin", company)
          assert.include(await exampleRequests(sandbox), "as admin@example.com sees them:")
        })
      })
    ))

  it("may go away: calls say so until it is back", () =>
    withFolder(async (folder) => {
      const options = { folder: join(folder, "theirs"), port: await freePort() }
      let theirs = await startDatabase(options)
      try {
        // What the workers log of it is their own tests' matter.
        const settings = { folder, databaseUrl: theirs.url, platform: { onLog: () => {} } }
        await withSandbox(settings, async ({ controlUrl }) => {
          await theirs.stop()
          for (const { status, headers, body } of await callsOfTheStore(controlUrl)) {
            assert.deepStrictEqual(
              [status, body.code, headers.get("Retry-After"), headers.get("Content-Type")],
              [503, "store-unavailable", "5", "application/problem+json"]
            )
          }
          assert.strictEqual((await call("GET", `${controlUrl}/clock`)).status, 200)
          theirs = await startDatabase(options)
          for (const { status } of await callsOfTheStore(controlUrl)) assert.include([200, 201], status)
        })
      } finally {
        await theirs.stop()
        await removeDatabase(options.folder)
      }
    }))

  it("is refused in a sentence when it is out of reach, or has tables of other people in the way", () =>
    withFolder((folder) =>
      withDatabase(async (databaseUrl, pool) => {
        await assertRefused(
          startSandbox({ folder, databaseUrl: "postgres://nobody@127.0.0.1:1/none" }),
          /^The database at DATABASE_URL can't be reached: .*\.$/
        )
        await pool.query("create table account (number int)")
        await assertRefused(startSandbox({ folder, databaseUrl }), /a database of its own\.$/)
      })
    ))

  it("is brought up to date by npm run migrate", () =>
    withDatabase(async (databaseUrl, pool) => {
      const done = await run("migrate.ts", { DATABASE_URL: databaseUrl })
      assert.deepInclude(done, { code: 0, output: "The tables are up to date.\n" })
      assert.strictEqual((await pool.query("select from offer")).rowCount, 0)
      assert.deepInclude(await run("migrate.ts", { DATABASE_URL: databaseUrl }), { code: 0 })
      const unset = await run("migrate.ts", { DATABASE_URL: "" })
      assert.strictEqual(unset.code, 1)
      assert.match(unset.output, /^Set DATABASE_URL .*\.\n$/)
    }))
})

describe("npm start", () => {
  it("says in a sentence which port is taken, and by which variable to change it", () =>
    withFolder(async (folder) => {
      const taken = createServer().listen(0, "127.0.0.1")
      await once(taken, "listening")
      const { port } = taken.address() as { readonly port: number }
      const sentence = (variable: string) =>
        new RegExp(`^Port ${port} is taken by another program: stop it, or set ${variable} to another port\\.$`)
      await assertRefused(startSandbox({ folder, apiPort: port }), sentence("PORT"))
      await assertRefused(startSandbox({ folder, controlPort: port }), sentence("CONTROL_PORT"))
      taken.close()
    }))

  it("says in a sentence what it can't understand", async () => {
    assert.deepStrictEqual(await run("main.ts", { PORT: "http" }), {
      code: 1,
      output: 'PORT must be a port from 1 to 65535; it is "http".\n'
    })
    const { code, output } = await run("main.ts", {}, "--frsh")
    assert.deepStrictEqual([code, output], [1, "--frsh is no option of this command; there is --fresh.\n"])
    for (const item of ["https://app.example.org/", "app.example.org", "*"]) {
      const sentence = `"${item}" in CORS_ORIGINS is no origin; `
      assert.throws(() => readSettings([], { CORS_ORIGINS: `http://localhost:1, ${item}` }), sentence)
    }
  })

  it("takes the address that mails link to from PUBLIC_URL, and refuses what is none", () => {
    const publicUrlOf = (PUBLIC_URL: string) => readSettings([], { PUBLIC_URL }).publicUrl
    assert.isUndefined(publicUrlOf(""))
    assert.strictEqual(publicUrlOf("https://treff.example.org/"), "https://treff.example.org")
    for (const none of ["treff.example.org", "ftp://treff.example.org", "https://a.example/?b", "https://"]) {
      assert.throws(() => publicUrlOf(none), /^PUBLIC_URL must be where pages are found, /)
    }
  })

  it("lets the pages of CORS_ORIGINS call the API, and no others", () =>
    withFolder((folder) =>
      withDatabase(async (databaseUrl) => {
        const allowedBy = async (settings: Partial<SandboxOptions>) =>
          withSandbox({ folder, databaseUrl, ...settings }, async ({ apiUrl }) => {
            const headers = { Origin: "http://localhost:5173" }
            return (await fetch(`${apiUrl}/health/live`, { headers })).headers.get("Access-Control-Allow-Origin")
          })
        const { platform = {} } = readSettings([], { CORS_ORIGINS: "https://app.example.org, http://localhost:5173" })
        assert.strictEqual(await allowedBy({ platform }), "http://localhost:5173")
        assert.isNull(await allowedBy({ platform: readSettings([], { CORS_ORIGINS: "" }).platform ?? {} }))
      })
    ))
})

/** One call of each kind that needs the database. */
const callsOfTheStore = async (controlUrl: string) => [
  await call("GET", `${controlUrl}/accounts`),
  await call("POST", `${controlUrl}/accounts`, { role: "candidate" }),
  await call("GET", `${controlUrl}/events`),
  await call("POST", `${controlUrl}/clock`, { advance: "PT1H" }),
  await call("POST", `${controlUrl}/cron`, { job: "relayEvents" }),
  await call("POST", `${controlUrl}/drain`),
  await call("POST", `${controlUrl}/reset`)
]

const run = async (file: string, env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=source", join("apps", "local", "src", file), ...args],
    { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] }
  )
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk))
  const [code] = await once(child, "close")
  return { code: code as number, output }
}
