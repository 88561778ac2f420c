import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { preconditionOn } from "../../../events/model/change.ts"
import { changeState } from "../../../events/use-cases/change-state.ts"
import { actorOf } from "../../../identity/model/account/access.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireMember } from "../../../identity/use-cases/require-member.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { Versioned } from "../../../kernel/versioned.ts"
import type { Offer } from "../../model/offer/offer.ts"
import type { NotOwner } from "../../model/offer/offer-access.ts"
import type { OfferSentCommand } from "../../model/offer-sent/offer-sent.ts"
import { mayAccessSend, type NotRecipient, sendVisibility } from "../../model/offer-sent/offer-sent-access.ts"
import { offerSentLifecycle } from "../../model/offer-sent/offer-sent-lifecycle.ts"
import { viewFor } from "../../model/offer-sent/offer-sent-views.ts"
import { type FoundOfferSent, OfferSends } from "../../ports/offer-sends.ts"
import type { OfferChange } from "../offer/change-offer.ts"
import { writeExpiry } from "../offer/offer-expiry.ts"

/** There is no such send, or it is gone with its offer's term. */
export interface OfferSentNotFound {
  readonly _tag: "OfferSentNotFound"
}

/** Who changes which send; `expectedVersions` as of an offer's change. */
export type OfferSentChange = OfferChange

/** A send that the caller may see and act on, and its offer. */
export interface AccessibleSend extends FoundOfferSent {
  readonly offer: Versioned<Offer>
  readonly visibility: "open" | "hidden"
}

/** The send that was found, if the caller may have it; otherwise the refusal that says why not. */
export const requireAccess = Effect.fnUntraced(function* (caller: Caller, found: FoundOfferSent | null, at: Instant) {
  if (caller.role !== "candidate") yield* requireMember(caller)
  const visibility = found === null ? "gone" : sendVisibility(found.value, found.offer?.value ?? null, at)
  if (found === null || found.offer === null || visibility === "gone") {
    return yield* refuse<OfferSentNotFound>({ _tag: "OfferSentNotFound" })
  }
  if (mayAccessSend(caller, found.value, found.offer.value)) {
    return { ...found, offer: found.offer, visibility } satisfies AccessibleSend
  }
  return yield* caller.role === "candidate"
    ? refuse<NotRecipient>({ _tag: "NotRecipient" })
    : refuse<NotOwner>({ _tag: "NotOwner" })
})

/** A change of a send, beside the offer as it was read: no send moves beside a change of its offer that came first. */
export const changeOfferSent = Effect.fnUntraced(function* <C extends OfferSentCommand, F>(
  { caller: claimed, id, expectedVersions }: OfferSentChange,
  choose: (found: AccessibleSend, at: Instant) => Effect.Effect<C, F>
) {
  const sends = yield* OfferSends
  const now = yield* Clock.currentTimeMillis
  return yield* changeState(offerSentLifecycle, {
    expectedVersions,
    find: Effect.gen(function* () {
      const { caller, found: read } = yield* sends.find(claimed, id)
      if (read?.offer && mayAccessSend(caller, read.value, read.offer.value)) yield* writeExpiry(read.offer, now)
      const found = yield* requireAccess(caller, read, now)
      return { ...found, caller, actor: actorOf(caller), companyId: found.value.companyId }
    }),
    choose: (found, at) =>
      Effect.map(choose(found, at), (command) => ({ command, preconditions: [preconditionOn("offer", found.offer)] })),
    answer: (value, { caller, candidate, offer }) => viewFor(caller, { value, title: offer.value.title, candidate })
  })
})
