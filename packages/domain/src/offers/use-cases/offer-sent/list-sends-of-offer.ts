import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import type { Page, PageRequest } from "../../../kernel/page.ts"
import { refuse } from "../../../kernel/refuse.ts"
import { mayAccessOffer, type NotOwner } from "../../model/offer/offer-access.ts"
import type { OfferSentStatus } from "../../model/offer-sent/offer-sent.ts"
import { mayActOnSends } from "../../model/offer-sent/offer-sent-access.ts"
import { type MemberView, memberViewOf } from "../../model/offer-sent/offer-sent-views.ts"
import { OfferSends, type OfferSentCursor } from "../../ports/offer-sends.ts"
import type { OfferNotFound } from "../offer/change-offer.ts"

/**
 * The sends of one offer, newest first; `status` keeps those that are so, null keeps all. Once its term has ended there
 * are none. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`, `NotOwner` or `StoreUnavailable`.
 * See docs/flows/offer-sends.md.
 */
export const listSendsOfOffer = Effect.fn("listSendsOfOffer")(function* (
  claimed: Caller,
  offerId: string,
  query: { readonly status: OfferSentStatus | null; readonly page: PageRequest<OfferSentCursor> }
) {
  yield* requireRole(mayActOnSends(claimed, "listOfOffer"))
  const at = yield* Clock.currentTimeMillis
  const { caller, ownerId, page } = yield* (yield* OfferSends).listOfOffer(claimed, offerId, { ...query, at })
  yield* requireMember(caller)
  if (ownerId === null) return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
  if (!mayAccessOffer(caller, { ownerId })) return yield* refuse<NotOwner>({ _tag: "NotOwner" })
  return { ...page, rows: page.rows.map(memberViewOf) } satisfies Page<MemberView>
})
