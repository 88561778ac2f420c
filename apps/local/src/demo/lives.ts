/**
 * What became of an offer, in days from today: when it was made, when its job starts, and what was done to it on the way.
 * Whether and when it expired follows from these, as in life.
 */
export interface Life {
  readonly made: number
  readonly starts: number
  readonly steps: ReadonlyArray<Step>
}

export type Step =
  | { readonly day: number; readonly act: "disable" | "enable" | "archive" | "transfer" | "delete" }
  /** A better text; with `starts` also other dates. */
  | { readonly day: number; readonly act: "update"; readonly starts?: number }

/** One for each of a company's twenty postings: 9 are active, 3 disabled, 4 archived and 4 expired in the end. */
export const lives: ReadonlyArray<Life> = [
  // Active; the first two end within the next days, so that there is something to see when the clock is moved.
  { made: -26, starts: 1, steps: [] },
  { made: -19, starts: 3, steps: [] },
  { made: -2, starts: 45, steps: [] },
  { made: -9, starts: 30, steps: [] },
  { made: -14, starts: 60, steps: [{ day: -11, act: "update" }] },
  { made: -17, starts: 38, steps: [{ day: -6, act: "transfer" }] },
  {
    made: -33,
    starts: 52,
    steps: [
      { day: -20, act: "disable" },
      { day: -8, act: "enable" }
    ]
  },
  {
    made: -64,
    starts: 25,
    steps: [
      { day: -40, act: "archive" },
      { day: -12, act: "enable" }
    ]
  },
  {
    made: -70,
    starts: -30,
    steps: [
      { day: -28, act: "update", starts: 33 },
      { day: -27, act: "enable" }
    ]
  },
  // Disabled.
  { made: -21, starts: 41, steps: [{ day: -4, act: "disable" }] },
  {
    made: -36,
    starts: 28,
    steps: [
      { day: -30, act: "disable" },
      { day: -10, act: "update" }
    ]
  },
  {
    made: -11,
    starts: 74,
    steps: [
      { day: -7, act: "transfer" },
      { day: -3, act: "disable" }
    ]
  },
  // Archived: the last one long after it had expired.
  { made: -48, starts: 15, steps: [{ day: -5, act: "archive" }] },
  {
    made: -55,
    starts: 9,
    steps: [
      { day: -37, act: "disable" },
      { day: -22, act: "archive" }
    ]
  },
  {
    made: -41,
    starts: 20,
    steps: [
      { day: -39, act: "update" },
      { day: -16, act: "archive" }
    ]
  },
  { made: -90, starts: -45, steps: [{ day: -13, act: "archive" }] },
  // Expired: as it was, out of being disabled, with new dates that nobody has enabled yet, and for the second time.
  { made: -52, starts: -18, steps: [] },
  { made: -47, starts: -15, steps: [{ day: -23, act: "disable" }] },
  { made: -58, starts: -24, steps: [{ day: -2, act: "update", starts: 35 }] },
  {
    made: -99,
    starts: -60,
    steps: [
      { day: -58, act: "update", starts: -29 },
      { day: -57, act: "enable" }
    ]
  }
]

/** One more for each company's first posting: it was posted once before, by mistake, and is deleted. */
export const mistake: Life = { made: -34, starts: 22, steps: [{ day: -29, act: "delete" }] }

/** From when to when an offer was open to candidates, in days from today; until then nothing has ended it. */
interface Opening {
  readonly from: number
  readonly until: number
}

/** Every opening of a life, oldest first. */
export const openingsOf = ({ made, starts, steps }: Life): ReadonlyArray<Opening> => {
  const openings: Array<Opening> = []
  let from: number | undefined = made
  let ends = starts
  for (const step of [...steps, { day: Number.POSITIVE_INFINITY, act: "archive" } as const]) {
    // It expires by itself where nobody comes first.
    const closes = step.act === "disable" || step.act === "archive" || step.act === "delete"
    if (from !== undefined && (closes || step.day > ends)) {
      openings.push({ from, until: Math.min(step.day, ends) })
      from = undefined
    }
    if (step.act === "enable") from = step.day
    if (step.act === "update") ends = step.starts ?? ends
  }
  return openings
}
