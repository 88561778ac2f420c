import { it, vi } from "vitest"
import { followsTheInvitationModel } from "./invitation-model.ts"
import { memoryInvitationSystem, openInvitationWorkers } from "./invitation-systems.ts"

/** In milliseconds: as many stories as that allows; the soak tells the rest. */
const budget = 5_000

it("the domain on the memory adapters invites as the model does", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {}) // each refusal of the queue is a warning
  await followsTheInvitationModel(memoryInvitationSystem(), 200, budget)
  log.mockRestore()
})

it("both workers over PostgreSQL invite as the model does, whatever breaks meanwhile", async () => {
  const workers = await openInvitationWorkers()
  try {
    await followsTheInvitationModel(workers, 15, budget)
  } finally {
    await workers.close()
  }
}, 60_000)
