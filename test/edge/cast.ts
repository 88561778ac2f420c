import { newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { decodeJwt } from "jose"
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

  /** Writes notifications past the reactions, each a second older than the one before, and answers their ids in order. */
  const notified = async (recipient: Account, count: number, channels = ["inbox"]): Promise<ReadonlyArray<string>> => {
    const data = JSON.stringify({ offerSentId: newId(), offerId: newId(), title: "Baker", reason: "offer_archived" })
    const { rows } = await edge.pool.query<{ readonly id: string }>(
      `with written as (
         insert into notification (id, event_id, recipient_id, template, data, created_at)
         select gen_random_uuid(), gen_random_uuid(), $1, 'offer-ended', $2, now() - n * interval '1 second'
         from generate_series(1, $3) n
         returning id, created_at
       ),
       delivered as (
         insert into notification_delivery (id, notification_id, channel, status, sent_at)
         select gen_random_uuid(), id, channel, 'sent', created_at from written, unnest($4::text[]) channel
       )
       select id from written order by created_at desc`,
      [recipient.id, data, count, channels]
    )
    return rows.map(({ id }) => id)
  }

  const invite = (by: Account, email: string, more: object = {}) =>
    edge.as(by)("POST", "/api/invitations/recruiter", { body: { email, ...more } })
  const profile = (changes: object = {}) => ({
    username: `kim.${newId()}`.slice(0, 40),
    firstName: "Kim",
    lastName: "Hansen",
    ...changes
  })
  const accept = async (token: string, body: object | undefined = profile(), by?: Account) =>
    edge.call("POST", `/api/invitations/accept/${token}`, {
      ...(body !== undefined && { body }),
      ...(by !== undefined && { token: await edge.tokenOf(by) })
    })

  return {
    contentAhead,
    notified,
    invite,
    profile,
    accept,

    /** Invites somebody, and answers the invitation, with what its mail's link will carry. */
    invited: async (by: Account, email: string = `${newId()}@example.org`, more: object = {}) => {
      const answer = await invite(by, email, more)
      assert.strictEqual(answer.status, 201, answer.text)
      const { id } = answer.json as { readonly id: string }
      return { ...answer.json, id, email, token: await edge.sealedToken("invitation", id) }
    },

    /** Whose token this is. */
    callerBy: async (token: string): Promise<Account> => {
      const { rows } = await edge.pool.query(
        `select id, version, role, sub_role as "subRole", company_id as "companyId", email, username,
           first_name as "firstName", last_name as "lastName", locale from account where id = $1`,
        [decodeJwt(token).sub]
      )
      return rows[0]
    },

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
