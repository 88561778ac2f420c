import { spawnSync } from "node:child_process"
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

/** A rule of biome.json, a breach of it that must be found, and its lawful twin in which nothing may be found. */
interface Case {
  readonly rule: string
  /** What the rule says about the breach; the text is ours where the rule lets us write it. */
  readonly says: string
  readonly folder: string
  readonly breach: string
  readonly lawful: string
  /** Where the file's name matters: it is `rule-<n>-breach.ts` and `rule-<n>-lawful.ts` otherwise. */
  readonly breachFile?: string
  readonly lawfulFile?: string
  /** Where what is a breach in `folder` is lawful. */
  readonly lawfulFolder?: string
}

const domain = "packages/domain/src/offers/model/offer"
const ports = "packages/domain/src/offers/ports"
const adapters = "packages/adapters/src/resend"
const smtp = "packages/adapters/src/smtp"
const edge = "apps/edge-api/src/http"
const consumer = "apps/queue-consumer/src"
const local = "apps/local/src"
const suites = "packages/contract-tests/src/store"

const imports = "lint/style/noRestrictedImports"
const globals = "lint/style/noRestrictedGlobals"
const properties = "lint/nursery/noJsRestrictedProperties"

const onlyItself = "The domain imports only effect's modules, xstate and itself."
const noApp = "Nothing imports an app: what two of them need belongs in a package."
const exportedNames = "A package is entered by its exported names only."
const effectBarrel = "Import effect's modules one by one"
const zodBarrel = "Import zod as a namespace"
const noNodemailer = "only smtp has it."

const importing = (specifier: string) => `import * as It from "${specifier}"\nexport const it = It\n`
const calling = (expression: string) => `export const it = () => ${expression}\n`

/** Uses of globals that are out of bounds, each the rule's own finding; `Math` is in bounds but for one of its parts. */
const table = (folder: string, uses: ReadonlyArray<string>, lawful: string): ReadonlyArray<Case> =>
  uses.map((use) => ({
    rule: use.startsWith("Math.") ? properties : globals,
    says: use.startsWith("Math.")
      ? "Do not use 'Math.random'."
      : `Do not use the global variable ${use.replace("new ", "").split(/\W/)[0]}.`,
    folder,
    breach: calling(use),
    lawful
  }))

/** Imports within the domain against the direction in which they run, each of which must be found, and a lawful one. */
const directions = (folder: string, says: string, against: ReadonlyArray<string>, along: string): ReadonlyArray<Case> =>
  against.map((specifier) => ({
    rule: "plugin",
    says,
    folder: `packages/domain/src/${folder}`,
    breach: importing(specifier),
    lawful: importing(along)
  }))

const clock = `import * as Clock from "effect/Clock"\nexport const it = Clock.currentTimeMillis\n`

