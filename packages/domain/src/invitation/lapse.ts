import { system } from "../event/index.ts"
import type { Versioned } from "../ports/index.ts"
import { recordChange } from "../record-change.ts"
import type { Instant } from "../time/index.ts"
import { settleInvitation } from "./decide-invitation.ts"
import type { Invitation } from "./invitation.ts"

/** What time alone has done to an invitation by `at`; no events if nothing. */
export const lapseOf = ({ version: prior, value }: Versioned<Invitation>, at: Instant) =>
  recordChange("invitation", settleInvitation(value, at), { prior, actor: system, at })
