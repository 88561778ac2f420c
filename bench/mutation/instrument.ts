import { drizzle, type Mutant } from "./mutants.ts"

/** A mutant with the number by which it is switched on; 0 switches none on. */
export interface Numbered extends Mutant {
  readonly number: number
}

/**
 * Puts mutants into the text of a file, all of them switched off. Each is a call of `globalThis.__mutant` with its number
 * that chooses between original and replacement; where nobody has defined it, the original runs.
 */
export const instrument = (code: string, mutants: ReadonlyArray<Numbered>): string => {
  const sorted = mutants.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const text = within(code, 0, code.length, sorted)
  return text.includes(`${drizzle}.`) ? `import * as ${drizzle} from "drizzle-orm"\n${text}` : text
}

/** The text between two offsets with the mutants that lie there, sorted so that an outer one comes before its inner ones. */
const within = (code: string, start: number, end: number, mutants: ReadonlyArray<Numbered>): string => {
  const [outer, ...others] = mutants
  if (outer === undefined) return code.slice(start, end)
  const isInner = (mutant: Numbered): boolean => mutant.end <= outer.end
  const inner = others.filter(isInner).map((mutant): Numbered => {
    const isFirst = mutant.place === "first of statement" && outer.place !== "statement"
    return isFirst ? { ...mutant, place: "expression" } : mutant
  })
  const original = within(code, outer.start, outer.end, inner)
  const after = within(
    code,
    outer.end,
    end,
    others.filter((mutant) => !isInner(mutant))
  )
  return code.slice(start, outer.start) + switched(outer, original) + after
}

const switched = ({ number, place, replacement }: Numbered, original: string): string => {
  const isOn = `globalThis.__mutant?.(${number})`
  if (place === "function") return `if (${isOn}) return;${original}`
  if (place === "statement") return `{ if (!${isOn}) { ${original} } }`
  // Without a semicolon before it, the parenthesis would go on with the line above.
  return `${place === "first of statement" ? ";" : ""}(${isOn} ? ${replacement} : ${original})`
}
