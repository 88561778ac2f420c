import type { Numbered } from "./instrument.ts"

/** What came of a mutant, how long that took, and by which test it was killed and how. */
export interface Result extends Numbered {
  readonly outcome: "failed" | "timed out" | "survived" | "not executed"
  readonly seconds: number
  readonly reason: string
}

interface Circumstances {
  readonly seed: number
  readonly folders: ReadonlyArray<string>
  readonly tests: ReadonlyArray<string>
  readonly candidates: number
  readonly lines: number
}

/** The figures and the survivors of a run, as Markdown. */
export const reportOf = (results: ReadonlyArray<Result>, circumstances: Circumstances): string => {
  const { seed, folders, tests, candidates, lines } = circumstances
  const survivors = results
    .filter(({ outcome }) => outcome === "survived" || outcome === "not executed")
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
  return `# Mutants

Drawn with the seed ${seed}: ${results.length} of ${candidates} mutants, on as many of the ${lines} lines that can have one, in ${folders.join(" and ")}.
Each was tried by the files of ${tests.join(", ")} that execute it.

${tableBy("where", results, ({ file }) => folders.find((folder) => file.startsWith(folder)) ?? file)}

${tableBy("operator", results, ({ operator }) => operator)}

## Survivors

${table(
  ["file", "line", "in", "operator", "before", "after", ""],
  survivors.map(({ file, line, enclosing, operator, before, after, outcome }) => [
    file,
    String(line),
    enclosing,
    asCode(operator),
    asCode(before),
    asCode(after),
    outcome === "not executed" ? outcome : ""
  ])
)}
`
}

const tableBy = (what: string, results: ReadonlyArray<Result>, groupOf: (result: Result) => string): string => {
  const rowOf = (name: string, group: ReadonlyArray<Result>): ReadonlyArray<string> => {
    const count = (outcome: Result["outcome"]): number => group.filter((result) => result.outcome === outcome).length
    const killed = count("failed") + count("timed out")
    return [
      name,
      String(group.length),
      String(killed),
      String(count("timed out")),
      String(count("survived")),
      String(count("not executed")),
      `${((100 * killed) / group.length).toFixed(1)} %`
    ]
  }
  const groups = [...Map.groupBy(results, groupOf)].sort(([, a], [, b]) => b.length - a.length)
  return table(
    [what, "mutants", "killed", "of which timed out", "survived", "not executed", "killed, %"],
    [...groups.map(([name, group]) => rowOf(asCode(name), group)), rowOf("all", results)]
  )
}

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const asCode = (text: string): string =>
  text === "(removed)" ? text : `\`\` ${text.replaceAll("|", "\\|").replaceAll("``", "` `")} \`\``
