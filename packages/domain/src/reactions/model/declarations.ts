import type { DeclaredTemplates } from "../../events/model/notification.ts"
import { accountEvents } from "../../identity/model/account/account-events.ts"
import { companyEvents } from "../../identity/model/company/company-events.ts"
import { signInTemplates } from "../../identity/model/sign-in/sign-in-templates.ts"
import { invitationEvents } from "../../invitations/model/invitation-events.ts"
import { invitationTemplates } from "../../invitations/model/invitation-templates.ts"
import type { EventOf } from "../../kernel/events.ts"
import { offerEvents } from "../../offers/model/offer/offer-events.ts"
import { offerSentEvents } from "../../offers/model/offer-sent/offer-sent-events.ts"
import { offerTemplates } from "../../offers/model/offer-templates.ts"

// A new context adds what it declares to both lists. See docs/adding-a-flow.md.

/** The declared events of every context. */
export const allEvents = [offerEvents, offerSentEvents, invitationEvents, accountEvents, companyEvents] as const

/** The declared templates of every context, by their names. */
export const allTemplates: DeclaredTemplates = { ...offerTemplates, ...invitationTemplates, ...signInTemplates }

/** Every event of Treff, as one union: for code that handles each type on its own. */
export type TreffEvent = EventOf<(typeof allEvents)[number]>
