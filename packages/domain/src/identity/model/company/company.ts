import type { Instant } from "../../../kernel/time.ts"

/**
 * The tenant: nothing of one company is visible to another. `creatorId` is the account that made it, null when nobody's
 * did. See docs/flows/identity.md.
 */
export interface Company {
  readonly id: string
  readonly name: string
  readonly creatorId: string | null
  readonly createdAt: Instant
}

/** What a company that exists can be. */
export const companyStatuses = ["open"] as const

/** A company anywhere in its life. */
export interface CompanyState extends Company {
  readonly status: "none" | "open"
}

/** Before it is made nothing is known of a company. */
export const noCompany: CompanyState = { id: "", name: "", creatorId: null, createdAt: 0, status: "none" }

/** What may be asked of a company, and when. See docs/flows/identity.md. */
export type CompanyCommand = { readonly at: Instant } & (
  | { readonly type: "Create"; readonly id: string; readonly name: string; readonly creatorId: string }
  | { readonly type: "Rename"; readonly name: string }
)
