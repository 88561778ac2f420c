import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { preconditionOn } from "../../../events/model/change.ts"
import { Identifiers } from "../../../events/ports/identifiers.ts"
import { Journal } from "../../../events/ports/journal.ts"
import { commitWithRetry } from "../../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../identity/model/account/access.ts"
import type { Caller, Member } from "../../../identity/model/account/account.ts"
import type { Person } from "../../../identity/model/account/person.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { Versioned } from "../../../kernel/versioned.ts"
import type { Offer, OfferNotActive } from "../../model/offer/offer.ts"
import { mayAccessOffer, type NotOwner } from "../../model/offer/offer-access.ts"
import { offerLifecycle } from "../../model/offer/offer-lifecycle.ts"
import { mayActOnSends } from "../../model/offer-sent/offer-sent-access.ts"
import { offerSentLifecycle } from "../../model/offer-sent/offer-sent-lifecycle.ts"
import { checkMessage } from "../../model/offer-sent/offer-sent-rules.ts"
import { type MemberView, memberViewOf } from "../../model/offer-sent/offer-sent-views.ts"
import { type Addressee, OfferSends } from "../../ports/offer-sends.ts"
import type { OfferNotFound } from "../offer/change-offer.ts"
import { writeExpiry } from "../offer/offer-expiry.ts"

/** There is no such account, or it is no candidate's. See docs/flows/offer-sends.md. */
export interface CandidateUnknown {
  readonly _tag: "CandidateUnknown"
}

/** The candidate has this offer already. See docs/flows/offer-sends.md. */
export interface AlreadySent {
  readonly _tag: "AlreadySent"
}

/** The candidate has withdrawn this offer: it is not sent to them again. See docs/flows/offer-sends.md. */
export interface Withdrawn {
  readonly _tag: "Withdrawn"
}

/** Why an active offer is not sent to somebody. */
export type SendRefusal = CandidateUnknown | AlreadySent | Withdrawn

/**
 * Sends an active offer to one candidate, once in each of its terms, and answers the send. `message` is null when none
 * goes with it. Fails with `RoleNotAllowed`, `CallerStale`, `InvalidMessage`, `NoCompany`, `OfferNotFound`, `NotOwner`,
 * `CandidateUnknown`, `OfferNotActive`, `AlreadySent`, `Withdrawn`, `StaleVersion` or `StoreUnavailable`. See
 * docs/flows/offer-sends.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { sendOffer } from "@treff/domain/offers"
 * import { ada, cast, cleo, offer } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 *
 * const use = sendOffer(ada, { offerId: offer.id, candidateId: cleo.id, message: "For you?" })
 * const state = memoryState({ ...cast, offerSends: [] })
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(value.value.status, "sent")
 * ```
 */
export const sendOffer = Effect.fn("sendOffer")(function* (
  claimed: Caller,
  {
    offerId,
    candidateId,
    message
  }: { readonly offerId: string; readonly candidateId: string; readonly message: string | null }
) {
  yield* requireRole(mayActOnSends(claimed, "send"))
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const { caller, offer, addressees } = yield* findForSending(
      claimed,
      { offerId, candidateIds: [candidateId], message },
      now
    )
    const addressee = addressees[0]
    // Who the candidate is comes first, as with the new owner of a transfer; then what the offer is.
    if (addressee === undefined) return yield* refuse<CandidateUnknown>({ _tag: "CandidateUnknown" })
    yield* checkActive(offer, now)
    yield* Effect.fromResult(maySendTo(addressee))
    const { change, at, row } = yield* decideSend(caller, offer, addressee, message, now)
    const preconditions = [preconditionOn("offer", offer), preconditionOn("account", addressee)]
    return {
      subject: { type: "offerSent", id: row.value.id },
      version: 0,
      eventTypes: [],
      commit: journal.commit([change], { at, preconditions }),
      outcome: Effect.succeed({
        version: change.events.length,
        value: memberViewOf(row)
      } satisfies Versioned<MemberView>)
    }
  })
  return yield* commitWithRetry(attempt)
})

/** Reads what sending needs, and refuses what is wrong whoever the candidate is. */
export const findForSending = Effect.fnUntraced(function* (
  claimed: Caller,
  request: { readonly offerId: string; readonly candidateIds: ReadonlyArray<string>; readonly message: string | null },
  now: Instant
) {
  const loaded = yield* (yield* OfferSends).findForSending(claimed, request.offerId, request.candidateIds)
  const { offer, addressees } = loaded
  const caller = yield* requireMember(loaded.caller)
  yield* checkMessage(request.message)
  if (offer === null) return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
  if (!mayAccessOffer(caller, offer.value)) return yield* refuse<NotOwner>({ _tag: "NotOwner" })
  yield* writeExpiry(offer, now)
  return { caller, offer, addressees }
})

/** Only an active offer is sent. */
export const checkActive = ({ value }: Versioned<Offer>, at: Instant): Effect.Effect<void, OfferNotActive> => {
  const { status } = offerLifecycle.asOf(value, at).state
  return status === "active" ? Effect.void : refuse<OfferNotActive>({ _tag: "OfferNotActive", status })
}

/** Whether the offer may still be sent to somebody. */
export const maySendTo = ({ sent }: Addressee): Result.Result<void, AlreadySent | Withdrawn> =>
  sent === null ? Result.void : Result.fail(alreadySentRefusal(sent))

/** Why an offer is not sent to a candidate who has it, or has withdrawn it. */
export const alreadySentRefusal = (sent: Addressee["sent"]): AlreadySent | Withdrawn =>
  sent === "withdrawn" ? { _tag: "Withdrawn" } : { _tag: "AlreadySent" }

/** What sending to one candidate makes the journal write, and the row that it makes. */
export const decideSend = Effect.fnUntraced(function* (
  caller: Member,
  { value: { id: offerId, companyId, term, title, updatedAt } }: Versioned<Offer>,
  { value: candidate }: Versioned<Person>,
  message: string | null,
  now: Instant
) {
  // One whose clock is behind does not send before the term began.
  const at = Math.max(now, updatedAt)
  const id = yield* (yield* Identifiers).next(at)
  const parties = { companyId, offerId, term, candidateId: candidate.id, senderId: caller.id }
  const decision = offerSentLifecycle.begin({ type: "Send", at, id, ...parties, title, message })
  const recording = { expectedVersion: 0, actor: actorOf(caller), at, companyId }
  const change = yield* recordChange("offerSent", decision, recording)
  return { change, at, row: { value: decision.state, title, candidate } }
})
