import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Reactions, type StillTrue, toRecipient } from "../../events/use-cases/reactions.ts"
import { Secrets } from "../../identity/ports/secrets.ts"
import { day, type Instant } from "../../kernel/time.ts"
import { Mailer, MailTemplates } from "../../notifications/ports/mailer.ts"
import { type DueMail, type MailOutcome, Notifications } from "../../notifications/ports/notifications.ts"

/** How many mails are taken at once, and how many are on their way at the same time: as a worker may have connections. */
const batchSize = 100
const concurrency = 6

/** How long a mail is tried that is not taken, though others are, before it counts as failed for good. */
const givenUpAfter = 3 * day

/**
 * Sends up to a hundred of the mails that are due, and answers how many were sent, and whether that was all. What is no
 * longer true is `skipped`. A mail that could not be sent for now is due again later; one that was refused, or put off for
 * three days, is `failed` with the reason. Where the mailer itself is unavailable all wait. Several may send at once: none
 * is sent twice but after a crash, and then with the same id. `contexts` are the reactions of every context, such as
 * `allReactions`. Fails with `StoreUnavailable`. See docs/flows/notifications.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, layerMemoryMailer, memoryState } from "@treff/adapters/memory"
 * import { layerMailTemplates } from "@treff/adapters/mail-templates"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { allReactions, sendDueMails } from "@treff/domain/reactions"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const mailing = [layerUuid, layerMemoryMailer(new Map()), layerMailTemplates("https://treff.example")] as const
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const use = Effect.provide(sendDueMails(allReactions), [layerMemory(memoryState()), secrets, ...mailing])
 * deepStrictEqual(await Effect.runPromise(use), { sent: 0, finished: true })
 * ```
 */
export const sendDueMails = Effect.fn("sendDueMails")(function* <R>(contexts: ReadonlyArray<Reactions<R>>) {
  const notifications = yield* Notifications
  const at = yield* Clock.currentTimeMillis
  const due = yield* notifications.claimMails(at, batchSize)
  const truths = yield* truthsOf(due, contexts, at)
  const mailer = { isReachable: true }
  const outcomes = yield* Effect.forEach(due, (mail) => send(mail, truths.get(mail.id) ?? null, mailer, at), {
    concurrency
  })
  if (outcomes.length > 0) yield* notifications.recordMailOutcomes(outcomes, at)
  return {
    sent: outcomes.filter(({ status }) => status === "sent").length,
    // Nobody takes mails just now: the rest stays due, and the next sweep tries again.
    finished: due.length < batchSize || !mailer.isReachable
  }
})

/** Whether what a mail says is still true: null where it is not, and `unknown` where its context could not say. */
type Truth = StillTrue | null | "unknown"

const nameOf = (defect: unknown) => (defect instanceof Error ? defect.name : typeof defect)

/** Whether what each mail says is still true, by its id: each context is asked once, of all the mails it has caused. */
const truthsOf = Effect.fnUntraced(function* <R>(
  due: ReadonlyArray<DueMail>,
  contexts: ReadonlyArray<Reactions<R>>,
  at: Instant
) {
  const isKnown = ({ template }: DueMail) => contexts.some(({ templates }) => Object.hasOwn(templates, template))
  // What a newer version than this one has written is for that one to put into words.
  const truths = new Map<string, Truth>(due.filter((mail) => !isKnown(mail)).map(({ id }) => [id, toRecipient]))
  for (const { templates, stillTrue } of contexts) {
    const mails = due.filter(({ template }) => Object.hasOwn(templates, template))
    if (mails.length === 0) continue
    // A bug in one context is not the end of the others' mails: its own are tried again later.
    const answers = yield* Effect.catchDefect(stillTrue(mails, at), (defect) =>
      Effect.as(Effect.logError("mails could not be checked", nameOf(defect)), null)
    )
    for (const [index, { id }] of mails.entries())
      truths.set(id, answers === null ? "unknown" : (answers[index] ?? null))
  }
  return truths
})

/** Sends one mail, unless what it says is no longer true or the mailer has already proved unavailable. */
const send = Effect.fnUntraced(
  function* (mail: DueMail, truth: Truth, mailer: { isReachable: boolean }, at: Instant) {
    const { id, template } = mail
    if (truth === "unknown") return putOff(mail, "it could not be checked", at)
    if (mail.companyId !== null && mail.email === null) return failed(mail, "there is no such account any more")
    // What is a company's matter is nobody's who has left it.
    if (truth === null || (mail.companyId !== null && !mail.isMember)) {
      return { id, status: "skipped", error: "by now there is nothing to tell" } satisfies MailOutcome
    }
    const { email: to, locale } = truth.address ?? mail
    const sealedToken = truth.address?.sealedToken ?? null
    if (to === null) return failed(mail, "there is no such account any more")
    if (!mailer.isReachable) return { id, status: "untried", error: null } satisfies MailOutcome
    const token = sealedToken === null ? null : yield* (yield* Secrets).open(sealedToken)
    // Sealed with a key that is not configured here: it may be again.
    if (sealedToken !== null && token === null) return putOff(mail, "its link could not be opened", at)
    const words = (yield* MailTemplates).render(mail, locale, token)
    return yield* (yield* Mailer).send({ id, to, template, ...words }).pipe(
      Effect.as<MailOutcome>({ id, status: "sent", error: null }),
      Effect.catchTags({
        MailRefused: ({ reason }) => Effect.succeed(failed(mail, reason)),
        MailDeferred: ({ reason }) => Effect.succeed(putOff(mail, reason, at)),
        MailerUnavailable: ({ reason }) => {
          const isFirst = mailer.isReachable
          mailer.isReachable = false
          // Why is for whoever runs Treff, not for whom the mail is to.
          return Effect.as(isFirst ? Effect.logWarning("no mail can be sent", withoutAddresses(reason)) : Effect.void, {
            id,
            status: "queued",
            error: "the mailer is out of reach"
          } satisfies MailOutcome)
        }
      })
    )
  },
  // A bug in one mail is that mail's: what became of the others is still to be written.
  (sending, mail, _truth, _mailer, at) =>
    Effect.catchDefect(sending, (defect) =>
      Effect.as(
        Effect.logError("a mail could not be made", mail.template, nameOf(defect)),
        putOff(mail, "it could not be made", at)
      )
    )
)

const withoutAddresses = (text: string) => text.replaceAll(/\S+@\S+/g, "…")

/** Tried again later, unless it has been tried for too long. */
const putOff = (mail: DueMail, error: string, at: Instant): MailOutcome =>
  at - mail.createdAt >= givenUpAfter ? failed(mail, error) : { id: mail.id, status: "queued", error }

const failed = ({ id }: DueMail, error: string): MailOutcome => ({ id, status: "failed", error })
