import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { NotificationContent } from "../../events/model/notification.ts"

/** A mail that is ready to go. `id` is that of its notification: the key by which a repeat is known. */
export interface Mail {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly template: string
}

/** This mail will never arrive: its address or its content was refused. `reason` says why. */
export class MailRefused extends Data.TaggedError("MailRefused")<{ readonly reason: string }> {}

/** This mail was not taken for now; another may be. */
export class MailDeferred extends Data.TaggedError("MailDeferred")<{ readonly reason: string }> {}

/** No mail is taken for now: nobody answers, or has had enough. */
export class MailerUnavailable extends Data.TaggedError("MailerUnavailable")<{ readonly reason: string }> {}

/** Sends mails, one at a time; the same `id` again is the same mail. See docs/flows/notifications.md. */
export class Mailer extends Context.Service<
  Mailer,
  {
    readonly send: (mail: Mail) => Effect.Effect<void, MailRefused | MailDeferred | MailerUnavailable>
  }
>()("@treff/domain/Mailer") {}

/** Puts a notification into words for a mail, in one of the languages of people; `token` is what its link carries. */
export class MailTemplates extends Context.Service<
  MailTemplates,
  {
    readonly render: (
      content: NotificationContent,
      locale: string | null,
      token: Redacted.Redacted | null
    ) => Pick<Mail, "subject" | "text" | "html">
  }
>()("@treff/domain/MailTemplates") {}
