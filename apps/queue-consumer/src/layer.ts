import type { ConsumerConfiguration } from "@treff/adapters/configuration"
import { layerInvocation, type Ports } from "@treff/adapters/invocation"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import type { PostgresDatabase } from "@treff/adapters/postgres"
import type { MessageQueue } from "@treff/adapters/queue"
import { layerSecrets } from "@treff/adapters/secrets"
import { Secrets } from "@treff/domain/identity"
import type { Instant } from "@treff/domain/kernel"
import type { Mailer, MailTemplates } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** What the consumer needs of whoever hosts it. */
export interface Wiring {
  /** All invocations share it. */
  readonly database: PostgresDatabase
  /** Where events are published, and where the consumer leaves work for its next invocation. */
  readonly queue: MessageQueue
  /** Where jobs are asked for. It delivers each message to an invocation of its own. */
  readonly jobQueue: MessageQueue
  /** Who sends the mails. */
  readonly mailer: Layer.Layer<Mailer>
  /** The instant at which an invocation begins. */
  readonly currentInstant: () => Promise<Instant>
  readonly settings: Pick<ConsumerConfiguration, "retrySeconds" | "publicUrl" | "sealingKeys">
}

/** The ports that the consumer's work may ask for. */
type ConsumerPorts = Ports | Mailer | MailTemplates | Secrets

/** Runs one invocation, all of it at the instant at which it begins; what it commits is published before it ends. */
export const invoke = <A, E>(wiring: Wiring, program: Effect.Effect<A, E, ConsumerPorts>): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    const { database, queue, mailer, settings, currentInstant } = wiring
    const publishing: Array<Promise<unknown>> = []
    const at = yield* Effect.promise(currentInstant)
    const ports = layerInvocation({ at, database, queue, keepAlive: (work) => publishing.push(work) })
    const mailing = Layer.mergeAll(layerMailTemplates(settings.publicUrl ?? ""), layerSecretsOf(settings), mailer)
    return yield* Effect.provide(program, Layer.merge(ports, mailing)).pipe(
      Effect.ensuring(Effect.promise(() => Promise.all(publishing)))
    )
  })

/** Without a key no link is opened, and without an address it leads nowhere: such a mail waits, and all the others go. */
const layerSecretsOf = ({ sealingKeys, publicUrl }: Wiring["settings"]): Layer.Layer<Secrets> => {
  if (sealingKeys !== undefined && publicUrl !== undefined) return layerSecrets(sealingKeys)
  const missing = `${sealingKeys === undefined ? "SEALING_KEYS" : "PUBLIC_URL"} is not set`
  return Layer.succeed(
    Secrets,
    Secrets.of({
      issue: Effect.die(missing),
      hash: () => Effect.die(missing),
      open: () => Effect.as(Effect.logWarning("a mail waits", missing), null)
    })
  )
}
