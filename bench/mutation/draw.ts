import { createHash } from "node:crypto"
import type { Numbered } from "./instrument.ts"
import type { Mutant } from "./mutants.ts"

/**
 * Draws a number of mutants, each on a line of its own, so that code gets as many as it has lines. Each line and each
 * mutant on it has a rank made from the seed and its text, and the lowest ranks are drawn: what has only moved to another
 * file is drawn again.
 */
export const draw = (mutants: ReadonlyArray<Mutant>, seed: number, count: number): ReadonlyArray<Numbered> => {
  const rank = (...parts: ReadonlyArray<unknown>): string =>
    createHash("sha256")
      .update(JSON.stringify([seed, ...parts]))
      .digest("hex")
  const lines = Map.groupBy(mutants, ({ file, line }) => `${file}:${line}`)
  const counts = new Map<string, number>()
  return [...lines.values()]
    .map((onLine) => {
      const text = onLine[0]?.lineText ?? ""
      const repeated = counts.get(text) ?? 0
      counts.set(text, repeated + 1)
      const ranked = onLine.map((mutant) => ({
        mutant,
        rank: rank(text, mutant.operator, mutant.before, mutant.after)
      }))
      const [first] = ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))
      return { rank: rank(text, repeated), drawn: first?.mutant }
    })
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .flatMap(({ drawn }) => drawn ?? [])
    .slice(0, count)
    .map((mutant, index) => ({ ...mutant, number: index + 1 }))
}
