import type { Plan } from "./plan.ts"

/** What a measurement has to say: its figures, in Markdown, and the plans of its statements. */
export interface Section {
  readonly title: string
  readonly paragraphs: ReadonlyArray<string>
  readonly plans?: ReadonlyArray<Plan>
}

export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map((_, column) => (column === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")

/** A number as people write it. */
export const plain = (value: number): string => Math.round(value).toLocaleString("en")

export const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1)

/** How many a second, of so many in so many milliseconds. */
export const rate = (count: number, milliseconds: number): string => plain((count / milliseconds) * 1_000)

/**
 * A count, smaller where the whole bench is only to be tried: `BENCH_SCALE=0.01`. The share of it that was taken is said
 * beside the figures, which are then worth nothing.
 */
export const scale = Number(process.env.BENCH_SCALE ?? 1)
export const scaled = (count: number): number => Math.ceil(count * scale)
