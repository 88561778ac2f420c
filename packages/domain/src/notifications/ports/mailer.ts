import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Telling, Template } from "../model/notification.ts"

/** A mail that is ready to go. `id` is that of its notification: the key by which a repeat is known. */
export interface Mail {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly template: Template
}

/** This mail will never arrive: its address or its content was refused. `reason` says why. Source: `http.md`. */
export class MailRefused extends Data.TaggedError("MailRefused")<{ readonly reason: string }> {}

/** This mail was not taken for now; another may be. Source: `http.md`, notifications. */
export class MailDeferred extends Data.TaggedError("MailDeferred")<{ readonly reason: string }> {}

/** No mail is taken for now: nobody answers, or has had enough. Source: `http.md`, notifications. */
export class MailerUnavailable extends Data.TaggedError("MailerUnavailable")<{ readonly reason: string }> {}

/**
 * Sends mails, one at a time; the same `id` again is the same mail. Source: `http.md`, notifications.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { Mailer, MailRefused } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 *
 * const closed = Mailer.of({ send: () => Effect.fail(new MailRefused({ reason: "no such mailbox" })) })
 * const mail = { id: "n1", to: "bo@b.eu", subject: "Gone", text: "Gone", html: "Gone", template: "offer-ended" } as const
 * const send = Effect.flip(Mailer.use((mailer) => mailer.send(mail)))
 * const failure = await Effect.runPromise(Effect.provideService(send, Mailer, closed))
 * strictEqual(failure._tag, "MailRefused")
 * ```
 */
export class Mailer extends Context.Service<
  Mailer,
  { readonly send: (mail: Mail) => Effect.Effect<void, MailRefused | MailDeferred | MailerUnavailable> }
>()("@treff/domain/Mailer") {}

/**
 * Puts a telling into words. `locale` is that of the recipient, null where none was chosen; one that is not known is
 * answered in English. `token` is what its link carries, null where there is none to carry. It cannot fail. Source: `http.md`, notifications.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { MailTemplates } from "@treff/domain/notifications"
 *
 * const terse = MailTemplates.of({ render: ({ template }) => ({ subject: template, text: template, html: template }) })
 * const data = { offerSentId: "s1", offerId: "o1", title: "Baker", reason: "offer_deleted" } as const
 * strictEqual(terse.render({ template: "offer-ended", data }, "nb", null).subject, "offer-ended")
 * ```
 */
export class MailTemplates extends Context.Service<
  MailTemplates,
  {
    readonly render: (
      telling: Telling,
      locale: string | null,
      token: Redacted.Redacted | null
    ) => Pick<Mail, "subject" | "text" | "html">
  }
>()("@treff/domain/MailTemplates") {}
