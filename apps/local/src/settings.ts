import type { SandboxOptions } from "./sandbox.ts"
import { Sentence } from "./sentence.ts"

/** What `npm start` was told, by its arguments and the environment. */
export const readSettings = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>
): Omit<SandboxOptions, "folder"> => {
  const unknown = args.find((argument) => argument !== "--fresh")
  if (unknown !== undefined) throw new Sentence(`${unknown} is no option of this command; there is --fresh.`)
  const origins = env.CORS_ORIGINS
  if (origins) assertOrigins(origins)
  return {
    apiPort: portOf(env, "PORT", 8787),
    controlPort: portOf(env, "CONTROL_PORT", 8788),
    databaseUrl: env.DATABASE_URL || undefined,
    fresh: args.includes("--fresh"),
    platform: origins ? { bindings: { edgeApi: { CORS_ORIGINS: { type: "text", value: origins } } } } : {}
  }
}

const portOf = (env: Readonly<Record<string, string | undefined>>, variable: string, usual: number): number => {
  const text = env[variable]
  if (text === undefined || text === "") return usual
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new Sentence(`${variable} must be a port from 1 to 65535; it is "${text}".`)
}

/** What is not written as a browser writes an origin would never match, and nobody would be told. */
const assertOrigins = (list: string): void => {
  for (const item of list.split(",")) {
    const origin = item.trim()
    if (origin === "" || (URL.canParse(origin) && new URL(origin).origin === origin)) continue
    const example = "CORS_ORIGINS=http://localhost:5173,https://app.example.org"
    throw new Sentence(`"${item.trim()}" in CORS_ORIGINS is no origin; it is written like ${example}.`)
  }
}
