import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readdir, stat } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { migrate } from "@treff/adapters/migrations"
import * as pg from "pg"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import { type Database, startDatabase } from "../../apps/local/src/database.ts"
import { type Sandbox, type SandboxOptions, startSandbox } from "../../apps/local/src/sandbox.ts"
import { call, makeFolder } from "./start.ts"

// Starting a whole system takes seconds when the machine has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const withFolder = async (work: (folder: string) => Promise<void>) => {
  const { folder, remove } = await makeFolder()
  try {
    await work(folder)
  } finally {
    await remove()
  }
}

const withSandbox = async <A>(options: SandboxOptions, work: (sandbox: Sandbox) => Promise<A>): Promise<A> => {
  const sandbox = await startSandbox(options)
  try {
    return await work(sandbox)
  } finally {
    await sandbox.stop()
  }
}

describe("a second start", () => {
  it("finds the data, the key and the time of the first, until it is told to begin anew", () =>
    withFolder(async (folder) => {
      const made = await withSandbox({ folder }, async ({ controlUrl, database }) => {
        assert.strictEqual(database.contents, "seeded")
        assert.strictEqual((await stat(join(folder, "sandbox.json"))).mode & 0o777, 0o600)
        await call("POST", `${controlUrl}/clock`, { advance: "P30D" })
        return (await call("POST", `${controlUrl}/accounts`, { role: "recruiter", companyId: "new" })).body
      })
      assert.notInclude(await readdir(folder), "sandbox.json")
      await withSandbox({ folder }, async ({ apiUrl, controlUrl, database }) => {
        assert.strictEqual(database.contents, "found")
        assert.isAtLeast((await call("GET", `${controlUrl}/clock`)).body.offset, 30 * 86_400_000)
        assert.strictEqual((await call("GET", `${apiUrl}/offers`, undefined, made.token)).status, 200)
        // Two months ahead of now, but not of the sandbox's now: the worker's clock is moved as well.
        const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
        const dates = { startDateJob: at(20), expiredDate: at(60) }
        const body = { title: "T", description: "D", emploiType: "CDI", salary: "1", ...dates }
        assert.strictEqual((await call("POST", `${apiUrl}/offers`, body, made.token)).status, 400)
      })
      await withSandbox({ folder, fresh: true }, async ({ apiUrl, controlUrl, database }) => {
        assert.strictEqual(database.contents, "seeded")
        assert.strictEqual((await call("GET", `${controlUrl}/clock`)).body.offset, 0)
        assert.strictEqual((await call("GET", `${apiUrl}/offers`, undefined, made.token)).body.code, "token-invalid")
      })
    }))
})

describe("a given database", () => {
  let server: Database
  beforeAll(async () => {
    server = await startDatabase()
  })
  afterAll(() => server?.stop())

  const withDatabase = async (work: (url: string, pool: pg.Pool) => Promise<void>) => {
    const admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
    const name = `given_${crypto.randomUUID().replaceAll("-", "")}`
    await admin.query(`create database ${name}`)
    await admin.end()
    const url = server.url.replace(/\/[^/]*$/, `/${name}`)
    const pool = new pg.Pool({ connectionString: url })
    try {
      await work(url, pool)
    } finally {
      await pool.end()
    }
  }

  it("is filled when it is empty, marked, and may then be emptied", () =>
    withFolder((folder) =>
      withDatabase(async (databaseUrl, pool) => {
        await pool.query("create table poem (line text)")
        await pool.query("insert into poem values ('kept')")
        await withSandbox({ folder, databaseUrl }, async ({ controlUrl, database }) => {
          assert.deepInclude(database, { kind: "given", contents: "seeded" })
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
        await withSandbox({ folder, databaseUrl }, async ({ controlUrl, database }) => {
          assert.strictEqual(database.contents, "foreign")
          assert.deepStrictEqual((await call("GET", `${controlUrl}/accounts`)).body, [])
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
  it("says in a sentence which port is taken, and by which variable to change it", async () => {
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    const { port } = taken.address() as { readonly port: number }
    for (const variable of ["PORT", "CONTROL_PORT"]) {
      const free = variable === "PORT" ? "CONTROL_PORT" : "PORT"
      const { code, output } = await run("main.ts", { [variable]: String(port), [free]: "1" })
      assert.strictEqual(code, 1)
      const expected = `Port ${port} is taken by another program: stop it, or set ${variable} to another port.\n`
      // Port 1 is nobody's, and only root may ask for it.
      if (process.getuid?.() === 0 || variable === "PORT") assert.strictEqual(output, expected)
    }
    taken.close()
  })

  it("says in a sentence what it can't understand", async () => {
    assert.deepStrictEqual(await run("main.ts", { PORT: "http" }), {
      code: 1,
      output: 'PORT must be a port from 1 to 65535; it is "http".\n'
    })
    const { code, output } = await run("main.ts", {}, "--frsh")
    assert.deepStrictEqual([code, output], [1, "--frsh is no option of this command; there is --fresh.\n"])
  })
})

const assertRefused = async (starting: Promise<unknown>, sentence: RegExp) => {
  const error = await starting.then(
    () => undefined,
    (error: Error) => error
  )
  assert.strictEqual(error?.name, "Sentence")
  assert.match(error?.message ?? "", sentence)
}

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
