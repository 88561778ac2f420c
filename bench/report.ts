import { readFile, writeFile } from "node:fs/promises"
import { type Bundle, startUps } from "./bundles.ts"
import { due, type Million, offers, type Plan } from "./million.ts"
import { type Comparison, concurrency, inCompany, perRound, rounds } from "./throughput.ts"

export interface Figures {
  readonly machine: string
  readonly busy: number
  readonly seconds: number
  readonly throughput: { readonly comparisons: ReadonlyArray<Comparison>; readonly differing: ReadonlyArray<string> }
  readonly million: Million
  readonly bundles: ReadonlyArray<Bundle>
}

const begin = "<!-- figures: written by npm run bench -->"
const end = "<!-- end of figures -->"

/** Puts the figures where the last ones stood in README.md, and the plans into plans.md. */
export const writeReport = async (figures: Figures): Promise<void> => {
  const readme = new URL("README.md", import.meta.url)
  const text = await readFile(readme, "utf8")
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error("README.md has lost the marks between which the figures stand")
  await writeFile(readme, `${before}${begin}\n${figuresOf(figures)}\n${end}${after}`)
  await writeFile(new URL("plans.md", import.meta.url), plansOf(figures.million.plans))
}

const figuresOf = ({ machine, busy, seconds, throughput, million, bundles }: Figures): string =>
  [
    `Taken on ${new Date().toISOString().slice(0, 10)} in ${seconds.toFixed(0)} s. ${machine}. The load of the machine over the minute before was ${busy.toFixed(1)}.`,
    "",
    "### Beside the barest handler",
    "",
    table(
      [
        "",
        "Treff /s",
        "bare /s",
        "ratio (quartiles)",
        "Treff p50, p90 ms",
        "bare p50, p90 ms",
        "processor ms a request"
      ],
      throughput.comparisons.map(({ operation, treff, bare, ratio: [middle, low, high] }) => [
        operation,
        treff.perSecond.toFixed(0),
        bare.perSecond.toFixed(0),
        `**${middle.toFixed(2)}** (${low.toFixed(2)} to ${high.toFixed(2)})`,
        `${treff.p50.toFixed(1)}, ${treff.p90.toFixed(1)}`,
        `${bare.p50.toFixed(1)}, ${bare.p90.toFixed(1)}`,
        treff.cpu === undefined || bare.cpu === undefined ? "–" : `${treff.cpu.toFixed(2)} to ${bare.cpu.toFixed(2)}`
      ])
    ),
    "",
    `${rounds} rounds of ${perRound} requests each, ${concurrency} at once; a list is the first page of a company with ${inCompany} offers.`,
    throughput.differing.length === 0
      ? "Both sent the same statements."
      : `**Not the same statements any more: ${throughput.differing.join(", ")}. Bring bare-sql.ts up to date.**`,
    "",
    `### A company with ${offers.toLocaleString("en")} offers`,
    "",
    table(
      ["", "p50 ms", "p90 ms", "PostgreSQL alone, ms"],
      million.timings.map(({ what, p50, p90, sql }) => [what, p50.toFixed(1), p90.toFixed(1), sql.toFixed(1)])
    ),
    "",
    `The sweep of ${due.toLocaleString("en")} due offers among them: ${(million.sweep.milliseconds / 1_000).toFixed(1)} s, ` +
      `${((million.sweep.milliseconds / due) * 1_000).toFixed(0)} ms for a thousand, in ${million.sweep.roundTrips} round trips. ` +
      `The plans are in [plans.md](plans.md). Filling the tables took ${million.insertSeconds.toFixed(0)} s.`,
    "",
    "### Events",
    "",
    table(
      ["", "seconds", "events /s"],
      (
        [
          [
            `commit to receipt, ${million.delivery.events.toLocaleString("en")} events of a sweep`,
            million.delivery.fromCommit
          ],
          [
            `relay to receipt, ${million.delivery.events.toLocaleString("en")} events that are due`,
            million.delivery.fromRelay
          ]
        ] as const
      ).map(([what, milliseconds]) => [
        what,
        (milliseconds / 1_000).toFixed(1),
        ((million.delivery.events / milliseconds) * 1_000).toFixed(0)
      ])
    ),
    "",
    "### The workers",
    "",
    table(
      ["", "script KiB, gzip", "all that is uploaded KiB, gzip", "start-up ms"],
      bundles.map(({ worker, script, upload, startUp }) => [
        worker,
        script.map(kibibytes).join(", "),
        upload.map(kibibytes).join(", "),
        startUp.toFixed(0)
      ])
    ),
    "",
    `As \`wrangler deploy --dry-run\` makes them. Start-up is how much later than an empty worker workerd gives its first answer, the difference of the medians of ${startUps} starts.`
  ].join("\n")

const kibibytes = (bytes: number): string => (bytes / 1_024).toFixed(0)

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map((_, column) => (column === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")

/** A line of a plan beyond this length holds ids or JSON, and tells nothing more. */
const widest = 180

const plansOf = (plans: ReadonlyArray<Plan>): string =>
  [
    "# Plans",
    "",
    `Written by \`npm run bench\`: \`explain (analyze, buffers)\` of each statement as the workers send it, on ${offers.toLocaleString("en")} offers of one company.`,
    ...plans.flatMap(({ what, lines }) => [
      "",
      `## ${what}`,
      "```",
      ...lines.map((line) => (line.length > widest ? `${line.slice(0, widest)} …` : line)),
      "```"
    ]),
    ""
  ].join("\n")
