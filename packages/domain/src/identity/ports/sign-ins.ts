import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { NewNotification } from "../../events/model/notification.ts"
import type { StoreUnavailable } from "../../events/ports/store.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Account } from "../model/account/account.ts"
import type { TokenSecret } from "../model/token-secret.ts"

/** A one-time link that somebody asked for, whoever has that address. See docs/flows/identity.md. */
export interface SignInRequest {
  readonly id: string
  readonly email: string
  readonly secret: TokenSecret
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

/**
 * A request as whoever mails its link needs it: the address and the language of the account, null where the address that
 * was asked for is nobody's, and the sealed token of the link.
 */
export interface MailedSignIn {
  readonly email: string | null
  readonly locale: string | null
  readonly expiresAt: Instant
  readonly usedAt: Instant | null
  readonly sealedToken: string | null
}

/**
 * The one-time links by which people sign in. Every method may fail with `StoreUnavailable`. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { SignIns } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 *
 * const use = SignIns.use((signIns) => signIns.take("no such hash", 0))
 * strictEqual(await Effect.runPromise(Effect.provide(use, layerMemory(memoryState()))), null)
 * ```
 */
export class SignIns extends Context.Service<
  SignIns,
  {
    /**
     * Writes the request and its mail, unless `atMost` were made for the address after `since`. Whether an account has
     * this address makes no difference here: it is looked up when the mail is due.
     */
    readonly request: (
      request: SignInRequest,
      mail: NewNotification,
      limit: { readonly atMost: number; readonly since: Instant }
    ) => Effect.Effect<void, StoreUnavailable>

    /** Uses a link up, and answers whose it is: null where none is valid at `at`, or its account is gone. */
    readonly take: (tokenHash: string, at: Instant) => Effect.Effect<Account | null, StoreUnavailable>

    /**
     * Deletes up to `limit` requests that were made until `until` and whose mails are sent or given up, with their
     * notifications; answers how many.
     */
    readonly forget: (until: Instant, limit: number) => Effect.Effect<number, StoreUnavailable>

    /** Each of these requests for its mail, in the given order, null where there is none: for who sends mails alone. */
    readonly mailed: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<MailedSignIn | null>, StoreUnavailable>
  }
>()("@treff/domain/SignIns") {}
