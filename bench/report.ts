import { readFile, writeFile } from "node:fs/promises"
import type { Plan } from "./plan.ts"
import { type Section, scale } from "./section.ts"

interface Circumstances {
  readonly machine: string
  /** The load of the machine over the minute before. */
  readonly busy: number
  readonly seconds: number
}

const begin = "<!-- figures: written by npm run bench -->"
const end = "<!-- end of figures -->"

/** Puts the figures where the last ones stood in README.md, and the plans into plans.md. */
export const writeReport = async (circumstances: Circumstances, sections: ReadonlyArray<Section>): Promise<void> => {
  const readme = new URL("README.md", import.meta.url)
  const text = await readFile(readme, "utf8")
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error("README.md has lost the marks between which the figures stand")
  await writeFile(readme, `${before}${begin}\n${figuresOf(circumstances, sections)}\n${end}${after}`)
  await writeFile(new URL("plans.md", import.meta.url), plansOf(sections))
}

export const figuresOf = ({ machine, busy, seconds }: Circumstances, sections: ReadonlyArray<Section>): string =>
  [
    `Taken on ${new Date().toISOString().slice(0, 10)} in ${seconds.toFixed(0)} s. ${machine}. The load of the machine over the minute before was ${busy.toFixed(1)}.`,
    ...(scale === 1 ? [] : [`**Only a trial, at ${scale} of the size: these figures are worth nothing.**`]),
    ...sections.flatMap(({ title, paragraphs }) => [`### ${title}`, ...paragraphs])
  ].join("\n\n")

/** A line of a plan beyond this length holds ids or JSON, and says nothing more. */
const widest = 180

const plansOf = (sections: ReadonlyArray<Section>): string =>
  [
    "# Plans",
    "",
    "Written by `npm run bench`: `explain (analyze, buffers)` of each statement as the workers send it.",
    ...sections.flatMap(({ title, plans = [] }) =>
      plans.length === 0 ? [] : ["", `# ${title}`, ...plans.flatMap(planOf)]
    ),
    ""
  ].join("\n")

const planOf = ({ what, lines }: Plan): ReadonlyArray<string> => [
  "",
  `## ${what}`,
  "```",
  ...lines.map((line) => (line.length > widest ? `${line.slice(0, widest)} …` : line)),
  "```"
]
