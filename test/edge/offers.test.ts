import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { offerInput, openStage, type Stage } from "../stage.ts"

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

describe("making an offer", () => {
  it("answers 201 with the offer, its version and where it is", async () => {
    const { recruiter } = await stage.addCompany()
    const token = await stage.tokenOf(recruiter)
    const made = await stage.call("POST", "/offers", { token, body: offerInput() })
    assert.strictEqual(made.status, 201)
    assert.strictEqual(made.headers.get("etag"), '"1"')
    assert.strictEqual(made.headers.get("location"), `/offers/${made.json.id}`)
    assert.strictEqual(made.json.recruiterId, recruiter.id)
  })
})
