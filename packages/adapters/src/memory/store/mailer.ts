import { type Mail, Mailer } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** The mails that were sent, oldest first, by their ids. See docs/flows/notifications.md. */
export type MemoryMailbox = Map<Mail["id"], Mail>

/**
 * A mailer that puts mails into a mailbox in the process, where tests and first steps find them; the same id again
 * changes nothing. It never fails. See docs/flows/notifications.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemoryMailer, type MemoryMailbox } from "@treff/adapters/memory"
 * import { Mailer } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 *
 * const mailbox: MemoryMailbox = new Map()
 * const mail = { id: "n1", to: "bo@b.eu", subject: "Gone", text: "Gone", html: "Gone", template: "offer-ended" } as const
 * const send = Mailer.use((mailer) => mailer.send(mail))
 * await Effect.runPromise(Effect.provide(Effect.andThen(send, send), layerMemoryMailer(mailbox)))
 * deepStrictEqual([...mailbox.values()], [mail])
 * ```
 */
export const layerMemoryMailer = (mailbox: MemoryMailbox): Layer.Layer<Mailer> =>
  Layer.succeed(
    Mailer,
    Mailer.of({
      send: (mail) =>
        Effect.sync(() => {
          if (!mailbox.has(mail.id)) mailbox.set(mail.id, mail)
        })
    })
  )
