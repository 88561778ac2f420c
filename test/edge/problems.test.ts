import * as Effect from "effect/Effect"
import { type Context, Hono } from "hono"
import { assert, describe, it } from "vitest"
import { offerProblems, offerSentProblems } from "../../apps/edge-api/src/flows/offers/problems.ts"
import { allProblems } from "../../apps/edge-api/src/flows/routes.ts"
import { answerBy, type Problems } from "../../apps/edge-api/src/http/problem.ts"
import type { RequestEnv } from "../../apps/edge-api/src/http/request.ts"
import { flowAnswers } from "../../apps/edge-api/src/http/respond.ts"
import { sharedProblems } from "../../apps/edge-api/src/http/shared-problems.ts"

interface ReminderTooLong {
  readonly _tag: "ReminderTooLong"
  readonly length: number
}

const reminderProblems = {
  ReminderNotFound: { status: 404, code: "not-found", title: "Not found", detail: "Check the id." },
  ReminderTooLong: {
    status: 400,
    code: "invalid-input",
    title: "Too long",
    detail: "Write less.",
    issues: ({ length }: ReminderTooLong) => [{ pointer: "/text", message: `is ${length} long` }],
    headers: ({ length }: ReminderTooLong) => ({ "X-Length": String(length) })
  }
} as const satisfies Problems

const answer = answerBy({ ...sharedProblems, ...reminderProblems })
const { respond } = flowAnswers(reminderProblems, { instance: "/reminders" })

/** What an app answers that has but one route. */
const answerOf = async (handler: (c: Context) => Response) => {
  const response = await new Hono().get("/reminders/:id", handler).request("/reminders/1")
  const json = (await response.json()) as Readonly<Record<string, unknown>>
  return { status: response.status, headers: response.headers, json }
}

describe("a problem of a flow", () => {
  it("is answered as its table says", async () => {
    const { status, headers, json } = await answerOf((c) => answer(c, { _tag: "ReminderNotFound" }))
    assert.deepStrictEqual([status, headers.get("content-type")], [404, "application/problem+json"])
    assert.deepStrictEqual(json, {
      type: "urn:treff:problem:not-found",
      title: "Not found",
      status: 404,
      detail: "Check the id.",
      instance: "/reminders/1",
      code: "not-found"
    })
  })

  it("says which fields are wrong, and adds headers, by what the failure holds", async () => {
    const { headers, json } = await answerOf((c) => answer(c, { _tag: "ReminderTooLong", length: 90 }))
    assert.deepStrictEqual(json.errors, [{ pointer: "/text", message: "is 90 long" }])
    assert.strictEqual(headers.get("x-length"), "90")
  })

  it("is demanded by the compiler for each failure of a use case, with all that it says of it", () => {
    const compiles = (c: Context<RequestEnv>) => [
      respond(c, Effect.fail({ _tag: "ReminderNotFound" } as const), () => null),
      // @ts-expect-error: the table has no problem for this failure
      respond(c, Effect.fail({ _tag: "ReminderForgotten" } as const), () => null),
      // @ts-expect-error: its problem says how long it is
      respond(c, Effect.fail({ _tag: "ReminderTooLong" } as const), () => null),
      // @ts-expect-error: every flow needs a sentence of its own for it
      respond(c, Effect.fail({ _tag: "IllegalTransition" } as const), () => null)
    ]
    assert.isFunction(compiles)
  })
})

describe("the problems of all flows", () => {
  it("say in the words of the flow that the present state does not allow something", () => {
    assert.include(offerProblems.IllegalTransition.detail, "The offer's present state")
    assert.notProperty(offerSentProblems, "IllegalTransition")
    assert.notProperty(sharedProblems, "IllegalTransition")
  })

  it("say of each what can be done about it", () => {
    for (const { status, code, title, detail } of allProblems) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/)
      assert.match(detail, /\.$/, title)
      if (status === 401) assert.include(["token-missing", "token-invalid", "token-stale", "sign-in-required"], code)
    }
  })
})
