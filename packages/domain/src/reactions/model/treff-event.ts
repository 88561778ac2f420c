import { accountEvents } from "../../identity/model/account/account-events.ts"
import { companyEvents } from "../../identity/model/company/company-events.ts"
import { invitationEvents } from "../../invitations/model/invitation-events.ts"
import type { EventOf } from "../../kernel/events.ts"
import { offerEvents } from "../../offers/model/offer/offer-events.ts"
import { offerSentEvents } from "../../offers/model/offer-sent/offer-sent-events.ts"

/** The declared events of every context. */
export const allEvents = [offerEvents, offerSentEvents, invitationEvents, accountEvents, companyEvents] as const

/** Every event of Treff, as one union: for code that handles each type on its own. */
export type TreffEvent = EventOf<(typeof allEvents)[number]>
