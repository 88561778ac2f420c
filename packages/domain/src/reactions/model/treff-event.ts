import { accountEvents } from "../../identity/model/account/account-events.ts"
import { companyEvents } from "../../identity/model/company/company-events.ts"
import { invitationEvents } from "../../invitations/model/invitation-events.ts"
import type { EventOf } from "../../kernel/events.ts"
import { offerEvents } from "../../offers/model/offer/offer-events.ts"
import { offerSentEvents } from "../../offers/model/offer-sent/offer-sent-events.ts"

/** The declared events of every context. */
export const allEvents = [offerEvents, offerSentEvents, invitationEvents, accountEvents, companyEvents] as const

/** Everything that can happen in Treff, for whoever wants to tell all of it apart. */
export type TreffEvent = EventOf<(typeof allEvents)[number]>
