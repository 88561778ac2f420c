import { setup } from "xstate"
import { type AlreadySo, alreadySo } from "../../../kernel/decider.ts"
import {
  type AlreadyAnswered,
  noOfferSent,
  type OfferSentCommand,
  type OfferSentEvent,
  type OfferSentFacts,
  type OfferSentStatus,
  type SendParties,
  type StatusOutOfOrder
} from "./offer-sent.ts"

type Outcome = OfferSentEvent | StatusOutOfOrder | AlreadyAnswered | AlreadySo
type Given<C extends OfferSentCommand["type"]> = {
  readonly context: OfferSentFacts
  readonly event: Extract<OfferSentCommand, { readonly type: C }>
}

const chart = setup({
  types: { context: {} as OfferSentFacts, events: {} as OfferSentCommand },
  guards: {
    "by a recruiter": ({ event }) => event.type === "Respond" && event.by === "recruiter",
    "by the candidate": ({ event }) => event.type === "Withdraw" && event.reason === "candidate"
  },
  // Inert: the outcome is read from the action, which never runs.
  actions: { decided: (_, _outcome: Outcome) => {} }
})

const begin = chart.assign(({ event }) => {
  if (event.type !== "Send") return {}
  const { type: _, at, ...facts } = event
  return { ...facts, sentAt: at, viewedAt: null, respondedAt: null, updatedAt: at }
})
const noteView = chart.assign({ viewedAt: ({ event }) => event.at, updatedAt: ({ event }) => event.at })
const noteResponse = chart.assign({ respondedAt: ({ event }) => event.at, updatedAt: ({ event }) => event.at })
/** What a person wrote goes with the send; that it was sent is kept. */
const forget = chart.assign({ message: null, updatedAt: ({ event }) => event.at })

const partiesOf = ({ offerId, term, candidateId, senderId }: SendParties): SendParties => ({
  offerId,
  term,
  candidateId,
  senderId
})
const created = ({ event }: Given<"Send">): OfferSentEvent => ({
  type: "offerSent.created",
  at: event.at,
  data: partiesOf(event)
})
const viewed = ({ context, event: { at } }: Given<"View" | "Respond">): OfferSentEvent => ({
  type: "offerSent.viewed",
  at,
  data: partiesOf(context)
})
const responded = ({ context, event: { at } }: Given<"Respond">): OfferSentEvent => ({
  type: "offerSent.responded",
  at,
  data: partiesOf(context)
})
const deleted = ({ context, event: { at, reason } }: Given<"Withdraw">): OfferSentEvent => ({
  type: "offerSent.deleted",
  at,
  data: { ...partiesOf(context), reason }
})

// Moves that several statuses share.
const isSo = { actions: { type: "decided", params: alreadySo } } as const
const outOfOrder = (status: OfferSentStatus) =>
  ({ actions: { type: "decided", params: { _tag: "StatusOutOfOrder", status } } }) as const
const remove = { target: "gone", actions: { type: "decided", params: deleted } } as const
const withdraw = [
  { guard: "by the candidate", target: "withdrawn", actions: [{ type: "decided", params: deleted }, forget] },
  remove
] as const

/**
 * The law of a send: every legal move, and nothing else. It is read, by `decideOfferSent` and for its picture in
 * `docs/charts`, and never run. Source: `004`; `offer-sends.md`, states.
 */
export const offerSentMachine = chart.createMachine({
  id: "offerSent",
  initial: "none",
  context: noOfferSent,
  states: {
    none: { on: { Send: { target: "sent", actions: [{ type: "decided", params: created }, begin] } } },
    sent: {
      on: {
        View: { target: "viewed", actions: [{ type: "decided", params: viewed }, noteView] },
        Respond: [
          {
            guard: "by a recruiter",
            target: "responded",
            actions: [
              { type: "decided", params: viewed },
              { type: "decided", params: responded },
              noteView,
              noteResponse
            ]
          },
          outOfOrder("sent")
        ],
        Withdraw: withdraw
      }
    },
    viewed: {
      on: {
        View: isSo,
        Respond: { target: "responded", actions: [{ type: "decided", params: responded }, noteResponse] },
        Withdraw: withdraw
      }
    },
    responded: {
      on: {
        View: outOfOrder("responded"),
        Respond: isSo,
        Withdraw: [
          { guard: "by the candidate", actions: { type: "decided", params: { _tag: "AlreadyAnswered" } } },
          remove
        ]
      }
    },
    withdrawn: { type: "final" },
    gone: { type: "final" }
  }
})
