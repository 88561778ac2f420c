import { lifecycle, rulesOn } from "../../../kernel/lifecycle.ts"
import {
  type AlreadyAnswered,
  noOfferSent,
  type OfferSentCommand,
  type OfferSentState,
  offerSentStatuses,
  type StatusOutOfOrder
} from "./offer-sent.ts"
import { offerSentEvents, type SendParties } from "./offer-sent-events.ts"

const { event } = offerSentEvents
const { when, happened } = rulesOn<OfferSentState, OfferSentCommand>()

const partiesOf = ({ offerId, term, candidateId, senderId }: SendParties): SendParties => ({
  offerId,
  term,
  candidateId,
  senderId
})

const guards = {
  "by a recruiter": when("Respond", (_, { by }) => by === "recruiter"),
  "by the candidate": when("Withdraw", (_, { reason }) => reason === "candidate")
}

const decisions = {
  created: when("Send", (_, { type: __, at, ...facts }) =>
    happened(event("created", at, partiesOf(facts)), {
      ...facts,
      sentAt: at,
      viewedAt: null,
      respondedAt: null,
      updatedAt: at
    })
  ),
  viewed: when(["View", "Respond"], (sent, { at }) =>
    happened(event("viewed", at, partiesOf(sent)), { viewedAt: at, updatedAt: at })
  ),
  responded: when("Respond", (sent, { at }) =>
    happened(event("responded", at, partiesOf(sent)), { respondedAt: at, updatedAt: at })
  ),
  removed: when("Withdraw", (sent, { at, reason }) => happened(event("deleted", at, { ...partiesOf(sent), reason }))),
  // What a person wrote goes with the send; that it was sent is kept.
  withdrawn: when("Withdraw", (sent, { at, reason }) =>
    happened(event("deleted", at, { ...partiesOf(sent), reason }), { message: null, updatedAt: at })
  )
}

const refusals = {
  "out of order": when(["View", "Respond"], ({ status }): StatusOutOfOrder => ({ _tag: "StatusOutOfOrder", status })),
  "already answered": when("Withdraw", (): AlreadyAnswered => ({ _tag: "AlreadyAnswered" }))
}

// Moves that several statuses share.
const remove = { target: "gone", actions: "removed" } as const
const withdraw = [{ guard: "by the candidate", target: "withdrawn", actions: "withdrawn" }, remove] as const

/**
 * The law of a send: every legal move, and nothing else. See docs/flows/offer-sends.md; the picture of it is
 * docs/charts/offer-sent.svg.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { noOfferSent, offerSentLifecycle } from "@treff/domain/offers"
 * import * as Result from "effect/Result"
 *
 * const sent = { ...noOfferSent, status: "sent" } as const
 * strictEqual(Result.getOrThrow(offerSentLifecycle.decide(sent, { type: "View", at: 100 })).state.viewedAt, 100)
 * ```
 */
export const offerSentLifecycle = lifecycle({
  kind: "offerSent",
  events: offerSentEvents,
  none: noOfferSent,
  statuses: offerSentStatuses,
  /** An offer is sent to a candidate once in a term, also where the candidate has withdrawn it. */
  uniqueKeys: ({ status, offerId, candidateId, term }) => (status === "gone" ? [] : [[offerId, candidateId, term]]),
  guards,
  decisions,
  refusals,
  chart: {
    none: { on: { Send: { target: "sent", actions: "created" } } },
    sent: {
      on: {
        View: { target: "viewed", actions: "viewed" },
        Respond: [
          { guard: "by a recruiter", target: "responded", actions: ["viewed", "responded"] },
          { actions: "out of order" }
        ],
        Withdraw: withdraw
      }
    },
    viewed: {
      on: {
        View: { actions: "unchanged" },
        Respond: { target: "responded", actions: "responded" },
        Withdraw: withdraw
      }
    },
    responded: {
      on: {
        View: { actions: "out of order" },
        Respond: { actions: "unchanged" },
        Withdraw: [{ guard: "by the candidate", actions: "already answered" }, remove]
      }
    },
    withdrawn: { type: "final" },
    gone: { type: "final" }
  }
})
