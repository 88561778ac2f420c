import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { measure } from "./structure.ts"

const folder = mkdtempSync(join(tmpdir(), "structure-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** Measures a folder of files that hold nothing but these lines. */
const measured = (files: Readonly<Record<string, string>>, depth: "top" | "every" = "top") => {
  const made = mkdtempSync(join(folder, "made-"))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, file)), { recursive: true })
    writeFileSync(join(made, file), text)
  }
  return measure(made, depth)
}

const house = {
  "text.ts": "",
  "kernel/time.ts": "",
  "offers/model/offer.ts": `import { now } from "../../kernel/time.ts"`,
  "offers/use-cases/create.ts": `import type { Offer } from "../model/offer.ts"\nexport { text } from "../../text.ts"`,
  "pages/page.tsx": `import { create } from "../offers/use-cases/create.ts"\nimport { text } from "../text.ts"`
}

describe("the structure of a folder", () => {
  it("has a room for each of its folders and for each file beside them", () => {
    const { rooms, floors, arrows, arrowsUp, circles } = measured(house)
    assert.sameMembers([...rooms], ["kernel", "offers", "pages", "text.ts"])
    assert.strictEqual(floors, 3)
    assert.sameDeepMembers(
      [...arrows],
      [
        { from: "offers", to: "kernel", imports: 1 },
        { from: "offers", to: "text.ts", imports: 1 },
        { from: "pages", to: "offers", imports: 1 },
        { from: "pages", to: "text.ts", imports: 1 }
      ]
    )
    assert.deepStrictEqual([arrowsUp, circles], [[], []])
  })

  it("has a room for each folder of any level where that is asked", () => {
    const { rooms, floors } = measured(house, "every")
    assert.sameMembers([...rooms], ["kernel", "offers/model", "offers/use-cases", "pages", "text.ts"])
    assert.strictEqual(floors, 4)
  })

  it.each([
    ["a value", `import { b } from "../b/b.ts"`],
    ["a type", `import type { B } from "../b/b.ts"`],
    ["a type that is named in place", `export const a: import("../b/b.ts").B = 1`],
    ["what is exported again", `export * from "../b/b.ts"`],
    ["the effect of a module", `import "../b/b.ts"`],
    ["several names, on lines of their own", `import {\n  b,\n  c\n} from "../b/b.ts"`]
  ])("shows a circle that is closed by %s", (_, back) => {
    const { circles, arrowsUp } = measured({ "a/a.ts": back, "b/b.ts": `import { a } from "../a/a.ts"` })
    assert.deepStrictEqual(circles, [["a/a.ts", "b/b.ts"]])
    assert.lengthOf(arrowsUp, 1)
  })

  it("ignores an import that a comment shows", () => {
    const { circles, arrows } = measured({
      "a/a.ts": `/** import { b } from "../b/b.ts" */\n// import { b } from "../b/b.ts"\n`,
      "b/b.ts": `import { a } from "../a/a.ts"`
    })
    assert.deepStrictEqual(circles, [])
    assert.lengthOf(arrows, 1)
  })

  it("orders the rooms so that the fewest imports go up, also where no files are in a circle", () => {
    const { rooms, arrowsUp, circles } = measured({
      "a/one.ts": `import { b } from "../b/one.ts"`,
      "a/two.ts": `import { b } from "../b/one.ts"`,
      "b/one.ts": "",
      "b/two.ts": `import { a } from "../a/two.ts"`
    })
    assert.deepStrictEqual(rooms, ["b", "a"])
    assert.deepStrictEqual(arrowsUp, [{ from: "b", to: "a", imports: 1 }])
    assert.deepStrictEqual(circles, [])
  })
})

describe("the structure of the domain", () => {
  const { rooms, floors, arrows, arrowsUp, circles } = measure(
    join(import.meta.dirname, "../../packages/domain/src"),
    "top"
  )

  it("has no circle between files, and no arrow up", () => {
    assert.deepStrictEqual(circles, [])
    assert.deepStrictEqual(arrowsUp, [])
    const folders = measure(join(import.meta.dirname, "../../packages/domain/src"), "every")
    assert.deepStrictEqual(folders.arrowsUp, [], "between the folders of any level")
  })

  it("has as few rooms, floors and arrows as its drawing", () => {
    assert.isAtMost(rooms.length, 9, `rooms: ${rooms.join(", ")}`)
    assert.isAtMost(floors, 7)
    assert.isAtMost(arrows.length, 32)
  })
})

describe("the structure of the contract tests", () => {
  const { rooms, floors, arrowsUp, circles } = measure(
    join(import.meta.dirname, "../../packages/contract-tests/src"),
    "top"
  )

  it("has a room for each port's suite and each store that ships, on the fixtures, and no circle", () => {
    assert.sameMembers([...rooms], ["fixtures", "store", "mailer", "event-queue", "memory", "postgres"])
    assert.strictEqual(floors, 3)
    assert.deepStrictEqual([arrowsUp, circles], [[], []])
  })
})
