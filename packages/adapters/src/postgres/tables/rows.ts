import type { AccountFacts, Company } from "@treff/domain/identity"
import type { Invitation } from "@treff/domain/invitations"
import type { Offer, OfferSent } from "@treff/domain/offers"
import { getTableColumns, sql } from "drizzle-orm"
import { rowMapping } from "./row-mapping.ts"
import { account, company, invitation, offer, offerSent } from "./schema.ts"

/** All of an offer but what is computed. */
export const { endsAt: _, ...offerColumns } = getTableColumns(offer)
export const offerSentColumns = getTableColumns(offerSent)

export const offerRow = rowMapping<Offer>(offerColumns)
export const offerSentRow = rowMapping<OfferSent>(offerSentColumns)
export const accountRow = rowMapping<AccountFacts>(getTableColumns(account))
export const companyRow = rowMapping<Company>(getTableColumns(company))
export const invitationRow = rowMapping<Invitation>(getTableColumns(invitation))

/** All of an invitation that may be seen: not the sealed token, which is for who sends mails alone. */
const { sealedToken: __, ...seenColumns } = getTableColumns(invitation)
export const seenInvitation = rowMapping<Invitation>(seenColumns).columnNamesOf
export const invitationJson = (table: string) =>
  sql`(select row_to_json(seen) from (select ${seenInvitation(table)}) seen)`
