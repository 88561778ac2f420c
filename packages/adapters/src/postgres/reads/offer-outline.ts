import type { OfferOutline } from "@treff/domain/offers"
import { sql } from "drizzle-orm"
import { instantOf, type JsonRow } from "../tables/row-mapping.ts"

/** The outline of the offer `o`, null where there is none. */
export const outlineJson = sql.raw(`case when o.id is not null then json_build_object(
  'id', o.id, 'companyId', o.company_id, 'ownerId', o.owner_id, 'title', o.title, 'term', o.term, 'status', o.status,
  'jobStartsAt', o.job_starts_at, 'expiresAt', o.expires_at) end`)

export const toOutline = (row: JsonRow): OfferOutline => ({
  ...(row as unknown as OfferOutline), // as it was built above, but for its instants
  jobStartsAt: instantOf(row.jobStartsAt),
  expiresAt: instantOf(row.expiresAt)
})
