import { execFile } from "node:child_process"
import { globSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"
import { freshDatabase } from "../database.ts"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")
const node = process.execPath
const tsc = join(root, "node_modules/typescript/bin/tsc")

interface Declaration {
  readonly file: string
  readonly name: string
  /** The docstring right before it, without its stars; empty when there is none. */
  readonly doc: string
}

/** Every exported declaration, with its docstring. */
const declarationsOf = (file: string, text: string): ReadonlyArray<Declaration> =>
  [
    ...text.matchAll(
      /(?:^\/\*\*((?:(?!\*\/).)*)\*\/\n)?^export (?:const|class|interface|type|\* as) (\w+)(?=[\s<:=])/gms
    )
  ].map(([, doc = "", name = ""]) => ({ file, name, doc: doc.replaceAll(/^ \* ?/gm, "").trim() }))

const examplesOf = ({ doc }: Declaration): ReadonlyArray<string> =>
  [...doc.matchAll(/^@example\n```ts\n(.*?)^```$/gms)].map(([, text = ""]) => text)

const files = globSync("packages/*/src/**/*.ts", { cwd: root }).sort()
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(join(root, file), "utf8")] as const))
)
const declarations = files.flatMap((file) => declarationsOf(file, texts.get(file) ?? ""))

/** What an index gives out: the declarations of its own, and those that it names of its folder's other files. */
const givenOutBy = (index: string): ReadonlyArray<Declaration> => {
  const text = texts.get(index) ?? ""
  const elsewhere = [...text.matchAll(/^export (?:type )?(\{[^}]*\}|\*(?: as \w+)?) from "\.\/([\w/-]+\.ts)"$/gm)]
  return [
    ...declarations.filter(({ file }) => file === index),
    ...elsewhere.flatMap(([, what = "", from = ""]) => {
      const names = new Set(what.match(/\w+/g))
      return declarations.filter(
        ({ file, name }) => file === join(dirname(index), from) && (what.startsWith("*") || names.has(name))
      )
    })
  ]
}

const indexes = files.filter((file) => /^packages\/[\w-]+\/src\/[\w-]+\/index\.ts$/.test(file))

describe.each(indexes)("%s", async (index) => {
  const exported = givenOutBy(index)
  const values: Readonly<Record<string, unknown>> = await import(join(root, index))

  it("gives out what is declared where this test looks for it", () => {
    expect(exported.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(values)))
  })

  it("has a docstring for everything that it gives out", () => {
    expect(exported.filter(({ doc }) => doc === "").map(({ name }) => name)).toEqual([])
  })
})

describe("the examples", () => {
  const examples = declarations.flatMap((one) =>
    examplesOf(one).map((text, n) => ({
      title: `${one.name} of ${one.file}${n === 0 ? "" : `, ${n + 1}`}`,
      program: `${basename(dirname(one.file))}-${one.name}-${n}.ts`,
      text
    }))
  )
  /** Which examples fail, by their programs, each with its error; and what the compiler says of them. */
  let failures: Readonly<Record<string, string>>
  let complaints: string

  beforeAll(async () => {
    // Within the repository, so that the packages are found as an embedder's program finds them.
    await mkdir(join(root, ".treff"), { recursive: true })
    const folder = await mkdtemp(join(root, ".treff/examples-"))
    const { url, pool } = await freshDatabase()
    for (const { program, text } of examples) await writeFile(join(folder, program), text)
    await writeFile(join(folder, "run.mjs"), runAll(examples.map(({ program }) => program)))
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings))
    const [ran, compiled] = await Promise.all([
      run(node, ["--conditions=source", join(folder, "run.mjs")], { env: { ...process.env, DATABASE_URL: url } }),
      run(node, [tsc, "-p", folder, "--pretty", "false", "--checkers", "1"], { cwd: folder }).catch((error) => error)
    ])
    failures = JSON.parse(ran.stdout)
    complaints = compiled.stdout
    await pool.end()
    await rm(folder, { recursive: true })
  }, 60_000)

  it.each(examples)("run: $title", ({ program }) => {
    expect(failures[program]).toBeUndefined()
  })

  it("compile", () => {
    expect(complaints).toBe("")
  })

  it.each(examples)("teach in six lines at most, imports apart: $title", ({ text }) => {
    expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("import ")).length).toBeLessThanOrEqual(6)
  })

  it("are complete: no docstring has one that isn't run", () => {
    const marks = [...texts.values()].join("").match(/^ *\* @example$/gm) ?? []
    expect(examples.length).toBe(marks.length)
  })
})

/** An embedder's program: on Node, as strict as our own. */
const settings = { extends: "../../tsconfig.base.json", compilerOptions: { types: ["node"] }, include: ["*.ts"] }

/** One process for all: each is a module of its own, and they share what they import. */
const runAll = (programs: ReadonlyArray<string>) => `
const failures = {}
for (const program of ${JSON.stringify(programs)}) {
  await import("./" + program).catch((error) => (failures[program] = String(error?.stack ?? error)))
}
console.log(JSON.stringify(failures))
`
