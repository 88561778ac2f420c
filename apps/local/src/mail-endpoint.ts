import type { Instant } from "@treff/domain/kernel"
import { type Mail, Mailer } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { type Context, Hono } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { Pool } from "pg"
import * as z from "zod"
import { hasMail, keepMails } from "./mailbox.ts"

interface MailEndpointParts {
  readonly pool: Pool
  /** The sandbox's time. */
  readonly now: () => Instant
  /** Whoever has it may send: the consumer, and no page or program beside it. */
  readonly apiKey: Redacted.Redacted
  /** Who sends what is taken here on, before it comes into the mailbox. */
  readonly mailer: Pick<ManagedRuntime.ManagedRuntime<Mailer, never>, "runPromise">
}

/**
 * Resend's `POST /emails`, so that the consumer runs the very client of production: what is taken is sent on, and lies in
 * the mailbox then. The same idempotency key is the same mail. Addresses under `.invalid`, where nobody can be (RFC 2606),
 * are refused for good.
 */
export const makeMailEndpoint = ({ pool, now, apiKey, mailer }: MailEndpointParts) => {
  /** The mails that are just being taken, by their keys: whoever posts one of them meanwhile gets the same answer. */
  const underWay = new Map<string, Promise<Refusal | undefined>>()

  const take = async (mail: Mail): Promise<Refusal | undefined> => {
    if (/[@.]invalid\.?$/i.test(mail.to)) return refusals.refused("Nobody can be reached under .invalid.")
    if (await hasMail(pool, mail.id)) return undefined
    const refusal = await mailer.runPromise(
      Mailer.use(({ send }) => send(mail)).pipe(
        Effect.as(undefined),
        Effect.catchTags({
          MailRefused: ({ reason }) => Effect.succeed(refusals.refused(reason)),
          MailDeferred: ({ reason }) => Effect.succeed(refusals.deferred(reason)),
          MailerUnavailable: ({ reason }) => Effect.succeed(refusals.unavailable(reason))
        })
      )
    )
    if (refusal === undefined) await keepMails(pool, [{ ...mail, sentAt: now() }])
    return refusal
  }

  const app = new Hono()
  app.onError((_error, c) => answer(c, refusals.unavailable("The sandbox's mailbox is out of reach.")))
  app.notFound((c) => answer(c, [404, "not_found", "The requested endpoint does not exist."]))
  app.post("/emails", async (c) => {
    const authorization = c.req.header("Authorization")
    if (authorization === undefined) return answer(c, [401, "missing_api_key", "Missing API key."])
    if (authorization !== `Bearer ${Redacted.value(apiKey)}`) {
      return answer(c, [403, "invalid_api_key", "API key is invalid."])
    }
    const key = z.uuid().safeParse(c.req.header("Idempotency-Key"))
    if (!key.success) return answer(c, [400, "invalid_idempotency_key", "The key must be the id of a delivery."])
    const id = key.data
    const posted = Posted.safeParse(await c.req.json().catch(() => undefined))
    if (!posted.success) return answer(c, refusals.refused(z.prettifyError(posted.error)))
    const {
      to: [to = ""],
      tags,
      ...words
    } = posted.data
    const template = tags.find(({ name }) => name === "template")?.value as Mail["template"] // as it was sent to us
    const taking = underWay.get(id) ?? take({ id, to, ...words, template }).finally(() => underWay.delete(id))
    underWay.set(id, taking)
    const refusal = await taking
    return refusal === undefined ? c.json({ id }) : answer(c, refusal)
  })
  return app
}

const Posted = z.object({
  to: z.array(z.string().regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, "must be one address")).length(1),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  tags: z.array(z.object({ name: z.string(), value: z.string() }))
})

/** An error of Resend's: status, name and message. */
type Refusal = readonly [status: ContentfulStatusCode, name: string, message: string]

/** What may become of a mail, as Resend says it: by these its client knows which of the three it is. */
const refusals = {
  refused: (reason: string): Refusal => [422, "validation_error", reason],
  deferred: (reason: string): Refusal => [409, "concurrent_idempotent_requests", reason],
  unavailable: (reason: string): Refusal => [500, "application_error", reason]
}

const answer = (c: Context, [statusCode, name, message]: Refusal) => c.json({ statusCode, name, message }, statusCode)
