import { type Sandbox, startSandbox } from "./sandbox.ts"
import { runCommand, Sentence } from "./sentence.ts"
import { stateFolder } from "./trace.ts"

const unknown = process.argv.slice(2).filter((argument) => argument !== "--fresh")

await runCommand(async () => {
  if (unknown.length > 0) throw new Sentence(`${unknown[0]} is no option of this command; there is --fresh.`)
  const asked = askedToStop()
  const starting = startSandbox({
    folder: stateFolder,
    apiPort: portOf("PORT", 8787),
    controlPort: portOf("CONTROL_PORT", 8788),
    databaseUrl: process.env.DATABASE_URL || undefined,
    fresh: process.argv.includes("--fresh")
  })
  // Who is impatient while it starts still gets an orderly end.
  const sandbox = await starting
  if (!asked.yet()) await introduce(sandbox)
  await asked.promise
  console.log("\nStopping …")
  await sandbox.stop()
})
// Whatever still holds on to the loop has no say: all that matters has been stopped.
process.exit()

function portOf(variable: string, usual: number): number {
  const text = process.env[variable]
  if (text === undefined || text === "") return usual
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new Sentence(`${variable} must be a port from 1 to 65535; it is "${text}".`)
}

/** Ctrl-C, or a polite kill. A second one, a while later, does not wait any longer. */
function askedToStop() {
  let at: number | undefined
  const promise = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (at !== undefined && Date.now() - at > 1_000) process.exit(130)
        at ??= Date.now()
        resolve()
      })
    }
  })
  return { promise, yet: () => at !== undefined }
}

async function introduce({ apiUrl, controlUrl, database, clock }: Sandbox): Promise<void> {
  const accounts = (await (await fetch(`${controlUrl}/accounts`)).json()) as ReadonlyArray<{
    readonly email: string
    readonly role: string
    readonly subRole: string | null
    readonly companyName: string | null
    readonly token: string
  }>
  const first = accounts.find(({ subRole, companyName }) => subRole === "recruiter_admin" && companyName !== null)
  const kinds = { given: "the one at DATABASE_URL", embedded: "PostgreSQL", pglite: "PGlite" } as const
  const contents = {
    seeded: "with new demo data",
    found: "with what was in it",
    foreign: "with data that the sandbox did not make: it adds nothing to them and refuses to reset them"
  } as const
  const lines = [
    `Treff runs, after ${(performance.now() / 1_000).toFixed(1)} s. Ctrl-C stops it.`,
    "",
    `  API       ${apiUrl}`,
    `  Docs      ${apiUrl}/docs`,
    `  Control   ${controlUrl}`,
    `  Database  ${kinds[database.kind]}, ${contents[database.contents]}`,
    `  Time      ${new Date(clock.now()).toISOString()}${clock.offset() > 0 ? ", ahead of the real one" : ""}`,
    ""
  ]
  if (first === undefined) {
    lines.push("Nobody can call it yet. Make an account, whose token comes with it:", "")
    lines.push(
      `curl -H 'Content-Type: application/json' -d '{ "role": "hiring_manager", "companyId": "new" }' ${controlUrl}/accounts`
    )
  } else {
    lines.push(`The offers of ${first.companyName}, as ${first.email} sees them:`, "")
    lines.push(`curl -H 'Authorization: Bearer ${first.token}' '${apiUrl}/offers?limit=3'`)
  }
  console.log(`${lines.join("\n")}\n`)
}
