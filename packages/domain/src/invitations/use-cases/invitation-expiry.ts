import type { Versioned } from "../../events/ports/journal.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import { system } from "../../events/use-cases/record-events.ts"
import type { Instant } from "../../kernel/time.ts"
import { settleInvitation } from "../model/decide-invitation.ts"
import type { Invitation } from "../model/invitation.ts"

/** What time alone has done to an invitation by `at`; no events if nothing. */
export const lapseOf = ({ version: prior, value }: Versioned<Invitation>, at: Instant) =>
  recordChange("invitation", settleInvitation(value, at), { prior, actor: system, at })
