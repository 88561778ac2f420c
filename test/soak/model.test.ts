import { it, vi } from "vitest"
import { followsTheInvitationModel } from "../faults/invitation-model.ts"
import { memoryInvitationSystem, openInvitationWorkers } from "../faults/invitation-systems.ts"
import { followsTheModel } from "../faults/model.ts"
import { memorySystem, openWorkers } from "../faults/systems.ts"

/** How many stories are told to the workers; ten times as many to the memory. A thousand take some four minutes. */
const runs = Number(process.env.SOAK_RUNS ?? 1_000)

it("the domain on the memory adapters does what the model does", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {}) // each refusal of the queue is a warning
  await followsTheModel(memorySystem(), 10 * runs)
  vi.restoreAllMocks()
})

it("both workers over PostgreSQL do what the model does, whatever breaks meanwhile", async () => {
  const workers = await openWorkers()
  try {
    await followsTheModel(workers, runs)
  } finally {
    await workers.close()
  }
})

it("the domain on the memory adapters invites as the model does", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {})
  await followsTheInvitationModel(memoryInvitationSystem(), 10 * runs)
  vi.restoreAllMocks()
})

it("both workers over PostgreSQL invite as the model does, whatever breaks meanwhile", async () => {
  const workers = await openInvitationWorkers()
  try {
    await followsTheInvitationModel(workers, runs)
  } finally {
    await workers.close()
  }
})
