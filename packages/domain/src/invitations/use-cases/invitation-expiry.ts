import { system } from "../../events/model/actor.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { Invitation } from "../model/invitation.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"

/** What time alone has done to an invitation by `at`; no events if nothing. */
export const expiryOf = ({ version, value }: Versioned<Invitation>, at: Instant) =>
  recordChange("invitation", invitationLifecycle.asOf(value, at), {
    expectedVersion: version,
    actor: system,
    at,
    companyId: value.companyId
  })
