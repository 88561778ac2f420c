import { assert, describe, it } from "vitest"
import { openStage } from "../stage.ts"

describe("the configuration of the API", () => {
  it.each([
    ["JWT_PRIVATE_KEY", "not JSON, but a secret", "JWT_PRIVATE_KEY is not what it must be"],
    ["SEALING_KEYS", "a secret", "SEALING_KEYS can't be used."],
    ["SEALING_KEYS", "", "SEALING_KEYS is not set."],
    ["DATABASE_URL", "a secret", "DATABASE_URL must be the address of a database"]
  ])("that can't be right is said in the log, and nothing is served: %s = %j", async (name, value, reason) => {
    const logs: Array<string> = []
    const bindings = { edgeApi: { [name]: { type: "text", value } } } as const
    const stage = await openStage({ bindings, onLog: ({ message }) => logs.push(message) })
    const answer = await stage.call("GET", "/health/live")
    await stage.close()
    assert.deepStrictEqual([answer.status, answer.json.code], [500, "internal-error"])
    assert.include(logs.join("\n"), reason)
    assert.notInclude(logs.join("\n"), "a secret")
  })
})
