import { it, vi } from "vitest"
import { followsTheModel } from "./model.ts"
import { memorySystem, openWorkers } from "./systems.ts"

/** In milliseconds: as many stories as that allows; the soak tells the rest. */
const budget = 10_000

it("the domain on the memory adapters does what the model does", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {}) // each refusal of the queue is a warning
  await followsTheModel(memorySystem(), 120, budget)
  log.mockRestore()
})

it("both workers over PostgreSQL do what the model does, whatever breaks meanwhile", async () => {
  const workers = await openWorkers()
  try {
    await followsTheModel(workers, 15, budget)
  } finally {
    await workers.close()
  }
}, 60_000)
