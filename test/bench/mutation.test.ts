import { assert, describe, it } from "vitest"
import { draw } from "../../bench/mutation/draw.ts"
import { instrument } from "../../bench/mutation/instrument.ts"
import { mutantsOf } from "../../bench/mutation/mutants.ts"
import { type Result, reportOf } from "../../bench/mutation/report.ts"
import { sqlMutations } from "../../bench/mutation/sql-words.ts"

/** What a function body gives with no mutant switched on, and with each of them by its operator. */
const resultsOf = (body: string, a: unknown, b: unknown): ReadonlyArray<readonly [string, unknown]> => {
  const code = `const f = (a, b) => {\n${body}\n}`
  const mutants = mutantsOf("f.js", code).map((mutant, index) => ({ ...mutant, number: index + 1 }))
  const f = new Function("globalThis", `${instrument(code, mutants)}\nreturn f`)
  const resultWith = (number: number): unknown => f({ __mutant: (asked: number) => asked === number })(a, b)
  return [["none", resultWith(0)], ...mutants.map(({ operator, number }) => [operator, resultWith(number)] as const)]
}

describe("the mutants of a function", () => {
  it.each([
    ["a === b", 1, 1, true, { "=== to !==": [false] }],
    ["a < b", 1, 1, false, { "< to <=": [true] }],
    ["a && b", true, false, false, { "&& to ||": [true] }],
    ["a && !b || b", true, false, true, { "|| to &&": [false], "&& to ||": [true] }],
    ["a ?? b", null, 1, 1, { "?? removed": [null] }],
    ["a - 5", 7, 0, 2, { "- to +": [12], "number + 1": [1], "number - 1": [3] }],
    ["a ? b : null", true, 1, 1, { "condition negated": [null] }],
    ["a + 'x'", "y", 0, "yx", { "string emptied": ["y"] }],
    ["`x`", 0, 0, "x", { "string emptied": [""] }],
    ["a === true", true, 0, true, { "=== to !==": [false], "boolean flipped": [false] }],
    ["[a, ...b]", 1, [2], [1, 2], { "element removed": [[2], [1]] }],
    ["({ a, ...b })", 1, { c: 2 }, { a: 1, c: 2 }, { "spread removed": [{ a: 1 }] }]
  ] as const)("are those of %s", (expression, a, b, original, mutated) => {
    const [none, returned, ...others] = resultsOf(`return ${expression}`, a, b)
    assert.deepStrictEqual(none, ["none", original])
    assert.deepStrictEqual(returned, ["returned at once", undefined])
    const found = Object.groupBy(others, ([operator]) => operator)
    const results = Object.entries(found).map(([operator, group]) => [operator, group?.map(([, result]) => result)])
    assert.deepStrictEqual(Object.fromEntries(results), mutated)
  })

  it("leave out a call, also where statements end without a semicolon", () => {
    const results = resultsOf("const list = [b]\na.add(b)\na && list.push(b)\nreturn [...a, ...list]", new Set(), 1)
    assert.deepStrictEqual(results[0], ["none", [1, 1, 1]])
    assert.deepInclude(results, ["&& to ||", [1, 1]])
    assert.deepInclude(resultsOf("const list = [b]\nlist.reverse()\nlist.push(a)\nreturn list", 0, 1), [
      "call removed",
      [1]
    ])
  })

  it("are none of its types, its imports, the names of properties and those of spans", () => {
    const code = `import { a } from "a"\ninterface B { "c": "d" }\nexport const e = { "f": a } satisfies B\nEffect.fn("g")`
    const operators = mutantsOf("f.ts", code).map(({ operator, before }) => [operator, before])
    assert.deepStrictEqual(operators, [["call removed", `Effect.fn("g")`]])
  })
})

describe("the mutants of a statement in SQL", () => {
  it("are its comparisons, conditions, orders and numbers", () => {
    const changes = sqlMutations("where a <= 1 and b->>'c' is not null order by d desc for update").map(
      ({ word, replacement }) => [word, replacement]
    )
    assert.deepStrictEqual(changes, [
      ["<=", "<"],
      ["1", "2"],
      ["and", "or"],
      ["is not null", "is null"],
      ["desc", "asc"],
      ["for update", ""]
    ])
  })

  it("are none of an assignment", () => {
    const changes = sqlMutations("set a = b from c where d = e")
    assert.deepStrictEqual(changes, [{ index: 25, word: "=", replacement: "<>" }])
  })

  it("stand in the template, beside what JavaScript puts there", () => {
    const mutants = mutantsOf("f.ts", `const f = (a) => sql\`where b < \${a === c} and d\``)
    assert.sameMembers(
      mutants.map(({ replacement }) => replacement),
      [`sql\`where b <= \${a === c} and d\``, `sql\`where b < \${a === c} or d\``, "a !== c"]
    )
  })
})

describe("drawing mutants", () => {
  const code = Array.from({ length: 50 }, (_, n) => `export const f${n} = (a) => a === b${n}`)
  const drawn = (file: string, lines: ReadonlyArray<string>, seed: number) =>
    draw(mutantsOf(file, lines.join("\n")), seed, 10).map(({ enclosing, number }) => `${number} ${enclosing}`)

  it("draws the same ones again by the same seed, wherever the code has moved to", () => {
    assert.deepStrictEqual(drawn("a.ts", code, 1), drawn("b/c.ts", code.toReversed(), 1))
    assert.lengthOf(drawn("a.ts", code, 1), 10)
    assert.notDeepEqual(drawn("a.ts", code, 1), drawn("a.ts", code, 2))
  })
})

describe("the report of a run", () => {
  it("has a table of survivors in which every row has every column, whatever the code holds", () => {
    const [mutant] = mutantsOf("f.ts", "const f = (a, b) => a || b").filter(({ operator }) => operator === "|| to &&")
    assert(mutant !== undefined)
    const result: Result = { ...mutant, number: 1, outcome: "survived", seconds: 1, reason: "" }
    const report = reportOf([result], { seed: 1, folders: ["f"], tests: ["test"], candidates: 1, lines: 1 })
    const [head, , row] = report.slice(report.indexOf("| file")).split("\n")
    const cellsOf = (line = "") => line.split(/(?<!\\)\|/).length
    assert.strictEqual(cellsOf(row), cellsOf(head))
  })
})
