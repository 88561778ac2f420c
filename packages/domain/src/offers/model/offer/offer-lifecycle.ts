import { lifecycle, rulesOn } from "../../../kernel/lifecycle.ts"
import {
  endsAt,
  isDue,
  noOffer,
  type OfferCommand,
  type OfferContent,
  type OfferDatesPassed,
  type OfferField,
  type OfferNotActive,
  type OfferNotDue,
  type OfferState,
  offerFields,
  offerStatuses
} from "./offer.ts"
import { offerEvents } from "./offer-events.ts"

const { event } = offerEvents
const { when, happened } = rulesOn<OfferState, OfferCommand>()

const guards = {
  due: when("Expire", (offer, { at }) => isDue(offer, at)),
  "dates ahead": when("Enable", (offer, { at }) => !isDue(offer, at)),
  "something changes": when("Update", (offer, { content }) => changedFields(offer, content).length > 0),
  "to another": when("Transfer", (offer, { newOwnerId }) => newOwnerId !== offer.ownerId),
  "owner has left": when("Transfer", (_, { ownerHasLeft }) => ownerHasLeft)
}

const decisions = {
  created: when("Create", (_, { type: __, at, content, ...whose }) =>
    happened(event("created", at, { ownerId: whose.ownerId, term: 1, ...datesOf(content) }), {
      ...content,
      ...whose,
      quizId: null,
      term: 1,
      createdAt: at,
      updatedAt: at
    })
  ),
  updated: when("Update", (offer, { at, content }) =>
    happened(event("updated", at, { fields: changedFields(offer, content), ...datesOf(content) }), {
      ...content,
      updatedAt: at
    })
  ),
  enabled: when("Enable", ({ term }, { at }) => happened(event("enabled", at, { term }), { updatedAt: at })),
  reopened: when("Enable", ({ term }, { at }) =>
    happened(event("enabled", at, { term: term + 1 }), { term: term + 1, updatedAt: at })
  ),
  disabled: when("Disable", ({ term }, { at }) => happened(event("disabled", at, { term }), { updatedAt: at })),
  archived: when("Archive", ({ term }, { at }) => happened(event("archived", at, { term }), { updatedAt: at })),
  // It happened when its time came, whenever that is noticed.
  expired: when("Expire", (offer) =>
    happened(
      event("expired", endsAt(offer), {
        term: offer.term,
        reason: offer.jobStartsAt <= offer.expiresAt ? "job_started" : "expired_date"
      }),
      { updatedAt: endsAt(offer) }
    )
  ),
  transferred: when("Transfer", ({ ownerId }, { at, newOwnerId }) =>
    happened(event("transferred", at, { fromOwnerId: ownerId, toOwnerId: newOwnerId }), {
      ownerId: newOwnerId,
      updatedAt: at
    })
  ),
  deleted: when("Delete", ({ term, ownerId }, { at }) => happened(event("deleted", at, { term, ownerId })))
}

const refusals = {
  "dates passed": when("Enable", (offer): OfferDatesPassed => ({ _tag: "OfferDatesPassed", endsAt: endsAt(offer) })),
  "not due": when("Expire", (offer): OfferNotDue => ({ _tag: "OfferNotDue", endsAt: endsAt(offer) })),
  "not active": when("Transfer", ({ status }): OfferNotActive => ({ _tag: "OfferNotActive", status }))
}

// Moves that several statuses share.
const update = [{ guard: "something changes", actions: "updated" }, { actions: "unchanged" }] as const
const archive = { target: "archived", actions: "archived" } as const
const expire = [{ guard: "due", target: "expired", actions: "expired" }, { actions: "not due" }] as const
const reopen = [{ guard: "dates ahead", target: "active", actions: "reopened" }, { actions: "dates passed" }] as const
/** Only an active offer is handed over, but for that of an owner who has left. */
const transferOfLeaver = [
  { guard: "owner has left", actions: "transferred" },
  { guard: "to another", actions: "not active" },
  { actions: "unchanged" }
] as const
const remove = { target: "gone", actions: "deleted" } as const

/**
 * The law of an offer: every legal move, and nothing else. A command that a status does not name is an illegal
 * transition. See docs/flows/offers.md; the picture of it is docs/charts/offer.svg.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { noOffer, offerLifecycle } from "@treff/domain/offers"
 * import * as Result from "effect/Result"
 *
 * const offer = { ...noOffer, jobStartsAt: 200, expiresAt: 300, status: "active" } as const
 * strictEqual(Result.getOrThrow(offerLifecycle.decide(offer, { type: "Archive", at: 100 })).state.status, "archived")
 * strictEqual(offerLifecycle.asOf(offer, 200).state.status, "expired")
 * ```
 */
export const offerLifecycle = lifecycle({
  kind: "offer",
  events: offerEvents,
  none: noOffer,
  statuses: offerStatuses,
  isDue,
  guards,
  decisions,
  refusals,
  chart: {
    none: { on: { Create: { target: "active", actions: "created" } } },
    active: {
      on: {
        Update: update,
        Enable: { actions: "unchanged" },
        Disable: { target: "disabled", actions: "disabled" },
        Archive: archive,
        Expire: expire,
        Transfer: [{ guard: "to another", actions: "transferred" }, { actions: "unchanged" }],
        Delete: remove
      }
    },
    disabled: {
      on: {
        Update: update,
        Enable: { target: "active", actions: "enabled" },
        Disable: { actions: "unchanged" },
        Archive: archive,
        Expire: expire,
        Transfer: transferOfLeaver,
        Delete: remove
      }
    },
    archived: {
      on: { Enable: reopen, Archive: { actions: "unchanged" }, Transfer: transferOfLeaver, Delete: remove }
    },
    expired: {
      on: {
        Update: update,
        Enable: reopen,
        Archive: archive,
        Expire: { actions: "unchanged" },
        Transfer: transferOfLeaver,
        Delete: remove
      }
    },
    gone: { type: "final" }
  }
})

const datesOf = ({ jobStartsAt, expiresAt }: Pick<OfferContent, "jobStartsAt" | "expiresAt">) => ({
  jobStartsAt,
  expiresAt
})

const changedFields = (before: OfferContent, after: OfferContent): ReadonlyArray<OfferField> =>
  offerFields.filter((field) => before[field] !== after[field])
