import { execFile } from "node:child_process"
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import * as esbuild from "esbuild"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { generateKey } from "../../apps/local/src/keys.ts"
import { freshDatabase } from "../database.ts"
import { environmentWith } from "../environment.ts"

// Follows docs/adding-a-flow.md to the letter, in a copy of the repository: that page is true as long as this passes.

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")
const page = readFileSync(join(root, "docs/adding-a-flow.md"), "utf8")

interface Block {
  readonly path: string
  readonly text: string
}

const blocksOf = (language: string): ReadonlyArray<Block> =>
  [...page.matchAll(new RegExp(`^\`\`\`${language} (\\S+)\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, path = "", text = ""]) => ({
      path,
      text
    })
  )

const created = blocksOf("ts")
const touched = blocksOf("diff")

const linesOf = (text: string): ReadonlyArray<string> => text.replace(/\n$/, "").split("\n")

/** Carries out a diff: each hunk is what has to be there once, and what it becomes; a line … is between two hunks. */
const patched = (before: string, { path, text }: Block): string =>
  text.split("…\n").reduce((content, hunk) => {
    const lines = linesOf(hunk)
    const side = (left: string) =>
      lines
        .flatMap((line) => (line.startsWith(left) ? [] : [line.slice(1)]))
        .map((line) => `${line}\n`)
        .join("")
    const [from, to] = [side("+"), side("-")]
    assert.lengthOf(content.split(from), 2, `${path} has this once:\n${from}`)
    return content.replace(from, () => to)
  }, before)

const copy = join(realpathSync(tmpdir()), `treff-flow-${process.pid}`)

/** A folder of links to the packages that are installed, but for our own, which are those of the copy. */
const linkPackages = () => {
  const installed = join(root, "node_modules")
  mkdirSync(join(copy, "node_modules/@treff"), { recursive: true })
  for (const name of readdirSync(installed)) {
    if (name !== "@treff" && name !== ".vite") symlinkSync(join(installed, name), join(copy, "node_modules", name))
  }
  for (const name of ["domain", "adapters"]) {
    symlinkSync(join(copy, "packages", name), join(copy, "node_modules/@treff", name))
  }
}

describe("a new flow", () => {
  it("takes at most 12 new files and 10 others, 450 new lines and 60 touched ones, and no file over 150 lines", () => {
    const lengths = created.map(({ text }) => linesOf(text).length)
    const added = touched.flatMap(({ text }) => linesOf(text)).filter((line) => line.startsWith("+"))
    // The twelfth is the migration, which `npm run migration` writes.
    assert.isAtMost(created.length + 1, 12)
    assert.isAtMost(touched.length, 10)
    assert.isAtMost(
      lengths.reduce((sum, length) => sum + length, 0),
      450
    )
    assert.isAtMost(Math.max(...lengths), 150)
    assert.isAtMost(added.length, 60)
  })

  it("touches and adds what the page says that it does", () => {
    assert.include(page, `${["eleven", "twelve"][created.length - 11]} new files`)
    assert.include(page, `${["nine", "ten"][touched.length - 9]} others`)
  })
})

describe("the flow of the page, in a copy of the repository", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let migrations: ReadonlyArray<string>

  beforeAll(async () => {
    for (const name of ["packages", "apps", "docs", "test/architecture", "package.json"]) {
      cpSync(join(root, name), join(copy, name), {
        recursive: true,
        filter: (source) => !/[/\\](dist|node_modules|\.treff)$/.test(source)
      })
    }
    for (const name of readdirSync(root).filter((name) => /^tsconfig.*\.json$|^drizzle\.config\.ts$/.test(name))) {
      cpSync(join(root, name), join(copy, name))
    }
    linkPackages()
    for (const { path, text } of created) {
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      writeFileSync(join(copy, path), text)
    }
    for (const block of touched) {
      writeFileSync(join(copy, block.path), patched(readFileSync(join(copy, block.path), "utf8"), block))
    }
    const known = new Set(readdirSync(join(root, "packages/adapters/migrations")))
    const drizzleKit = join(root, "node_modules/drizzle-kit/bin.cjs")
    await run(process.execPath, ["--conditions=source", drizzleKit, "generate", "--name", "reminders"], { cwd: copy })
    migrations = readdirSync(join(copy, "packages/adapters/migrations")).filter(
      (name) => name.endsWith(".sql") && !known.has(name)
    )
    database = await freshDatabase()
  }, 120_000)
  afterAll(async () => {
    await database?.stop()
    rmSync(copy, { recursive: true, force: true })
  })

  it("compiles", async () => {
    const tsc = join(root, "node_modules/typescript/bin/tsc")
    for (const project of ["packages/domain", "."]) {
      const { stdout } = await run(process.execPath, [tsc, "-p", project, "--pretty", "false", "--checkers", "1"], {
        cwd: copy
      }).catch((error) => error)
      assert.strictEqual(stdout, "")
    }
  }, 120_000)

  it("needs one migration, which makes its table and changes no other", async () => {
    assert.lengthOf(migrations, 1)
    const sql = readFileSync(join(copy, "packages/adapters/migrations", migrations[0] ?? ""), "utf8")
    assert.match(sql, /^CREATE TABLE "reminder" \([^;]*\);\s*$/)
    await database.pool.query(sql)
  })

  it("carries a reminder from the call to the colleague's mail and list of notifications", async () => {
    const program = join(copy, "reminder-program.mjs")
    await esbuild.build({
      entryPoints: [join(copy, "test/architecture/reminder-program.ts")],
      outfile: program,
      bundle: true,
      format: "esm",
      platform: "node",
      conditions: ["source"],
      external: ["pg"],
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      logLevel: "error"
    })
    const { stdout, stderr } = await run(process.execPath, [program], {
      env: { ...process.env, ...environmentWith(await generateKey()), DATABASE_URL: database.url }
    })
    const { sent, unknown, empty, events, outcomes, listed, mails } = JSON.parse(stdout)
    assert.strictEqual(sent.status, 201, stderr)
    assert.strictEqual(sent.body.note, "The baker writes back today.")
    assert.deepStrictEqual([unknown.status, unknown.body.code], [404, "not-found"])
    assert.deepStrictEqual([empty.status, empty.body.errors?.[0]?.pointer], [400, "/note"])
    assert.lengthOf(events, 1)
    assert.deepInclude(events[0], {
      type: "reminder.created",
      subject: { type: "reminder", id: sent.body.id },
      data: { colleagueId: sent.body.colleagueId }
    })
    assert.deepStrictEqual(outcomes, [{ _tag: "Handled" }])
    assert.lengthOf(mails, 1)
    assert.deepInclude(mails[0], { to: "bo@example.org", subject: "Ada Berg reminds you" })
    assert.include(mails[0].text, "The baker writes back today.")
    assert.lengthOf(listed.body, 1)
    assert.deepInclude(listed.body[0], { template: "reminder", readAt: null })
    assert.deepStrictEqual(
      listed.body[0].deliveries.map(({ channel, status }: Record<string, string>) => [channel, status]),
      [
        ["inbox", "sent"],
        ["mail", "sent"]
      ]
    )
  }, 60_000)
})
