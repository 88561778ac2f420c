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

/** An invitation's columns without the sealed token, which only the sending of mails may read. */
const { sealedToken: __, ...readableColumns } = getTableColumns(invitation)
export const readableInvitationColumns = rowMapping<Invitation>(readableColumns).columnNamesOf
export const invitationJson = (table: string) =>
  sql`(select row_to_json(readable) from (select ${readableInvitationColumns(table)}) readable)`
