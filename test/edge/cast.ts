import type { Account } from "@treff/domain/account"
import { day } from "@treff/domain/time"
import { assert } from "vitest"
import { offerInput } from "../stage.ts"
import type { Edge } from "./contract.ts"

const iso = (at: number) => new Date(at).toISOString()

/** What people do over HTTP before a story begins. */
export const castOf = (edge: Edge) => {
  /** What a client sends to make an offer, its dates ahead of the time that it is for the workers. */
  const contentAhead = (changes: Readonly<Record<string, unknown>> = {}) =>
    offerInput({ startDateJob: iso(edge.now() + 10 * day), expiredDate: iso(edge.now() + 20 * day), ...changes })

  const send = (by: Account, offerId: string, candidate: Account, more: object = {}) =>
    edge.as(by)("POST", "/offer-sends", { body: { offerId, candidateId: candidate.id, ...more } })
  const command = (by: Account, offerId: string, name: string) => edge.as(by)("POST", `/offers/${offerId}/${name}`)
  const setStatus = (by: Account, id: string, status: string) =>
    edge.as(by)("POST", `/offer-sends/${id}/status`, { body: { status } })

  return {
    contentAhead,
    send,
    command,
    setStatus,

    /** Makes an offer, and answers it. */
    made: async (by: Account, changes: Readonly<Record<string, unknown>> = {}) => {
      const answer = await edge.as(by)("POST", "/offers", { body: contentAhead(changes) })
      assert.strictEqual(answer.status, 201, answer.text)
      return answer.json
    },

    /** Sends an offer, has its candidate go as far as `status`, and answers the send as it was made. */
    sent: async (by: Account, offerId: string, candidate: Account, status = "sent", more: object = {}) => {
      const answer = await send(by, offerId, candidate, more)
      assert.strictEqual(answer.status, 201, answer.text)
      const steps = status === "responded" ? ["viewed", "responded"] : status === "viewed" ? ["viewed"] : []
      for (const step of steps) assert.strictEqual((await setStatus(candidate, answer.json.id, step)).status, 200)
      return answer.json
    }
  }
}
