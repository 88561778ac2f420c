// Writes what is generated from the code: `npm run generate`. With `--check` it writes nothing, and says what is stale, the
// migrations among it, which are written by `npm run migration -- name`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { OpenAPIHono } from "@hono/zod-openapi"
import * as schema from "../packages/adapters/src/postgres/tables/schema.ts"
import { accountLifecycle } from "../packages/domain/src/identity/model/account/account-lifecycle.ts"
import { companyLifecycle } from "../packages/domain/src/identity/model/company/company-lifecycle.ts"
import { invitationLifecycle } from "../packages/domain/src/invitations/model/invitation-lifecycle.ts"
import { offerLifecycle } from "../packages/domain/src/offers/model/offer/offer-lifecycle.ts"
import { offerSentLifecycle } from "../packages/domain/src/offers/model/offer-sent/offer-sent-lifecycle.ts"
import { drawChart } from "./chart-picture.ts"
import { mailsPage } from "./mails.ts"

const root = join(import.meta.dirname, "..")

/** Imported by a path that the compiler does not follow: the worker's types are another program's (tsconfig.json). */
const openApi = async (): Promise<string> => {
  const [routes, openapi]: ReadonlyArray<string> = ["flows/routes.ts", "docs/openapi.ts"]
  const { addRoutes } = await import(`../apps/edge-api/src/${routes}`)
  const { openApiDocument } = await import(`../apps/edge-api/src/${openapi}`)
  const app = new OpenAPIHono()
  addRoutes(app)
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`
}

/** Every problem that the API answers, from the tables of its flows. */
const problemTable = async (): Promise<string> => {
  const file: string = "../apps/edge-api/src/flows/routes.ts"
  const { allProblems } = (await import(file)) as {
    readonly allProblems: ReadonlyArray<
      Readonly<Record<"code" | "title" | "detail", string>> & { readonly status: number }
    >
  }
  const rows = allProblems.map(({ status, code, title, detail }) => `| ${status} | \`${code}\` | ${title}. ${detail} |`)
  return `${["# Problems", "", "| status | code | meaning |", "|---|---|---|", ...new Set(rows)].join("\n")}\n`
}

const generated: Readonly<Record<string, () => Promise<string>>> = {
  "docs/charts/account.svg": () => drawChart(accountLifecycle),
  "docs/charts/company.svg": () => drawChart(companyLifecycle),
  "docs/charts/invitation.svg": () => drawChart(invitationLifecycle),
  "docs/charts/offer.svg": () => drawChart(offerLifecycle),
  "docs/charts/offer-sent.svg": () => drawChart(offerSentLifecycle),
  "docs/mails.md": async () => mailsPage(),
  "docs/problems.md": problemTable,
  "openapi.json": openApi
}

/**
 * Whether the migrations lead to the tables of the schema. Snapshots are compared, and no migration is made to see whether
 * it would be empty: drizzle-kit asks at the terminal whether a column that went is the one that came.
 */
const migrationsAreStale = async (): Promise<boolean> => {
  const folder = join(root, "packages/adapters/migrations/meta")
  const last =
    readdirSync(folder)
      .filter((name) => name.endsWith("_snapshot.json"))
      .sort()
      .at(-1) ?? ""
  const { generateDrizzleJson } = await import("drizzle-kit/api")
  const shapeOf = (snapshot: object) => ({ ...JSON.parse(JSON.stringify(snapshot)), id: "", prevId: "" })
  const migrated = JSON.parse(readFileSync(join(folder, last), "utf8"))
  return !isDeepStrictEqual(shapeOf(generateDrizzleJson(schema)), shapeOf(migrated))
}

const onlyChecks = process.argv.includes("--check")
for (const [path, generate] of Object.entries(generated)) {
  const file = join(root, path)
  const now = await generate()
  // Git may have checked it out with Windows' line ends.
  const before = existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r\n", "\n") : undefined
  if (now === before) continue
  if (onlyChecks) {
    console.error(`${path} is stale: run \`npm run generate\`.`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, now)
    console.log(`${path} is written.`)
  }
}
if (onlyChecks && (await migrationsAreStale())) {
  console.error("packages/adapters/migrations is behind the schema: run `npm run migration -- <what_changes>`.")
  process.exitCode = 1
}
