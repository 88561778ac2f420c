import type { Identifiers } from "../../events/ports/identifiers.ts"
import type { Journal } from "../../events/ports/journal.ts"
import type { Reactions } from "../../events/use-cases/reactions.ts"
import { accountEvents } from "../../identity/model/account/account-events.ts"
import { companyEvents } from "../../identity/model/company/company-events.ts"
import type { SignIns } from "../../identity/ports/sign-ins.ts"
import { identityReactions } from "../../identity/use-cases/reactions.ts"
import { invitationEvents } from "../../invitations/model/invitation-events.ts"
import type { Invitations } from "../../invitations/ports/invitations.ts"
import { invitationReactions } from "../../invitations/use-cases/reactions.ts"
import type { EventOf } from "../../kernel/events.ts"
import { offerEvents } from "../../offers/model/offer/offer-events.ts"
import { offerSentEvents } from "../../offers/model/offer-sent/offer-sent-events.ts"
import type { OfferSends } from "../../offers/ports/offer-sends.ts"
import type { Offers } from "../../offers/ports/offers.ts"
import { offerReactions } from "../../offers/use-cases/reactions.ts"

// Where the contexts meet: a new one adds its events and its reactions here. See docs/adding-a-flow.md.

/** The declared events of every context. */
export const allEvents = [offerEvents, offerSentEvents, invitationEvents, accountEvents, companyEvents] as const

/** Every event of Treff, as one union: for code that handles each type on its own. */
export type TreffEvent = EventOf<(typeof allEvents)[number]>

/** The ports that the reactions of all contexts ask for. */
export type ReactionPorts = Identifiers | Invitations | Journal | Offers | OfferSends | SignIns

/** The reactions of every context: what `handleEvents` and `sendDueMails` are given. */
export const allReactions: ReadonlyArray<Reactions<ReactionPorts>> = [
  identityReactions,
  offerReactions,
  invitationReactions
]
