import { it, vi } from "vitest"
import { followsTheModel } from "../faults/model.ts"
import { memorySystem, openWorkers } from "../faults/systems.ts"

/** How many stories are played on the workers; ten times as many on the memory adapters. */
const runs = Number(process.env.SOAK_RUNS ?? 1_000)
/** The seed that a failure names plays the stories of that run again. */
const seed = process.env.SOAK_SEED === undefined ? {} : { seed: Number(process.env.SOAK_SEED) }

it("the domain on the memory adapters does what the model does", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {}) // each refusal of the queue is a warning
  await followsTheModel(memorySystem(), { ...seed, numRuns: 10 * runs })
  vi.restoreAllMocks()
})

it("both workers over PostgreSQL do what the model does, whatever breaks meanwhile", async () => {
  const workers = await openWorkers()
  try {
    await followsTheModel(workers, { ...seed, numRuns: runs })
  } finally {
    await workers.close()
  }
})