const cases: ReadonlyArray<Case> = [
  // packages/domain: effect's modules, xstate, itself.
  ...[
    "zod",
    "hono",
    "hono/factory",
    "jose",
    "drizzle-orm",
    "drizzle-orm/pg-core",
    "pg",
    "effect",
    "node:fs",
    "node:crypto",
    "fs",
    "uuid",
    "@hono/zod-openapi",
    "@neondatabase/serverless",
    "@treff/adapters/memory",
    "@treff/edge-api",
    "@treff/domain/offers"
  ].map((specifier) => ({
    rule: imports,
    says: onlyItself,
    folder: domain,
    breach: importing(specifier),
    lawful: importing("effect/Effect")
  })),
  {
    rule: imports,
    says: onlyItself,
    folder: ports,
    breach: `export const it = () => import("drizzle-orm")\n`,
    lawful: importing("xstate")
  },
  {
    rule: imports,
    says: onlyItself,
    folder: domain,
    breach: `export * from "zod"\n`,
    lawful: `export * from "./offer.ts"\n`
  },
  {
    rule: imports,
    says: onlyItself,
    folder: domain,
    breach: `import type { Hono } from "hono"\nexport type It = Hono\n`,
    lawful: `import type * as Effect from "effect/Effect"\nexport type It = Effect.Effect<void>\n`
  },
  {
    rule: imports,
    says: "The domain imports nothing from outside its src.",
    folder: domain,
    breach: importing("../../../../../adapters/src/memory/store/state.ts"),
    lawful: importing("../../../kernel/decision.ts")
  },
  {
    rule: imports,
    says: "The domain imports nothing from outside its src.",
    folder: domain,
    breach: importing("../../../../../../apps/edge-api/src/http/caller.ts"),
    lawful: importing("./offer-rules.ts")
  },
  // The domain has no runtime.
  ...table(
    domain,
    [
      "new Date()",
      "Date.now()",
      "performance.now()",
      "Temporal.Now.instant()",
      "setTimeout(() => 1, 1)",
      "setInterval(() => 1, 1)",
      "setImmediate(() => 1)",
      "queueMicrotask(() => 1)",
      'fetch("https://example.org")',
      "crypto.randomUUID()",
      "process.env",
      'console.log("")',
      "globalThis.Date.now()",
      "Math.random()"
    ],
    `${clock}export const largest = Math.max(1, 2)\n`
  ),
  // Within the domain: down the floors, from use cases to ports to models, and by the file that defines a name.
  ...directions(
    "kernel",
    "The kernel knows nothing of Treff: it imports no context.",
    [
      "../events/model/actor.ts",
      "../identity/model/account/account.ts",
      "../notifications/model/notification.ts",
      "../offers/model/offer/offer.ts",
      "../invitations/model/invitation.ts",
      "../meetings/model/meeting.ts",
      "../reactions/model/treff-event.ts",
      "../testing/cast.ts"
    ],
    "./events.ts"
  ),
  ...directions(
    "events/use-cases",
    "Events are below every context that has some: events imports the kernel only.",
    [
      "../../identity/model/account/account.ts",
      "../../notifications/model/notification.ts",
      "../../offers/model/offer/offer.ts",
      "../../invitations/model/invitation.ts",
      "../../meetings/model/meeting.ts",
      "../../reactions/model/treff-event.ts"
    ],
    "../../kernel/time.ts"
  ),
  ...directions(
    "identity/use-cases/account",
    "A context imports only contexts on lower floors: identity imports events and the kernel.",
    [
      "../../../notifications/model/notification.ts",
      "../../../offers/model/offer/offer.ts",
      "../../../invitations/model/invitation.ts",
      "../../../meetings/model/meeting.ts",
      "../../../reactions/model/treff-event.ts"
    ],
    "../../../events/use-cases/change-state.ts"
  ),
  ...[
    ["notifications/use-cases", "../../", ["offers", "invitations", "meetings", "reactions"]] as const,
    ["offers/use-cases/offer-sent", "../../../", ["invitations", "meetings", "reactions"]] as const,
    ["invitations/use-cases", "../../", ["offers", "meetings", "reactions"]] as const,
    ["meetings/use-cases", "../../", ["offers", "invitations", "reactions"]] as const
  ].flatMap(([folder, root, contexts]) =>
    directions(
      folder,
      "Flows don't import each other, nor the reactions, which take them as a list",
      contexts.map((context) => `${root}${context}/model/something.ts`),
      `${root}identity/use-cases/require-member.ts`
    )
  ),
  ...["offers/use-cases", "reactions/use-cases"].flatMap((folder) =>
    directions(
      folder,
      "The cast is for tests and examples: nothing in the domain is built on it.",
      ["../../testing/cast.ts"],
      "../../kernel/time.ts"
    )
  ),
  ...directions(
    "testing",
    "Import the file that defines the name: an index.ts is the door for other packages.",
    ["../offers/index.ts"],
    "../offers/model/offer/offer.ts"
  ),
  ...directions(
    "offers/model/offer",
    "A model is pure: it imports models and the kernel.",
    [
      "../../ports/offers.ts",
      "../../use-cases/reactions.ts",
      "../../../events/ports/journal.ts",
      "../../../events/use-cases/notify.ts"
    ],
    "../../../events/model/actor.ts"
  ),
  ...directions(
    "offers/ports",
    "Ports are what use cases ask for: they import models, ports and the kernel.",
    ["../use-cases/reactions.ts", "../../events/use-cases/reactions.ts"],
    "../../events/ports/store.ts"
  ),
  ...directions(
    "offers/use-cases",
    "Import the file that defines the name: an index.ts is the door for other packages.",
    ["../index.ts", "../../identity/index.ts"],
    "../../identity/ports/accounts.ts"
  ),
  // It makes no difference that only types are imported, nor that a name is only exported again.
  ...[
    `import type { It } from "../../invitations/model/it.ts"\nexport type Its = It\n`,
    `export * from "../../invitations/model/it.ts"\n`,
    `export type { It } from "../../invitations/model/it.ts"\n`
  ].map((breach) => ({
    rule: "plugin",
    says: "Flows don't import each other",
    folder: "packages/domain/src/offers/use-cases",
    breach,
    lawful: breach.replace("../../invitations", "..")
  })),
  // packages/adapters: the domain, by its exported names.
  {
    rule: imports,
    says: noApp,
    folder: adapters,
    breach: importing("../../../../apps/edge-api/src/http/caller.ts"),
    lawful: importing("@treff/domain/events")
  },
  { rule: imports, says: noApp, folder: adapters, breach: importing("@treff/local"), lawful: importing("drizzle-orm") },
  {
    rule: imports,
    says: exportedNames,
    folder: adapters,
    breach: importing("@treff/domain/offers/model/offer/offer.ts"),
    lawful: importing("@treff/domain/offers")
  },
  {
    rule: imports,
    says: exportedNames,
    folder: adapters,
    breach: importing("../../../domain/src/offers/index.ts"),
    lawful: importing("../memory/index.ts")
  },
  // What is bundled into a worker takes no barrels.
  ...[adapters, smtp, edge, consumer].flatMap((folder) => [
    {
      rule: imports,
      says: effectBarrel,
      folder,
      breach: `import { Effect } from "effect"\nexport const it = Effect\n`,
      lawful: importing("effect/Effect")
    },
    {
      rule: imports,
      says: zodBarrel,
      folder,
      breach: `import { z } from "zod"\nexport const it = z\n`,
      lawful: `import * as z from "zod"\nexport const it = z\n`
    },
    {
      rule: imports,
      says: zodBarrel,
      folder,
      breach: `import z from "zod"\nexport const it = z\n`,
      lawful: `import { z } from "@hono/zod-openapi"\nexport const it = z\n`
    }
  ]),
  // nodemailer needs Node: it is in smtp, and what may be bundled into a worker has neither.
  ...[adapters, edge, consumer].flatMap((folder) => [
    {
      rule: imports,
      says: noNodemailer,
      folder,
      breach: importing("nodemailer"),
      lawful: importing("@treff/domain/events")
    },
    {
      rule: imports,
      says: noNodemailer,
      folder,
      breach: importing("@treff/adapters/smtp"),
      lawful: importing("@treff/adapters/resend")
    }
  ]),
  {
    rule: imports,
    says: noNodemailer,
    folder: adapters,
    breach: importing("../smtp/index.ts"),
    lawful: importing("../wire/index.ts")
  },
  {
    rule: imports,
    says: exportedNames,
    folder: smtp,
    breach: importing("@treff/domain/offers/model/offer/offer.ts"),
    lawful: importing("nodemailer")
  },
  {
    rule: imports,
    says: noApp,
    folder: smtp,
    breach: importing("@treff/local"),
    lawful: importing("../mail-reason.ts")
  },
  // Apps: both packages, never each other.
  ...[edge, consumer, local].map((folder) => ({
    rule: imports,
    says: noApp,
    folder,
    breach: importing(
      folder === consumer ? "../../edge-api/src/http/caller.ts" : "../../../queue-consumer/src/layer.ts"
    ),
    lawful: importing("@treff/adapters/postgres")
  })),
  {
    rule: imports,
    says: noApp,
    folder: local,
    breach: `export const it = () => import("../../edge-api/src/worker.ts")\n`,
    lawful: `export const it = "apps/edge-api/src/worker.ts"\n`
  },
  {
    rule: imports,
    says: exportedNames,
    folder: edge,
    breach: importing("@treff/domain/offers/offer-access"),
    lawful: importing("@treff/domain/offers")
  },
  {
    rule: imports,
    says: exportedNames,
    folder: edge,
    breach: importing("../../../../packages/domain/src/offers/index.ts"),
    lawful: importing("./caller.ts")
  },
  // packages/contract-tests: the packages, and nobody imports it but tests.
  ...[
    [adapters, "@treff/contract-tests/store", "@treff/domain/events"],
    [adapters, "../../../contract-tests/src/store/index.ts", "../wire/index.ts"],
    [domain, "@treff/contract-tests/fixtures", "./offer.ts"],
    [edge, "@treff/contract-tests/fixtures", "@treff/domain/testing"],
    [consumer, "@treff/contract-tests/fixtures", "@treff/domain/testing"],
    [local, "@treff/contract-tests/fixtures", "@treff/domain/testing"]
  ].map(([folder = "", breach = "", lawful = ""]) => ({
    rule: "plugin",
    says: "The contract tests test the packages: only tests import them.",
    folder,
    breach: importing(breach),
    lawful: importing(lawful)
  })),
  ...[
    "../../../../test/database.ts",
    "../../../adapters/src/memory/index.ts",
    "@treff/domain/offers/model/offer/offer.ts"
  ].map((specifier) => ({
    rule: "plugin",
    says: "The contract tests are used without this repository: they import packages, by their exported names.",
    folder: suites,
    breach: importing(specifier),
    lawful: importing("@treff/domain/offers")
  })),
  {
    rule: imports,
    says: noApp,
    folder: suites,
    breach: importing("@treff/local"),
    lawful: importing("../fixtures/index.ts")
  },
  ...["@treff/adapters/memory", "../memory/index.ts", "../postgres/index.ts"].map((specifier) => ({
    rule: "plugin",
    says: "A suite knows no adapter: only the stores that ship import theirs.",
    folder: suites,
    breach: importing(specifier),
    lawful: importing("../fixtures/index.ts")
  })),
  {
    rule: "plugin",
    says: "A suite knows no adapter: only the stores that ship import theirs.",
    folder: "packages/contract-tests/src/fixtures",
    breach: importing("@treff/adapters/memory"),
    lawful: importing("@treff/adapters/memory"),
    lawfulFolder: "packages/contract-tests/src/memory"
  },
  // The workers take clock, ids and the network from adapters.
  ...[edge, consumer].flatMap((folder) =>
    table(
      folder,
      [
        "new Date()",
        "Date.now()",
        "performance.now()",
        "Temporal.Now.instant()",
        "setTimeout(() => 1, 1)",
        "setInterval(() => 1, 1)",
        'fetch("https://example.org")',
        "crypto.randomUUID()",
        "process.env",
        "globalThis.Date.now()",
        "Math.random()"
      ],
      clock
    )
  ),
  // The whole repository.
  {
    rule: "lint/style/noDefaultExport",
    says: "default export",
    folder: "apps/edge-api/src",
    breach: "export default {}\n",
    lawful: "export default {}\n",
    lawfulFile: "worker.ts"
  },
  {
    rule: "lint/style/noDefaultExport",
    says: "default export",
    folder: adapters,
    breach: "export default {}\n",
    lawful: "export const it = {}\n"
  },
  {
    rule: "lint/suspicious/noImportCycles",
    says: "cycle",
    folder: "packages/adapters/src/memory",
    breach: `import { other } from "./cycle-b.ts"\nexport const one = () => other\n`,
    breachFile: "cycle-a.ts",
    lawful: `import { one } from "./cycle-a.ts"\nexport const it = one\n`
  },
  {
    rule: "lint/suspicious/noImportCycles",
    says: "cycle",
    folder: "packages/adapters/src/memory",
    breach: `import { one } from "./cycle-a.ts"\nexport const other = () => one\n`,
    breachFile: "cycle-b.ts",
    lawful: "export const it = 1\n"
  },
  // Nor do types go in a circle.
  ...(["a", "b"] as const).map((one) => {
    const other = one === "a" ? "b" : "a"
    return {
      rule: "lint/suspicious/noImportCycles",
      says: "cycle",
      folder: domain,
      breach: `import type { Of${other} } from "./types-${other}.ts"\nexport interface Of${one} {\n  readonly of: Of${other}\n}\n`,
      breachFile: `types-${one}.ts`,
      lawful: `import type { Ofa } from "./types-a.ts"\nexport type It = Ofa\n`,
      lawfulFile: `types-beside-${one}.ts`
    }
  }),
  {
    rule: "lint/suspicious/noExplicitAny",
    says: "any",
    folder: domain,
    breach: "export const it = (value: any) => value\n",
    lawful: "export const it = (value: unknown) => value\n"
  },
  {
    rule: "lint/suspicious/noTsIgnore",
    says: "@ts-ignore",
    folder: edge,
    breach: '// @ts-ignore\nexport const it: number = "1"\n',
    lawful: '// @ts-expect-error: the reason\nexport const it: number = "1"\n'
  },
  {
    rule: "lint/style/noNonNullAssertion",
    says: "non-null assertion",
    folder: consumer,
    breach: "export const it = (value?: string) => value!.length\n",
    lawful: "export const it = (value?: string) => value?.length\n"
  },
  {
    rule: "lint/style/useFilenamingConvention",
    says: "kebab-case",
    folder: domain,
    breach: "export const it = 1\n",
    breachFile: "archiveOffer.ts",
    lawful: "export const it = 1\n"
  },
  {
    rule: "lint/style/noEnum",
    says: "enum",
    folder: domain,
    breach: "export enum It { A }\n",
    lawful: 'export type It = "A"\n'
  },
  {
    rule: "lint/nursery/noFloatingPromises",
    says: "Promise",
    folder: adapters,
    breach: "const write = async () => 1\nexport const it = () => {\n  write()\n}\n",
    lawful: "const write = async () => 1\nexport const it = async () => {\n  await write()\n}\n"
  },
  {
    rule: "lint/suspicious/noFocusedTests",
    says: "focus",
    folder: "test/domain",
    breach: 'import { it } from "vitest"\nit.only("is", () => {})\n',
    lawful: 'import { it } from "vitest"\nit("is", () => {})\n'
  },
  {
    rule: "lint/nursery/noDrizzleUpdateWithoutWhere",
    says: "where",
    folder: adapters,
    breach: "export const it = async (db: Db) => await db.update(users).set({})\n",
    lawful: "export const it = async (db: Db) => await db.update(users).set({}).where(mine)\n"
  }
]

