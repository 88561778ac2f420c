import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Identifiers } from "../../../events/ports/identifiers.ts"
import { Journal, type Reliance, type Versioned } from "../../../events/ports/journal.ts"
import { untilWritten } from "../../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../events/use-cases/record-events.ts"
import { isMember, type NoCompany, type RoleNotAllowed } from "../../../identity/model/account/access.ts"
import type { Caller, Member, Person } from "../../../identity/model/account/account.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import { settleOffer } from "../../model/offer/decide-offer.ts"
import type { Offer, OfferNotActive } from "../../model/offer/offer.ts"
import { type NotOwner, reaches } from "../../model/offer/offer-access.ts"
import { decideOfferSent } from "../../model/offer-sent/decide-offer-sent.ts"
import { noOfferSent, type OfferSent } from "../../model/offer-sent/offer-sent.ts"
import { mayActOnSends } from "../../model/offer-sent/offer-sent-access.ts"
import { checkMessage } from "../../model/offer-sent/offer-sent-rules.ts"
import { type MemberView, seenByMember } from "../../model/offer-sent/offer-sent-views.ts"
import { type Addressee, OfferSends } from "../../ports/offer-sends.ts"
import type { OfferNotFound } from "../offer/change-offer.ts"
import { writeExpiry } from "../offer/offer-expiry.ts"
import { relianceOn } from "./change-offer-sent.ts"

/** There is no such account, or it is no candidate's. Source: `offer-sends.md`, routes. */
export interface CandidateUnknown {
  readonly _tag: "CandidateUnknown"
}

/** The candidate has this offer already. Source: `004`; `offer-sends.md`, routes. */
export interface AlreadySent {
  readonly _tag: "AlreadySent"
}

/** The candidate has withdrawn this offer: it is not sent to them again. Source: `offer-sends.md`, states. */
export interface Withdrawn {
  readonly _tag: "Withdrawn"
}

/** Why an active offer is not sent to somebody. */
export type SendRefusal = CandidateUnknown | AlreadySent | Withdrawn

/**
 * Sends an active offer to one candidate, once in each of its terms, and answers the send. `message` is null when none
 * goes with it. Fails with `RoleNotAllowed`, `CallerStale`, `InvalidMessage`, `NoCompany`, `OfferNotFound`, `NotOwner`,
 * `CandidateUnknown`, `OfferNotActive`, `AlreadySent`, `Withdrawn`, `StaleVersion` or `StoreUnavailable`. Source: `004`;
 * `offer-sends.md`, states and routes.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, sendOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const cleo = { ...ada, id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * const state = memoryState({ accounts: [ada, cleo] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const use = sendOffer(ada, { offerId: "o1", candidateId: "cleo", message: "For you?" })
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
  if (!mayActOnSends(claimed, "send")) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
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
    yield* Effect.fromResult(sendable(addressee))
    const { change, at, row } = yield* decideSend(caller, offer, addressee, message, now)
    return {
      subject: { type: "offerSent", id: row.value.id } as const,
      prior: 0,
      types: [],
      commit: journal.commit([change], { at, reliesOn: [relianceOn(offer), relianceOnAccount(addressee)] }),
      outcome: Effect.succeed({
        version: change.events.length,
        value: seenByMember(row)
      } satisfies Versioned<MemberView>)
    }
  })
  return yield* untilWritten(attempt)
})

/** Reads what sending needs, and refuses what no candidate changes. */
export const findForSending = Effect.fnUntraced(function* (
  claimed: Caller,
  request: { readonly offerId: string; readonly candidateIds: ReadonlyArray<string>; readonly message: string | null },
  now: Instant
) {
  const { caller, offer, addressees } = yield* (yield* OfferSends).findForSending(
    claimed,
    request.offerId,
    request.candidateIds
  )
  if (!isMember(caller)) return yield* refuse<NoCompany>({ _tag: "NoCompany" })
  yield* checkMessage(request.message)
  if (offer === null) return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
  if (!reaches(caller, offer.value)) return yield* refuse<NotOwner>({ _tag: "NotOwner" })
  yield* writeExpiry(offer, now)
  return { caller, offer, addressees }
})

/** Only an active offer is sent. */
export const checkActive = ({ value }: Versioned<Offer>, at: Instant): Effect.Effect<void, OfferNotActive> => {
  const { status } = settleOffer(value, at).state as Offer
  return status === "active" ? Effect.void : refuse<OfferNotActive>({ _tag: "OfferNotActive", status })
}

/** Whether the offer may still be sent to somebody. */
export const sendable = ({ sent }: Addressee): Result.Result<void, AlreadySent | Withdrawn> =>
  sent === null ? Result.void : Result.fail(placeTaken(sent))

/** Why the place of a candidate is taken. */
export const placeTaken = (sent: Addressee["sent"]): AlreadySent | Withdrawn =>
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
  const send = {
    type: "Send",
    at,
    id,
    companyId,
    offerId,
    term,
    candidateId: candidate.id,
    senderId: caller.id,
    title,
    message
  } as const
  const decision = Result.getOrThrow(decideOfferSent(noOfferSent, send)) // the chart always lets a send begin
  const change = yield* recordChange("offerSent", decision, { prior: 0, actor: actorOf(caller), at })
  return { change, at, row: { value: decision.state as OfferSent, title, candidate } }
})

/** That an account is still as it was read: a candidate's, say. */
export const relianceOnAccount = ({ value: { id }, version }: Versioned<Person>): Reliance => ({
  kind: "account",
  id,
  version
})
