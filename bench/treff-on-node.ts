import { layerUuid } from "@treff/adapters/identifiers"
import { layerPostgres } from "@treff/adapters/postgres"
import { layerSecrets } from "@treff/adapters/secrets"
import type { Caller, Profile } from "@treff/domain/identity"
import { acceptInvitation, inviteRecruiter } from "@treff/domain/invitations"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type { Pool } from "pg"

/** Treff as one embeds it in a program on Node: its domain with the adapter for PostgreSQL over `pg`, and no queue. */
export const treffOnNode = (pool: Pool, sealingKey: string) => {
  const layer = Layer.mergeAll(layerPostgres(drizzle(pool)), layerSecrets([Redacted.make(sealingKey)]), layerUuid)
  const runtime = ManagedRuntime.make(layer)
  return {
    invite: (caller: Caller, email: string) =>
      runtime.runPromise(inviteRecruiter(caller, { email, personalMessage: null, locale: null })),
    /** For the owner of an account, or by the profile of who has none. */
    accept: (token: string, by: Caller | Profile) =>
      runtime.runPromise(
        "username" in by
          ? acceptInvitation({ token, caller: null, profile: Effect.succeed(by) })
          : acceptInvitation({ token, caller: by, profile: Effect.fail("An account has its profile already") })
      )
  }
}
