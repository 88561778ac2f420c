import { day, daysBetween } from "@treff/domain/kernel"
import { assert, it } from "vitest"

it.each([
  [0, "on the last day", 0, day - 1],
  [0, "at the instant itself", 0, 0],
  [1, "when exactly a day is left", 0, day],
  [-1, "at once afterwards", 1, 0],
  [-1, "a whole day afterwards", day, 0],
  [-2, "a day and a millisecond afterwards", day + 1, 0]
] as const)("counts %i days %s", (days, _, from, to) => assert.strictEqual(daysBetween(from, to), days))
