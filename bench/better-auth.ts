import { spawn } from "node:child_process"
import { statSync } from "node:fs"
import type { Agent, IncomingHttpHeaders } from "node:http"
import { fileURLToPath } from "node:url"
import { generateSealingKey } from "../apps/local/src/keys.ts"
import { inParallel, overConnections, send } from "./load.ts"
import { startNodeServer } from "./node-server.ts"
import type { createDatabase } from "./stage.ts"

/**
 * Where better-auth is installed, by a lock file of its own: in the root's, npm finds no set of versions that suits its
 * peers and ours, and who only runs the tests is not to pay for it. Versions after 1.7.3 want releases of their own parts
 * that could not be had.
 */
const home = new URL("better-auth/", import.meta.url)

/** Installs what the lock file of better-auth's home names, unless that was done since it changed; no package's script runs. */
const install = async (): Promise<void> => {
  const written = (file: string) => statSync(new URL(file, home), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (written("node_modules/.package-lock.json") > written("package-lock.json")) return
  console.log("Installing better-auth …")
  const argv = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
  const options = { cwd: fileURLToPath(home), stdio: "inherit" } as const
  // Started by npm: the same one again. It is asked for by name otherwise.
  const cli = process.env.npm_execpath ?? ""
  const npm = cli.endsWith("npm-cli.js")
    ? spawn(process.execPath, [cli, ...argv], options)
    : spawn("npm", argv, { ...options, shell: process.platform === "win32" })
  const code = await new Promise((resolve, reject) => npm.on("error", reject).on("exit", resolve))
  if (code !== 0) throw new Error("`npm ci` failed in bench/better-auth; what it printed above says why")
}

const password = "it is not hashed"
/** Requests at once while accounts are made, which is not measured. */
const atOnce = 8

/** better-auth on Node, with so many managers who have an organization each, and people who have an account. */
export const startBetterAuth = async (
  { databaseUrl, pool }: Awaited<ReturnType<typeof createDatabase>>,
  connections: number,
  { managers, people }: { readonly managers: ReadonlyArray<string>; readonly people: ReadonlyArray<string> }
) => {
  await install()
  const settings = { DATABASE_URL: databaseUrl, CONNECTIONS: String(connections), SECRET: generateSealingKey() }
  const server = await startNodeServer(new URL("server.mjs", home), settings)
  const post = (agent: Agent, path: string, cookie: string, body: object) =>
    send(
      server.origin,
      {
        method: "POST",
        path: `/api/auth/${path}`,
        // A browser's request names where it comes from, and one with a cookie is not believed without.
        headers: { Origin: server.origin, ...(cookie !== "" && { Cookie: cookie }) },
        body: JSON.stringify(body),
        expect: 200
      },
      agent
    )
  /** Makes an account, and answers the cookie by which it is signed in. */
  const signUp = async (agent: Agent, email: string) =>
    cookieOf(await post(agent, "sign-up/email", "", { email, password, name: "Robin Vik" }))
  const accept = (agent: Agent, cookie: string, invitationId: string) =>
    post(agent, "organization/accept-invitation", cookie, { invitationId })

  const cookies = new Map<string, string>()
  const cookieOfAccount = (email: string) => cookies.get(email) ?? ""
  await overConnections(atOnce, async (agent) => {
    const accounts = [...managers, ...people].map((email) => async () => cookies.set(email, await signUp(agent, email)))
    await inParallel(accounts, atOnce)
    const organizations = managers.map(
      (email, index) => () =>
        post(agent, "organization/create", cookieOfAccount(email), { name: email, slug: `company-${index}` })
    )
    await inParallel(organizations, atOnce)
  })
  const { rows } = await pool.query<{ email: string; id: string }>(
    `select u.email, m."organizationId" as id from member m join "user" u on u.id = m."userId"`
  )
  const organizations = new Map(rows.map(({ email, id }) => [email, id]))

  return {
    server,
    invite: (agent: Agent, manager: string, email: string) =>
      post(agent, "organization/invite-member", cookieOfAccount(manager), {
        email,
        role: "member",
        organizationId: organizations.get(manager)
      }),
    accept: (agent: Agent, email: string, id: string) => accept(agent, cookieOfAccount(email), id),
    /** It accepts for accounts alone: who has none signs up first. */
    acceptAnew: async (agent: Agent, email: string, id: string) => accept(agent, await signUp(agent, email), id)
  }
}

const cookieOf = (headers: IncomingHttpHeaders): string =>
  (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";")[0]).join("; ")
