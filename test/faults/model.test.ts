import { afterAll, beforeAll, it, vi } from "vitest"
import { offerStep } from "./flows/offers.ts"
import { sendStep } from "./flows/sends.ts"
import { followsTheModel, play } from "./model.ts"
import { memorySystem, openWorkers } from "./systems.ts"

/** In milliseconds. A test takes longer only on a machine that is very busy, or where a story has failed and is made shorter. */
const timeLimit = 40_000

it("the domain on the memory adapters does what the model does", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {}) // each refusal of the queue is a warning
  await followsTheModel(memorySystem(), { numRuns: 60, timeLimit })
  log.mockRestore()
}, 90_000)

let workers: Awaited<ReturnType<typeof openWorkers>>
beforeAll(async () => {
  workers = await openWorkers()
})
afterAll(() => workers.close())

it("both workers over PostgreSQL do what the model does, whatever breaks meanwhile", async () => {
  await followsTheModel(workers, { numRuns: 12, timeLimit })
}, 90_000)

it.each([0, 1])("a candidate reads an offer while the request %i to the database fails", async (request) => {
  const reads = sendStep("readOffer", "cleo", { outage: { request, down: "before" } })
  await play(workers, [offerStep("create"), sendStep("send", "mia"), reads, sendStep("readOffer", "cleo")])
})
