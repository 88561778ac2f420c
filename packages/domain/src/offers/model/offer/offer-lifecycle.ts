import { setup } from "xstate"
import { type AlreadySo, alreadySo } from "../../../kernel/decider.ts"
import {
  endsAt,
  isDue,
  noOffer,
  type OfferCommand,
  type OfferContent,
  type OfferDatesPassed,
  type OfferEvent,
  type OfferFacts,
  type OfferField,
  type OfferNotActive,
  type OfferNotDue,
  type OfferStatus
} from "./offer.ts"

type Outcome = OfferEvent | OfferNotActive | OfferDatesPassed | OfferNotDue | AlreadySo
type Given<C extends OfferCommand["type"]> = {
  readonly context: OfferFacts
  readonly event: Extract<OfferCommand, { readonly type: C }>
}

const chart = setup({
  types: { context: {} as OfferFacts, events: {} as OfferCommand },
  guards: {
    due: ({ context, event }) => isDue(context, event.at),
    "dates ahead": ({ context, event }) => !isDue(context, event.at),
    "something changes": ({ context, event }) =>
      event.type === "Update" && changedFields(context, event.content).length > 0,
    "to another": ({ context, event }) => event.type === "Transfer" && event.newOwnerId !== context.ownerId,
    "owner has left": ({ event }) => event.type === "Transfer" && event.ownerHasLeft
  },
  // Inert: the outcome is read from the action, which never runs.
  actions: { decided: (_, _outcome: Outcome) => {} }
})

const touch = chart.assign({ updatedAt: ({ event }) => event.at })
const beginTerm = chart.assign({ term: ({ context }) => context.term + 1, updatedAt: ({ event }) => event.at })
const endTerm = chart.assign({ updatedAt: ({ context }) => endsAt(context) })
const write = chart.assign(({ event }) => (event.type === "Update" ? { ...event.content, updatedAt: event.at } : {}))
const handOver = chart.assign(({ event }) =>
  event.type === "Transfer" ? { ownerId: event.newOwnerId, updatedAt: event.at } : {}
)
const begin = chart.assign(({ event }) => {
  if (event.type !== "Create") return {}
  const { at, id, companyId, ownerId, content } = event
  return { ...content, id, companyId, ownerId, quizId: null, term: 1, createdAt: at, updatedAt: at }
})

const created = ({ event: { at, ownerId, content } }: Given<"Create">): OfferEvent => ({
  type: "offer.created",
  at,
  data: { ownerId, term: 1, jobStartsAt: content.jobStartsAt, expiresAt: content.expiresAt }
})
const updated = ({ context, event: { at, content } }: Given<"Update">): OfferEvent => ({
  type: "offer.updated",
  at,
  data: { fields: changedFields(context, content), jobStartsAt: content.jobStartsAt, expiresAt: content.expiresAt }
})
const enabled = ({ context: { term }, event: { at } }: Given<"Enable">): OfferEvent => ({
  type: "offer.enabled",
  at,
  data: { term }
})
const reopened = ({ context: { term }, event: { at } }: Given<"Enable">): OfferEvent => ({
  type: "offer.enabled",
  at,
  data: { term: term + 1 }
})
const disabled = ({ context: { term }, event: { at } }: Given<"Disable">): OfferEvent => ({
  type: "offer.disabled",
  at,
  data: { term }
})
const archived = ({ context: { term }, event: { at } }: Given<"Archive">): OfferEvent => ({
  type: "offer.archived",
  at,
  data: { term }
})
/** It happened when its time came, whenever that is noticed. */
const expired = ({ context }: Given<"Expire">): OfferEvent => ({
  type: "offer.expired",
  at: endsAt(context),
  data: { term: context.term, reason: context.jobStartsAt <= context.expiresAt ? "job_started" : "expired_date" }
})
const transferred = ({ context, event: { at, newOwnerId } }: Given<"Transfer">): OfferEvent => ({
  type: "offer.transferred",
  at,
  data: { fromOwnerId: context.ownerId, toOwnerId: newOwnerId }
})
const deleted = ({ context: { term, ownerId }, event: { at } }: Given<"Delete">): OfferEvent => ({
  type: "offer.deleted",
  at,
  data: { term, ownerId }
})
const datesPassed = ({ context }: Given<"Enable">): OfferDatesPassed => ({
  _tag: "OfferDatesPassed",
  endsAt: endsAt(context)
})
const notDue = ({ context }: Given<"Expire">): OfferNotDue => ({ _tag: "OfferNotDue", endsAt: endsAt(context) })

// Moves that several statuses share.
const isSo = { actions: { type: "decided", params: alreadySo } } as const
const update = [{ guard: "something changes", actions: [{ type: "decided", params: updated }, write] }, isSo] as const
const archive = { target: "archived", actions: [{ type: "decided", params: archived }, touch] } as const
const expire = [
  { guard: "due", target: "expired", actions: [{ type: "decided", params: expired }, endTerm] },
  { actions: { type: "decided", params: notDue } }
] as const
const reopen = [
  { guard: "dates ahead", target: "active", actions: [{ type: "decided", params: reopened }, beginTerm] },
  { actions: { type: "decided", params: datesPassed } }
] as const
/** Only an active offer is handed over, but for that of an owner who has left. */
const transferOfLeaver = (status: OfferStatus) =>
  [
    { guard: "owner has left", actions: [{ type: "decided", params: transferred }, handOver] },
    { guard: "to another", actions: { type: "decided", params: { _tag: "OfferNotActive", status } } },
    isSo
  ] as const
const remove = { target: "gone", actions: { type: "decided", params: deleted } } as const

/**
 * The law of an offer: every legal move, and nothing else. A command that a status does not name is an illegal
 * transition. It is read, by `decideOffer` and for its picture in `docs/charts`, and never run. Source: `003`;
 * `offers.md`, states.
 */
export const offerMachine = chart.createMachine({
  id: "offer",
  initial: "none",
  context: noOffer,
  states: {
    none: { on: { Create: { target: "active", actions: [{ type: "decided", params: created }, begin] } } },
    active: {
      on: {
        Update: update,
        Enable: isSo,
        Disable: { target: "disabled", actions: [{ type: "decided", params: disabled }, touch] },
        Archive: archive,
        Expire: expire,
        Transfer: [{ guard: "to another", actions: [{ type: "decided", params: transferred }, handOver] }, isSo],
        Delete: remove
      }
    },
    disabled: {
      on: {
        Update: update,
        Enable: { target: "active", actions: [{ type: "decided", params: enabled }, touch] },
        Disable: isSo,
        Archive: archive,
        Expire: expire,
        Transfer: transferOfLeaver("disabled"),
        Delete: remove
      }
    },
    archived: { on: { Enable: reopen, Archive: isSo, Transfer: transferOfLeaver("archived"), Delete: remove } },
    expired: {
      on: {
        Update: update,
        Enable: reopen,
        Archive: archive,
        Expire: isSo,
        Transfer: transferOfLeaver("expired"),
        Delete: remove
      }
    },
    gone: { type: "final" }
  }
})

const changedFields = (before: OfferContent, after: OfferContent): ReadonlyArray<OfferField> =>
  (Object.keys(after) as Array<OfferField>).filter((field) => before[field] !== after[field])
