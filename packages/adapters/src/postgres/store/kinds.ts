import { accountLifecycle, companyLifecycle } from "@treff/domain/identity"
import { invitationLifecycle } from "@treff/domain/invitations"
import { offerLifecycle, offerSentLifecycle } from "@treff/domain/offers"
import { accountRow, companyRow, invitationRow, offerRow, offerSentRow } from "../tables/rows.ts"

/** How the subjects of one lifecycle lie in their table: all that the journal needs to know of them. */
export interface Kind {
  readonly kind: string
  readonly table: string
  readonly mapping: Pick<typeof offerRow, "columnNames" | "columnNamesOf" | "toRow">
  /** In which order rows are inserted, as an index does: else two who insert could wait for each other. */
  readonly insertedBy: string
  /** Whether what else a commit holds is not written without it. */
  readonly isRequired: boolean
}

/**
 * Every lifecycle that this store keeps, in the order in which everybody locks their rows: else two commits could wait for
 * each other. A new one adds a line.
 */
export const kinds: ReadonlyArray<Kind> = [
  { kind: companyLifecycle.kind, table: "company", mapping: companyRow, insertedBy: "id", isRequired: true },
  { kind: offerLifecycle.kind, table: "offer", mapping: offerRow, insertedBy: "id", isRequired: false },
  {
    kind: offerSentLifecycle.kind,
    table: "offer_sent",
    mapping: offerSentRow,
    insertedBy: "offer_id, candidate_id",
    isRequired: false
  },
  {
    ...invitationLifecycle,
    table: "invitation",
    mapping: invitationRow,
    insertedBy: "lower(email)",
    isRequired: false
  },
  { kind: accountLifecycle.kind, table: "account", mapping: accountRow, insertedBy: "id", isRequired: true }
]