const breachOf = ({ folder, breachFile }: Case, n: number) => `${folder}/${breachFile ?? `rule-${n}-breach.ts`}`
const lawfulOf = ({ folder, lawfulFolder = folder, lawfulFile }: Case, n: number) =>
  `${lawfulFolder}/${lawfulFile ?? `rule-${n}-lawful.ts`}`

interface Finding {
  readonly category: string
  readonly message: string
}

let place = ""
const findings = new Map<string, Array<Finding>>()

// All of them at once, in a tree of their own: starting the linter takes longer than its work.
beforeAll(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), "treff-boundaries-")))
  const root = join(import.meta.dirname, "../..")
  copyFileSync(join(root, "biome.json"), join(place, "biome.json"))
  cpSync(join(root, "lint"), join(place, "lint"), { recursive: true })
  const write = (path: string, code: string) => {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), code)
  }
  cases.forEach((each, n) => {
    write(breachOf(each, n), each.breach)
    write(lawfulOf(each, n), each.lawful)
  })
  for (const { category, location, message } of lint(place)) {
    const path = location.path.replaceAll("\\", "/")
    findings.set(path, [...(findings.get(path) ?? []), { category, message }])
  }
})

afterAll(() => rmSync(place, { recursive: true, force: true }))

describe("each rule of biome.json", () => {
  it.each(cases.map((each, n) => ({ ...each, n, shown: each.breach.trim().split("\n").join("; ") })))(
    "$rule in $folder finds: $shown",
    (each) => {
      const found = findings.get(breachOf(each, each.n)) ?? []
      assert.isTrue(
        found.some(({ category, message }) => category === each.rule && message.includes(each.says)),
        `expected ${each.rule}: ${each.says}\nfound ${JSON.stringify(found, null, 2)}`
      )
      assert.deepStrictEqual(findings.get(lawfulOf(each, each.n)) ?? [], [], "the lawful twin")
    }
  )
})

interface Diagnostic extends Finding {
  readonly location: { readonly path: string }
}

/** Lints a folder and gives all that the linter says about it. */
function lint(folder: string): ReadonlyArray<Diagnostic> {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome")
  const argv = [biome, "lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "."]
  const { stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout).diagnostics
}
