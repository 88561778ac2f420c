import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Secrets } from "../../identity/ports/secrets.ts"
import { hasLapsed } from "../../invitations/model/invitation.ts"
import { day, type Instant } from "../../kernel/time.ts"
import { Mailer, MailTemplates } from "../../notifications/ports/mailer.ts"
import { type DueMail, type MailOutcome, Notifications } from "../../notifications/ports/notifications.ts"
import { standingOf } from "../../offers/model/offer-sent/offer-sent-access.ts"

/** How many mails are taken at once, and how many are on their way at the same time: as a worker may have connections. */
const lot = 100
const concurrency = 6

/** How long a mail is tried that is not taken, though others are, before it counts as failed for good. */
const givenUpAfter = 3 * day

/**
 * Sends up to a hundred of the mails that are due, and answers how many were sent, and whether that was all. What has come
 * to nothing meanwhile is not sent. One that could not be sent for now is due again later; one that was refused, or put
 * off for three days, is `failed` with the reason. Where the mailer itself is out of reach all wait. Several may send at
 * once: none is sent twice but after a crash, and then with the same id. Fails with `StoreUnavailable`. Source:
 * `http.md`, notifications.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, layerMemoryMailer, memoryState } from "@treff/adapters/memory"
 * import { layerMailTemplates } from "@treff/adapters/mail-templates"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { sendDueMails } from "@treff/domain/reactions"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const mailing = [layerMemoryMailer(new Map()), layerMailTemplates("https://treff.example")] as const
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const use = Effect.provide(sendDueMails(), [layerMemory(memoryState()), secrets, ...mailing])
 * deepStrictEqual(await Effect.runPromise(use), { sent: 0, finished: true })
 * ```
 */
export const sendDueMails = Effect.fn("sendDueMails")(function* () {
  const notifications = yield* Notifications
  const at = yield* Clock.currentTimeMillis
  const due = yield* notifications.claimMails(at, lot)
  const post = { open: true }
  const outcomes = yield* Effect.forEach(due, (mail) => send(mail, post, at), { concurrency })
  if (outcomes.length > 0) yield* notifications.settleMails(outcomes, at)
  return {
    sent: outcomes.filter(({ status }) => status === "sent").length,
    // Nobody takes mails just now: the rest stays due, and the next sweep tries again.
    finished: due.length < lot || !post.open
  }
})

/** Sends one mail, unless it has come to nothing or the post was found closed. */
const send = Effect.fnUntraced(
  function* (mail: DueMail, post: { open: boolean }, at: Instant) {
    const { id, email: to, template } = mail
    if (to === null) return failed(mail, "there is no such account any more")
    if (!isStillSo(mail, at)) return failed(mail, "by now there is nothing to tell")
    if (!post.open) return { id, status: "untried", error: null } as const
    const token = mail.sealedToken === null ? null : yield* (yield* Secrets).open(mail.sealedToken)
    // Sealed with a key that is not configured here: it may be again.
    if (mail.sealedToken !== null && token === null) return later(mail, "its link could not be opened", at)
    const words = (yield* MailTemplates).render(mail, mail.locale, token)
    return yield* (yield* Mailer).send({ id, to, template, ...words }).pipe(
      Effect.as<MailOutcome>({ id, status: "sent", error: null }),
      Effect.catchTags({
        MailRefused: ({ reason }) => Effect.succeed(failed(mail, reason)),
        MailDeferred: ({ reason }) => Effect.succeed(later(mail, reason, at)),
        MailerUnavailable: ({ reason }) => {
          const first = post.open
          post.open = false
          // Why is for whoever runs Treff, not for whom the mail is to.
          return Effect.as(first ? Effect.logWarning("no mail can be sent", withoutAddresses(reason)) : Effect.void, {
            id,
            status: "queued",
            error: "the mailer is out of reach"
          } as const)
        }
      })
    )
  },
  // A bug in one mail is that mail's: what became of the others is still to be written.
  (sending, mail, _post, at) =>
    Effect.catchDefect(sending, (defect) =>
      Effect.as(
        Effect.logError(
          "a mail could not be made",
          mail.template,
          defect instanceof Error ? defect.name : typeof defect
        ),
        later(mail, "it could not be made", at)
      )
    )
)

const withoutAddresses = (text: string) => text.replaceAll(/\S+@\S+/g, "…")

const later = (mail: DueMail, error: string, at: Instant): MailOutcome =>
  at - mail.createdAt >= givenUpAfter ? failed(mail, error) : { id: mail.id, status: "queued", error }

const failed = ({ id }: DueMail, error: string): MailOutcome => ({ id, status: "failed", error })

/** Whether what a mail says is still so, and the recipient's to know: that something is gone stays so. */
const isStillSo = (mail: DueMail, at: Instant): boolean => {
  const { sent, offer } = mail
  if (mail.companyId !== null && !mail.isMember) return false
  const standing = sent === null ? "gone" : standingOf(sent, offer, at)
  switch (mail.template) {
    case "offer-sent":
      return standing === "open" && sent?.status !== "withdrawn"
    case "offer-sent-viewed":
    case "offer-sent-responded":
      return standing !== "gone" && sent?.status !== "withdrawn"
    case "offer-sent-withdrawn":
      return standing !== "gone"
    case "offer-taken-over":
      return offer?.ownerId === mail.recipientId
    case "offer-handed-over":
      return offer !== null && offer.ownerId !== mail.recipientId
    case "invitation":
      return (
        mail.sealedToken !== null &&
        mail.invitation?.status === "pending" &&
        !hasLapsed(mail.invitation, at) &&
        mail.invitation.resends === mail.data.resends
      )
    case "sign-in":
      return (
        mail.sealedToken !== null && mail.signIn !== null && mail.signIn.usedAt === null && mail.signIn.expiresAt > at
      )
    case "offer-ended":
    case "invitation-accepted":
    case "invitation-declined":
      return true
    default:
      // A newer version than this one has written it: it is for that one to put into words.
      return true
  }
}
