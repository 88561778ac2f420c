import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { preconditionOn } from "../../../events/model/change.ts"
import { Journal } from "../../../events/ports/journal.ts"
import { StaleVersion } from "../../../events/ports/store.ts"
import { maxAttempts } from "../../../events/use-cases/commit-with-retry.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import { Accounts } from "../../../identity/ports/accounts.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Versioned } from "../../../kernel/versioned.ts"
import { mayActOnSends } from "../../model/offer-sent/offer-sent-access.ts"
import { bulkRule, type InvalidBulk, isBulk } from "../../model/offer-sent/offer-sent-rules.ts"
import { type MemberView, memberViewOf } from "../../model/offer-sent/offer-sent-views.ts"
import type { Addressee } from "../../ports/offer-sends.ts"
import {
  alreadySentRefusal,
  checkActive,
  decideSend,
  findForSending,
  maySendTo,
  type SendRefusal
} from "./send-offer.ts"

/** The candidate is named more than once; the first time counts. See docs/flows/offer-sends.md. */
export interface DuplicateInRequest {
  readonly _tag: "DuplicateInRequest"
}

/** Who of a bulk was not sent the offer, and why; `candidateId` as it was given. See docs/flows/offer-sends.md. */
export interface SendFailure {
  readonly candidateId: string
  readonly refusal: SendRefusal | DuplicateInRequest
}

/** What became of a bulk: each candidate is in one of the two, in the order in which they were given. */
export interface BulkOutcome {
  readonly created: ReadonlyArray<Versioned<MemberView>>
  readonly failures: ReadonlyArray<SendFailure>
}

/**
 * Sends an active offer to up to 50 candidates at once, to each who may be sent it; the others are answered with the
 * reason. Fails, and sends nothing, with `RoleNotAllowed`, `CallerStale`, `InvalidBulk`, `InvalidMessage`, `NoCompany`,
 * `OfferNotFound`, `NotOwner`, `OfferNotActive`, `StaleVersion` or `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const sendOfferInBulk = Effect.fn("sendOfferInBulk")(function* (
  claimed: Caller,
  request: { readonly offerId: string; readonly candidateIds: ReadonlyArray<string>; readonly message: string | null }
) {
  yield* requireRole(mayActOnSends(claimed, "send"))
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  if (!isBulk(request.candidateIds)) {
    yield* requireMember(yield* (yield* Accounts).confirm(claimed))
    return yield* refuse<InvalidBulk>({ _tag: "InvalidBulk", message: bulkRule })
  }
  const find = findForSending(claimed, request, now)
  for (let tries = 0; tries < maxAttempts; tries++) {
    const { caller, offer, addressees } = yield* find
    yield* checkActive(offer, now)
    const open = addressees.filter((addressee) => Result.isSuccess(maySendTo(addressee)))
    const sends = yield* Effect.forEach(open, (addressee) => decideSend(caller, offer, addressee, request.message, now))
    const preconditions = [
      preconditionOn("offer", offer),
      ...open.map((addressee) => preconditionOn("account", addressee))
    ]
    const written = yield* sends.length === 0
      ? Effect.succeed([])
      : journal.commitEach(
          sends.map(({ change }) => change),
          { at: sends[0]?.at ?? now, preconditions }
        )
    if (written.length === 0 && sends.length > 0) continue
    const ids = new Set(written.map(({ subject }) => subject.id))
    const created = new Map(
      sends.flatMap(({ change, row }) =>
        ids.has(row.value.id) ? [[row.candidate.id, { version: change.events.length, value: memberViewOf(row) }]] : []
      )
    )
    // Whom somebody else sent it at the same instant: what they have now says which it was. What was sent is sent, even if
    // that can't be asked any more.
    const known =
      created.size === sends.length
        ? addressees
        : (yield* Effect.orElseSucceed(find, () => ({ addressees }))).addressees
    return outcomeOf(request.candidateIds, created, known)
  }
  return yield* new StaleVersion({ subjectId: request.offerId })
})

/** Sorts the candidates as they were given into those who were sent it, and those who were not. */
const outcomeOf = (
  candidateIds: ReadonlyArray<string>,
  created: ReadonlyMap<string, Versioned<MemberView>>,
  addressees: ReadonlyArray<Addressee>
): BulkOutcome => {
  const known = new Map(addressees.map((addressee) => [addressee.value.id, addressee]))
  const outcome = { created: [] as Versioned<MemberView>[], failures: [] as SendFailure[] }
  const named = new Set<string>()
  for (const candidateId of candidateIds) {
    const id = candidateId.toLowerCase()
    const send = created.get(id)
    const addressee = known.get(id)
    if (named.has(id)) outcome.failures.push({ candidateId, refusal: { _tag: "DuplicateInRequest" } })
    else if (send !== undefined) outcome.created.push(send)
    else if (addressee === undefined) outcome.failures.push({ candidateId, refusal: { _tag: "CandidateUnknown" } })
    else outcome.failures.push({ candidateId, refusal: alreadySentRefusal(addressee.sent) })
    named.add(id)
  }
  return outcome
}
