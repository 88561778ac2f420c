import type { Stage } from "./stage.ts"

/** What the API answered to a call. */
export type Answer = Awaited<ReturnType<Stage["call"]>>

/** The status of an answer, and the code of its problem. */
export const statusAndCode = ({ status, json }: Answer): string => [status, json?.code].filter(Boolean).join(" ")

/** How many of some words there are of each. */
export const countEach = (words: ReadonlyArray<string>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** How many answers there were of each status and code. */
export const tally = (answers: ReadonlyArray<Answer>): Readonly<Record<string, number>> =>
  countEach(answers.map(statusAndCode))

/** Starts something so many times at once, and waits for all of them. */
export const times = <A>(count: number, make: (index: number) => Promise<A>): Promise<ReadonlyArray<A>> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))
