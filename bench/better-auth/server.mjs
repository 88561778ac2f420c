// better-auth with its organization plugin, as its users run it on Node: its handler behind node:http, its tables made by
// its own migrations, sessions by cookie, looked up in the database for each request, which is its default. No limit bites:
// its limit of requests is off, and nobody comes near its hundred invitations and hundred members of an organization. No
// mail is sent, and no password is hashed, since accounts are only the ground of what is measured.
import { betterAuth } from "better-auth"
import { getMigrations } from "better-auth/db/migration"
import { toNodeHandler } from "better-auth/node"
import { organization } from "better-auth/plugins"
// The repository's own, which is found further up: both sides speak to PostgreSQL by the same driver.
import { Pool } from "pg"
import { serve } from "../serve.ts"

const { DATABASE_URL, CONNECTIONS, SECRET } = process.env
const pool = new Pool({ connectionString: DATABASE_URL, max: Number(CONNECTIONS) })

await serve(pool, async (baseURL) => {
  const options = {
    baseURL,
    secret: SECRET,
    database: pool,
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password }
    },
    plugins: [organization({ sendInvitationEmail: async () => {} })]
  }
  await (await getMigrations(options)).runMigrations()
  return toNodeHandler(betterAuth(options))
})
