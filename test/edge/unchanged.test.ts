import { assert, describe, it } from "vitest"
import { watchState } from "./unchanged.ts"

/** What is said in the end of fifty requests, when these of them change something. */
const complaintAbout = async (...changing: ReadonlyArray<number>): Promise<string> => {
  let state = 0
  const unchanged = watchState(async () => ({ state }))
  const request = async (number: number) => {
    if (changing.includes(number)) state++
  }
  await unchanged.begin()
  await Promise.all(Array.from({ length: 50 }, (_, number) => unchanged.send(request, number)))
  return unchanged.assertUnchanged().then(
    () => "none",
    ({ message }: Error) => message.split(":")[0] ?? ""
  )
}

describe("requests that must change nothing", () => {
  it("are not named when they changed nothing", async () => {
    assert.strictEqual(await complaintAbout(), "none")
  })

  it.each([0, 1, 24, 25, 37, 49])("are named when one changed something: %i", async (number) => {
    assert.strictEqual(await complaintAbout(number), `it was changed by [ ${number} ]`)
  })

  it("are named, each of them, when several did", async () => {
    assert.strictEqual(await complaintAbout(3, 4, 40), "it was changed by [ 3 ], and by [ 4 ], and by [ 40 ]")
  })
})
