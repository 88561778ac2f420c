import type { ApiConfiguration } from "@treff/adapters/configuration"
import { makeIssuerVerifier, makeTokenVerifier } from "@treff/adapters/jwt"
import type { PostgresDatabase } from "@treff/adapters/postgres"
import type { MessageQueue } from "@treff/adapters/queue"
import { layerSecrets } from "@treff/adapters/secrets"
import { InvitationSettings } from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import * as Layer from "effect/Layer"

/** What the API needs of whoever hosts it. */
export interface Wiring {
  /** All requests share it. */
  readonly database: PostgresDatabase
  /** Where events are published. */
  readonly queue: MessageQueue
  /** The instant at which a request begins; all that it does happens at this instant. */
  readonly currentInstant: () => Promise<Instant>
  /** As `readApiConfiguration` of `@treff/adapters/configuration` reads and checks them. */
  readonly settings: Omit<ApiConfiguration, "databaseUrl">
  /** The files `swagger-ui-bundle.js` and `swagger-ui.css` of the package swagger-ui-dist, which draw the page /docs. */
  readonly swaggerUi: { readonly script: string; readonly style: string }
  /** Whether each answer says in `Server-Timing` how many round trips to the database it took. Not if left out. */
  readonly showsRoundTrips?: boolean
}

/** What whoever hosts the API gives it with each request. */
export interface RequestHost {
  /** Keeps the process alive until this work is done, which goes on when the request is answered. */
  readonly keepAlive: (work: Promise<unknown>) => void
}

/** What is made of the wiring once, for all requests; nothing of it belongs to a single one. */
export type Services = ReturnType<typeof makeServices>

export const makeServices = ({ settings, database, queue, currentInstant, showsRoundTrips = false }: Wiring) => {
  const { keys, tokens, algorithms, privateKey, tokenLifetime, issuers, sealingKeys, invitations } = settings
  return {
    database,
    queue,
    currentInstant,
    showsRoundTrips,
    keys,
    publicUrl: settings.publicUrl,
    verifyToken: makeTokenVerifier({ keys, ...tokens, algorithms }),
    verifyIssuedToken: makeIssuerVerifier(issuers),
    /** What tokens of our own are signed with, and say. */
    signing: { privateKey, ...tokens, lifetime: tokenLifetime },
    /** The ports that all requests share. */
    layer: Layer.merge(layerSecrets(sealingKeys), Layer.succeed(InvitationSettings, invitations))
  }
}
