import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import * as z from "zod"

/** A mail as it is posted to Resend. */
export type ResendMail = z.infer<typeof Posted>

/** An error as Resend answers it. */
export interface ResendError {
  readonly statusCode: number
  readonly name: string
  readonly message: string
}

/**
 * Resend's `POST /emails`, as far as its documentation says what it does: who may send, which mails it takes, what an
 * idempotency key means, and how much is too much. Time stands where the test puts it.
 */
export interface ResendServer {
  /** Where mails are posted. */
  readonly url: string
  /** The mails that were taken, oldest first, each with the headers of its request. */
  readonly mails: ReadonlyArray<{ readonly mail: ResendMail; readonly headers: IncomingHttpHeaders }>
  /** Its time, in milliseconds. */
  now: number
  /** Requests that one second allows. */
  rateLimit: number
  /** In how many seconds it says that one may come back who came too often; null: it does not say. */
  retryAfter: number | null
  /** Called when somebody came too often. */
  onLimit: () => void
  /** Asked about each mail that it is about to take: an answer of its own instead, or a promise to wait for. */
  onMail: (mail: ResendMail) => ResendAnswer | undefined | Promise<ResendAnswer | undefined>
  /** Forgets the mails and the keys, and takes every mail again. */
  readonly clear: () => void
  readonly stop: () => Promise<void>
}

/** An error; a page that isn't Resend's; or none at all, the connection breaks off after the mail was taken. */
export type ResendAnswer = ResendError | { readonly statusCode: number; readonly page: string } | "lost"

const day = 86_400_000
const address = /^(?:[^<>@]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/
const tag = z
  .string()
  .regex(/^[\w-]{1,256}$/, "Tags should only contain ASCII letters, numbers, underscores, or dashes.")

const addressed = (field: string) =>
  z.string({ error: `Missing \`${field}\` field.` }).regex(address, {
    error: `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`
  })
const Posted = z.object({
  from: addressed("from"),
  to: z.array(addressed("to")).min(1).max(50),
  subject: z.string({ error: "Missing `subject` field." }),
  text: z.string(),
  html: z.string(),
  tags: z.array(z.object({ name: tag, value: tag })).default([])
})

/** Starts one that takes mails from `domain`, for whoever has `apiKey`. */
export const startResendServer = async (settings: {
  readonly apiKey: string
  readonly domain: string
}): Promise<ResendServer> => {
  const mails: Array<ResendServer["mails"][number]> = []
  /** What became of a key: null while its first request is under way. */
  const keys = new Map<string, { readonly body: string; readonly until: number; readonly id: string | null }>()
  const requests: Array<number> = []

  const answerTo = async (path: string, method: string, headers: IncomingHttpHeaders, body: string) => {
    if (!headers["user-agent"]) return { statusCode: 403, page: "error code: 1010" }
    if (path !== "/emails") return error(404, "not_found", "The requested endpoint does not exist.")
    if (method !== "POST") return error(405, "method_not_allowed", "Method is not allowed for the requested path.")
    if (!headers.authorization) return error(401, "missing_api_key", "Missing API key in the authorization header.")
    if (headers.authorization !== `Bearer ${settings.apiKey}`) {
      return error(403, "invalid_api_key", "API key is invalid.")
    }
    requests.push(server.now)
    if (requests.filter((at) => at > server.now - 1_000).length > server.rateLimit) {
      server.onLimit()
      return error(429, "rate_limit_exceeded", "Too many requests. Please limit the number of requests per second.")
    }

    const key = headers["idempotency-key"]
    if (key === undefined) return take(body, headers)
    if (typeof key !== "string" || key.length < 1 || key.length > 256) {
      return error(400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
    }
    const known = keys.get(key)
    if (known !== undefined && known.until > server.now) {
      if (known.id === null) {
        const message = "Same idempotency key used while original request is still in progress."
        return error(409, "concurrent_idempotent_requests", message)
      }
      return known.body === body
        ? { id: known.id }
        : error(409, "invalid_idempotent_request", "Same idempotency key used with a different request payload.")
    }
    keys.set(key, { body, until: server.now + day, id: null })
    const answer = await take(body, headers)
    // Only what was sent is known by its key; what was refused may be corrected under the same one.
    if (answer === "lost") keys.set(key, { body, until: server.now + day, id: `${mails.length}` })
    else if ("id" in answer) keys.set(key, { body, until: server.now + day, id: answer.id })
    else keys.delete(key)
    return answer
  }

  const take = async (body: string, headers: IncomingHttpHeaders): Promise<ResendAnswer | { readonly id: string }> => {
    const { data: mail, error: wrong } = Posted.safeParse(JSON.parse(body))
    if (mail === undefined) {
      const [{ message = "" } = {}] = wrong.issues
      return error(422, message.startsWith("Missing") ? "missing_required_field" : "validation_error", message)
    }
    const domain = mail.from.slice(mail.from.lastIndexOf("@") + 1).replace(">", "")
    if (domain !== settings.domain) {
      return error(403, "validation_error", `The ${domain} domain is not verified. Please, add and verify your domain.`)
    }
    const instead = await server.onMail(mail)
    if (instead !== undefined && instead !== "lost") return instead
    mails.push({ mail, headers })
    return instead ?? { id: `${mails.length}` }
  }

  const listener = createServer(async (request, response) => {
    // Who is killed while it posts hears nothing more.
    const body = await request.toArray().then(
      (parts) => Buffer.concat(parts).toString(),
      () => null
    )
    if (body === null) return
    const answer = await answerTo(request.url ?? "", request.method ?? "", request.headers, body)
    const status = typeof answer === "object" && "statusCode" in answer ? answer.statusCode : 200
    if (answer === "lost") response.destroy()
    else if ("page" in answer) response.writeHead(status, { "content-type": "text/html" }).end(answer.page)
    else {
      const isTold = status === 429 && server.retryAfter !== null
      const retry = isTold ? { "retry-after": `${server.retryAfter}` } : undefined
      response.writeHead(status, { "content-type": "application/json", ...retry }).end(JSON.stringify(answer))
    }
  })
  await new Promise<void>((listening) => listener.listen(0, "127.0.0.1", listening))

  const server: ResendServer = {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/emails`,
    mails,
    now: Date.UTC(2026, 10, 20),
    rateLimit: Number.POSITIVE_INFINITY,
    retryAfter: null,
    onLimit: () => {},
    onMail: () => undefined,
    clear: () => {
      mails.length = 0
      keys.clear()
      server.rateLimit = Number.POSITIVE_INFINITY
      server.retryAfter = null
      server.onLimit = () => {}
      server.onMail = () => undefined
    },
    stop: async () => {
      const closed = new Promise((done) => listener.close(done))
      listener.closeAllConnections()
      await closed
    }
  }
  return server
}

const error = (statusCode: number, name: string, message: string): ResendError => ({ statusCode, name, message })
