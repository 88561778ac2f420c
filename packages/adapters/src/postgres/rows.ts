import type { Offer } from "@treff/domain/offer"
import type { OfferSent } from "@treff/domain/offer-sent"
import { getTableColumns } from "drizzle-orm"
import { rowMapping } from "./row.ts"
import { offer, offerSent } from "./schema.ts"

/** All of an offer but what is computed. */
export const { endsAt: _, ...offerColumns } = getTableColumns(offer)
export const offerSentColumns = getTableColumns(offerSent)

export const offerRow = rowMapping<Offer>(offerColumns)
export const offerSentRow = rowMapping<OfferSent>(offerSentColumns)
