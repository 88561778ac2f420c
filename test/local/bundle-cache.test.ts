import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { EOL, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { afterEach, assert, beforeEach, describe, inject, it } from "vitest"
import { bundle, bundleProgram, cacheOfRepository } from "../../apps/local/src/bundle.ts"
import { cachedBundle, findBundle } from "../../apps/local/src/bundle-cache.ts"

let root: string
let made: number
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "treff-bundle-")))
  made = 0
  await write("package.json", "{}")
  await write("src/worker.ts", 'import "./part"\nimport "./other.ts"\nimport "thing"\n')
  await write("src/part.js", 'console.log("part")')
  await write("src/other.ts", 'console.log("other")')
  await write("node_modules/thing/package.json", '{ "main": "a.js" }')
  await write("node_modules/thing/a.js", 'console.log("thing a")')
  await write("node_modules/thing/b.js", 'console.log("thing b")')
  await age()
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}
/** What was written a moment ago could be what is written while a bundle is made, so that bundle is not cached. */
const age = () => sleep(50)
const fresh = () => bundle(root, join(root, "src", "worker.ts"))
const cacheFolder = () => join(root, ".cache")
const cached = (key = "worker", make = fresh) =>
  cachedBundle({ root, folder: cacheFolder() }, key, async () => {
    made++
    return make()
  })

describe("the cache of bundles", () => {
  it("makes a bundle once", async () => {
    const script = await cached()
    assert.match(script, /"part".*"other".*"thing a"/s)
    assert.deepStrictEqual([await cached(), await cached(), made], [script, script, 1])
  })

  it.each<[change: string, path: string, text: string | undefined, shows: string]>([
    ["a source has changed", "src/other.ts", 'console.log("another")', '"another"'],
    ["a source of a dependency has changed", "node_modules/thing/a.js", 'console.log("thing c")', '"thing c"'],
    ["a package has another entry", "node_modules/thing/package.json", '{ "main": "b.js" }', '"thing b"'],
    ["a file comes before the one that was imported", "src/part.ts", 'console.log("nearer")', '"nearer"'],
    ["a package comes before", "src/node_modules/thing/index.js", 'console.log("nearer")', '"nearer"'],
    [
      "settings lead elsewhere",
      "tsconfig.json",
      '{ "compilerOptions": { "paths": { "thing": ["./node_modules/thing/b.js"] } } }',
      '"thing b"'
    ],
    ["a source is gone, and another takes its place", "src/part.js", undefined, '"in its place"']
  ])("makes it anew when %s", async (_, path, text, shows) => {
    await write("src/part/index.js", 'console.log("in its place")')
    await age()
    const before = await cached()
    assert.notInclude(before, shows)
    if (text === undefined) await rm(join(root, path))
    else await write(path, text)
    await age()
    const after = await cached()
    assert.include(after, shows)
    assert.strictEqual(after, (await fresh()).script)
    assert.deepStrictEqual([await cached(), made], [after, 2])
  })

  it("keeps nothing of a bundle whose source changed while it was made", async () => {
    await cached("worker", async () => {
      const result = await fresh()
      await write("src/other.ts", 'console.log("another")')
      return result
    })
    assert.include(await cached(), '"another"')
  })

  it("makes anew what is damaged", async () => {
    const script = await cached()
    const [name = ""] = await readdir(cacheFolder())
    const file = join(cacheFolder(), name)
    const text = await readFile(file, "utf8")
    for (const damaged of ["", text.slice(0, 20), text.slice(0, -1), text.replace("thing a", "thing x")]) {
      await writeFile(file, damaged)
      assert.strictEqual(await cached(), script)
    }
    assert.strictEqual(made, 5)
  })

  it("serves several at once", async () => {
    const scripts = await Promise.all(Array.from({ length: 10 }, () => cached()))
    assert.deepStrictEqual(new Set(scripts), new Set([(await fresh()).script]))
    assert.strictEqual((await readdir(cacheFolder())).length, 1)
  })

  it("does not grow without end", async () => {
    for (let key = 0; key < 40; key++) await cached(String(key))
    assert.strictEqual((await readdir(cacheFolder())).length, 16)
    assert.deepStrictEqual([await cached("39"), made], [await cached("39"), 40])
  })

  it("is done without where nothing can be written", async () => {
    await write(".cache", "a file where the folder would be")
    assert.strictEqual(await cached(), await cached())
    assert.strictEqual(made, 2)
  })
})

describe("a bundle of a worker", () => {
  it("has the messages of zod in English, and in no other language", () => {
    const { edgeApiScript, queueConsumerScript } = inject("bundles")
    for (const script of [edgeApiScript, queueConsumerScript]) {
      assert.include(script, "Invalid input")
      assert.notInclude(script, "Ugyldig input")
    }
  })
})

describe("a bundle of a program", () => {
  it("is a file that can be imported, and finds what lies beside its sources", async () => {
    await write(
      "src/program.ts",
      'export const from = [import.meta.dirname, import.meta.filename, require("node:os").EOL]\n'
    )
    await age()
    const cache = { root, folder: cacheFolder() }
    assert.isUndefined(await findBundle(cache, "program"))
    await cachedBundle(cache, "program", () => bundleProgram(root, join("src", "program.ts")))
    const { from } = await import(pathToFileURL((await findBundle(cache, "program")) ?? "").href)
    assert.deepStrictEqual(from, [join(root, "src"), join(root, "src", "program.ts"), EOL])
  })

  it("is not found by a copy of its checkout", async () => {
    await write("src/program.ts", "export const from = import.meta.dirname\n")
    await age()
    const cache = { root, folder: cacheFolder() }
    await cachedBundle(cache, "program", () => bundleProgram(root, join("src", "program.ts")))
    assert.isUndefined(await findBundle({ ...cache, root: join(root, "copy") }, "program"))
  })

  it("is what the second start of the sandbox runs", async () => {
    const main = "apps/local/src/main.ts"
    await cachedBundle(cacheOfRepository, main, () => bundleProgram(cacheOfRepository.root, main))
    const file = (await findBundle(cacheOfRepository, main)) ?? assert.fail("it is not in the cache")
    const start = join(cacheOfRepository.root, "apps/local/src/start.ts")
    for (const program of [file, start]) {
      const ending = promisify(execFile)(process.execPath, ["--conditions=source", program, "--nonsense"])
      const { code, stderr } = await ending.catch((error) => error)
      assert.deepStrictEqual([code, stderr.match(/^.*--nonsense.*$/gm)?.length], [1, 1], stderr)
    }
  }, 60_000)
})
