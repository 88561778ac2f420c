import * as Redacted from "effect/Redacted"
import { CommandError } from "./command.ts"
import type { SandboxOptions } from "./sandbox.ts"

/** What `npm start` is asked for, by its arguments and the environment. */
export const readSettings = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>
): Omit<SandboxOptions, "folder"> => {
  const unknown = args.find((argument) => argument !== "--fresh")
  if (unknown !== undefined) throw new CommandError(`${unknown} is no option of this command; there is --fresh.`)
  const origins = env.CORS_ORIGINS
  if (origins) assertOrigins(origins)
  return {
    apiPort: portOf(env, "PORT", 8787),
    controlPort: portOf(env, "CONTROL_PORT", 8788),
    publicUrl: publicUrlOf(env.PUBLIC_URL),
    databaseUrl: env.DATABASE_URL || undefined,
    fresh: args.includes("--fresh"),
    mail: mailOf(env),
    platform: origins ? { bindings: { edgeApi: { CORS_ORIGINS: { type: "text", value: origins } } } } : {}
  }
}

const portOf = (env: Readonly<Record<string, string | undefined>>, variable: string, usual: number): number => {
  const text = env[variable]
  if (text === undefined || text === "") return usual
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new CommandError(`${variable} must be a port from 1 to 65535; it is "${text}".`)
}

/** The address to which paths are joined, so none with a query; a slash at its end is none of it. */
const publicUrlOf = (text: string | undefined): string | undefined => {
  if (!text) return undefined
  if (/^https?:\/\/[^?#]+$/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, "")
  throw new CommandError(
    `PUBLIC_URL must be where pages are found, such as https://treff.example.org; it is "${text}".`
  )
}

/** Who really sends mails, if anybody. */
const mailOf = (env: Readonly<Record<string, string | undefined>>): SandboxOptions["mail"] => {
  const { SMTP_URL: smtpUrl, RESEND_API_KEY: resendApiKey, MAIL_FROM: from } = env
  if (!smtpUrl && !resendApiKey) return undefined
  if (smtpUrl && resendApiKey) throw new CommandError("Set SMTP_URL or RESEND_API_KEY, not both: mails go one way.")
  if (!from || !/^([^<>@\r\n]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/.test(from)) {
    throw new CommandError("Set MAIL_FROM to the address that mails come from, such as Treff <no-reply@example.org>.")
  }
  if (!smtpUrl) return { from, resendApiKey: Redacted.make(resendApiKey ?? "") }
  // What it is isn't repeated: it may hold a password.
  if (!URL.canParse(smtpUrl) || !/^smtps?:$/.test(new URL(smtpUrl).protocol)) {
    throw new CommandError(
      "SMTP_URL is no address of an SMTP server; it is written like smtp://user:password@host:587."
    )
  }
  return { from, smtpUrl: Redacted.make(smtpUrl) }
}

/** What is not written as a browser writes an origin would never match, and nobody would notice. */
const assertOrigins = (list: string): void => {
  for (const item of list.split(",")) {
    const origin = item.trim()
    if (origin === "" || (URL.canParse(origin) && new URL(origin).origin === origin)) continue
    const example = "CORS_ORIGINS=http://localhost:5173,https://app.example.org"
    throw new CommandError(`"${item.trim()}" in CORS_ORIGINS is no origin; it is written like ${example}.`)
  }
}
