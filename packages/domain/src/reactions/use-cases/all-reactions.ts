import type { Identifiers } from "../../events/ports/identifiers.ts"
import type { Journal } from "../../events/ports/journal.ts"
import type { Reactions } from "../../events/use-cases/reactions.ts"
import type { SignIns } from "../../identity/ports/sign-ins.ts"
import { identityReactions } from "../../identity/use-cases/reactions.ts"
import type { Invitations } from "../../invitations/ports/invitations.ts"
import { invitationReactions } from "../../invitations/use-cases/reactions.ts"
import type { OfferSends } from "../../offers/ports/offer-sends.ts"
import type { Offers } from "../../offers/ports/offers.ts"
import { offerReactions } from "../../offers/use-cases/reactions.ts"

/** The ports that the reactions of all contexts ask for. */
export type ReactionPorts = Identifiers | Invitations | Journal | Offers | OfferSends | SignIns

/** The reactions of every context: what `handleEvents` and `sendDueMails` are given. A new context adds a line. */
export const allReactions: ReadonlyArray<Reactions<ReactionPorts>> = [
  identityReactions,
  offerReactions,
  invitationReactions
]
