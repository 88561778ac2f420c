import { accountLifecycle, companyLifecycle } from "@treff/domain/identity"
import { invitationLifecycle } from "@treff/domain/invitations"
import { offerLifecycle, offerSentLifecycle } from "@treff/domain/offers"
import { accountRow, companyRow, invitationRow, offerRow, offerSentRow } from "../tables/rows.ts"

/** How the subjects of one lifecycle lie in their table: all that the journal needs to know of them. */
export interface Kind {
  readonly kind: string
  readonly isRequired: boolean
  readonly table: string
  readonly mapping: Mapping
  /** In which order rows are inserted, as an index does: else two who insert could wait for each other. */
  readonly insertedBy: string
}

type Mapping = Pick<typeof offerRow, "columnNames" | "columnNamesOf" | "toRow">

const kind = (
  { kind: name, isRequired = false }: { readonly kind: string; readonly isRequired?: boolean },
  table: string,
  mapping: Mapping,
  insertedBy = "id"
): Kind => ({ kind: name, isRequired, table, mapping, insertedBy })

/**
 * Every lifecycle that this store keeps, in the order in which everybody locks their rows: else two commits could wait for
 * each other. A new one adds a line.
 */
export const kinds: ReadonlyArray<Kind> = [
  kind(companyLifecycle, "company", companyRow),
  kind(offerLifecycle, "offer", offerRow),
  kind(offerSentLifecycle, "offer_sent", offerSentRow, "offer_id, candidate_id"),
  kind(invitationLifecycle, "invitation", invitationRow, "lower(email)"),
  kind(accountLifecycle, "account", accountRow)
]
