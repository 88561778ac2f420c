import type { OfferOutline } from "@treff/domain/offers"
import { sql } from "drizzle-orm"
import { instantOf, type JsonOf } from "../tables/row-mapping.ts"

/** The outline of the offer `o`, null where there is none: an `OutlineJson`. */
export const outlineJson = sql.raw(`case when o.id is not null then json_build_object(
  'id', o.id, 'companyId', o.company_id, 'ownerId', o.owner_id, 'title', o.title, 'term', o.term, 'status', o.status,
  'jobStartsAt', o.job_starts_at, 'expiresAt', o.expires_at) end`)

export type OutlineJson = JsonOf<OfferOutline, "jobStartsAt" | "expiresAt">

export const toOutline = (outline: OutlineJson): OfferOutline => ({
  ...outline,
  jobStartsAt: instantOf(outline.jobStartsAt),
  expiresAt: instantOf(outline.expiresAt)
})
