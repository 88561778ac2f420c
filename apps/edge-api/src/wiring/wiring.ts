import { readApiConfiguration } from "@treff/adapters/configuration"
import { makeIssuerVerifier, makeTokenVerifier } from "@treff/adapters/jwt"
import { neonDatabase } from "@treff/adapters/neon"
import { layerSecrets } from "@treff/adapters/secrets"
import { InvitationSettings } from "@treff/domain/invitations"
import * as Layer from "effect/Layer"
import type { Env } from "./env.ts"

/** What is made of the configuration once per isolate; it holds nothing that belongs to a request. */
export const wiringOf = (env: Env): Wiring => {
  const known = wirings.get(env)
  if (known !== undefined) return known
  const wiring = wire(env)
  wirings.set(env, wiring)
  return wiring
}

type Wiring = ReturnType<typeof wire>

const wire = (env: Env) => {
  const {
    databaseUrl,
    keys,
    tokens,
    algorithms,
    privateKey,
    tokenLifetime,
    issuers,
    sealingKeys,
    invitations,
    ...rest
  } = readApiConfiguration(env)
  return {
    ...rest,
    keys,
    database: neonDatabase(databaseUrl, env.NEON_FETCH_ENDPOINT),
    verifyToken: makeTokenVerifier({ keys, ...tokens, algorithms }),
    verifyIssuedToken: makeIssuerVerifier(issuers),
    /** What tokens of our own are signed with, and say. */
    signing: { privateKey, ...tokens, lifetime: tokenLifetime },
    /** The ports that are the same for every request. */
    layer: Layer.merge(layerSecrets(sealingKeys), Layer.succeed(InvitationSettings, invitations))
  }
}

const wirings = new WeakMap<Env, Wiring>()
