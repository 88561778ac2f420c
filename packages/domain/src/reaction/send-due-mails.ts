import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { standingOf } from "../offer-sent/index.ts"
import { type DueMail, Mailer, type MailOutcome, MailTemplates, Notifications } from "../ports/index.ts"
import { day, type Instant } from "../time/index.ts"

/** How many mails are taken at once, and how many are on their way at the same time: as a worker may have connections. */
const lot = 100
const concurrency = 6

/** How long a mail is tried that is not taken, though others are, before it counts as failed for good. */
const givenUpAfter = 3 * day

/**
 * Sends the mails that are due, a hundred at a time, and answers how many were sent and whether none is left after `lots`
 * lots. What has come to nothing meanwhile is not sent. One that could not be sent for now is due again later; one that
 * was refused, or put off for three days, is `failed` with the reason. Where the mailer itself is out of reach all wait. Several may send at once: none is sent twice but after a crash, and then with the same id. Fails with
 * `StoreUnavailable`. Source: `http.md`, notifications.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, layerMemoryMailer, memoryState } from "@treff/adapters/memory"
 * import { layerMailTemplates } from "@treff/adapters/mail-templates"
 * import { sendDueMails } from "@treff/domain/reaction"
 * import * as Effect from "effect/Effect"
 *
 * const mailing = [layerMemoryMailer(new Map()), layerMailTemplates] as const
 * const use = Effect.provide(sendDueMails(10), [layerMemory(memoryState()), ...mailing])
 * deepStrictEqual(await Effect.runPromise(use), { sent: 0, finished: true })
 * ```
 */
export const sendDueMails = Effect.fn("sendDueMails")(function* (lots: number) {
  const notifications = yield* Notifications
  const at = yield* Clock.currentTimeMillis
  let sent = 0
  for (let done = 0; done < lots; done++) {
    const due = yield* notifications.claimMails(at, lot)
    const post = { open: true }
    const outcomes = yield* Effect.forEach(due, (mail) => send(mail, post, at), { concurrency })
    if (outcomes.length > 0) yield* notifications.settleMails(outcomes, at)
    sent += outcomes.filter(({ status }) => status === "sent").length
    // Nobody takes mails just now: the rest stays due, and the next sweep tries again.
    if (due.length < lot || !post.open) return { sent, finished: true }
  }
  return { sent, finished: false }
})

/** Sends one mail, unless it has come to nothing or the post was found closed. */
const send = Effect.fnUntraced(function* (mail: DueMail, post: { open: boolean }, at: Instant) {
  if (!isStillSo(mail, at)) return failed(mail, "by now there is nothing to tell")
  const { id, email: to, template } = mail
  if (!post.open) return { id, status: "untried", error: null } as const
  const words = (yield* MailTemplates).render(mail, mail.locale)
  return yield* (yield* Mailer).send({ id, to, template, ...words }).pipe(
    Effect.as<MailOutcome>({ id, status: "sent", error: null }),
    Effect.catchTags({
      MailRefused: ({ reason }) => Effect.succeed(failed(mail, reason)),
      MailDeferred: ({ reason }) =>
        Effect.succeed(at - mail.createdAt >= givenUpAfter ? failed(mail, reason) : later(mail, reason)),
      MailerUnavailable: ({ reason }) => {
        const first = post.open
        post.open = false
        // Why is for whoever runs Treff, not for whom the mail is to.
        return Effect.as(
          first ? Effect.logWarning("no mail can be sent", withoutAddresses(reason)) : Effect.void,
          later(mail, "the mailer is out of reach")
        )
      }
    })
  )
})

const withoutAddresses = (text: string) => text.replaceAll(/\S+@\S+/g, "…")

const later = ({ id }: DueMail, error: string): MailOutcome => ({ id, status: "queued", error })
const failed = ({ id }: DueMail, error: string): MailOutcome => ({ id, status: "failed", error })

/** Whether what a mail says is still so: that something is gone stays so. */
const isStillSo = (mail: DueMail, at: Instant): boolean => {
  const { sent, offer } = mail
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
    case "offer-ended":
      return true
  }
}
