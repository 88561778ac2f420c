import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { eventMessages } from "@treff/adapters/wire"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const read = (path: string) => readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n")
/** The files of the repository that match, new ones included. */
const files = (...patterns: ReadonlyArray<string>) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...patterns], {
    cwd: root,
    encoding: "utf8"
  })
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(root, path)))

const pages = files("*.md")
const flows = pages.filter((page) => page.startsWith("docs/flows/"))

/** The anchors of a page, as they are made of its headings. */
const anchorsOf = (page: string): ReadonlySet<string> => {
  const text = read(page).replaceAll(/^```.*?^```$/gms, "")
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-")
    )
  )
}

describe("the pages", () => {
  it.each(pages)("lead somewhere: %s", (page) => {
    for (const [, target = ""] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = "", anchor] = target.split("#")
      const file = path === "" ? page : join(dirname(page), path)
      expect(existsSync(join(root, file)), target).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(file), `${target} in ${page}`).toContain(anchor)
    }
  })

  it("name no command of npm that there isn't", () => {
    const { scripts } = JSON.parse(read("package.json"))
    for (const page of pages) {
      for (const [, name] of read(page).matchAll(/npm (?:run )?(start|test|(?<=run )[\w-]+)/g)) {
        expect(Object.keys(scripts), `${name} in ${page}`).toContain(name)
      }
    }
  })

  it("are there where the code names one", () => {
    for (const file of files("packages/*.ts", "apps/*.ts", "apps/*.tsx")) {
      for (const [page] of read(file).matchAll(/docs\/[\w/-]+\.md/g)) {
        expect(existsSync(join(root, page)), `${page} in ${file}`).toBe(true)
      }
    }
  })
})

describe("the pages say all of", () => {
  const said = ["docs/http.md", ...flows].map(read).join("\n")

  it("the API's routes", () => {
    const { paths } = JSON.parse(read("openapi.json")) as { paths: Record<string, Record<string, unknown>> }
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ":$1")] as const)
    )
    expect(routes.length).toBeGreaterThan(30)
    for (const [method, path] of routes) {
      // Several of one method may stand in one cell: `POST /offers/:id/enabled` · `/offers/:id/disabled`.
      const cell = new RegExp(`^\\| [^|]*\`${method} [^|]*${path}(?=[\`? ])`, "m")
      expect(said, `${method} ${path}`).toMatch(cell)
    }
  })

  it("the codes of problems", () => {
    const codes = [...read("docs/problems.md").matchAll(/^\| \d+ \| `([\w-]+)`/gm)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(30)
    for (const code of codes) expect(said).toContain(`\`${code}\``)
  })

  it("the templates of notifications", () => {
    const templates = [...read("docs/mails.md").matchAll(/^## ([\w-]+)/gm)].map(([, template]) => template)
    expect(templates.length).toBeGreaterThan(10)
    for (const template of templates) {
      expect(read("docs/flows/notifications.md")).toMatch(new RegExp(`^\\| \`${template}\` \\|`, "m"))
    }
  })

  it("the types of events, with their data", () => {
    const tables = flows.flatMap((page) => read(page).match(/^## Events$.*?^## /gms) ?? [])
    const cells = new Map(
      tables.flatMap((table) =>
        [...table.matchAll(/^\| `(\w+\.\w+)` \| ([^|]*) \|/gm)].map(([, type, cell]) => [type, cell])
      )
    )
    const fieldsOf = (type: string): ReadonlyArray<string> => {
      const cell = cells.get(type) ?? ""
      const same = cell.startsWith("the same") ? fieldsOf(type.replace(/\..*/, ".created")) : []
      return [...same, ...[...cell.matchAll(/`(\w+)`/g)].map(([, field = ""]) => field)]
    }
    for (const { shape } of eventMessages) {
      const type = shape.type.value
      expect(read("docs/events.md")).toContain(`\`${type}\``)
      expect(cells.has(type), type).toBe(true)
      expect([...fieldsOf(type)].sort(), type).toEqual(Object.keys(shape.data.shape).sort())
    }
  })

  it("the settings of the workers", () => {
    const settings = new Set(read("wrangler.toml").match(/\b[A-Z]+(_[A-Z]+)+\b/g))
    expect(settings.size).toBeGreaterThan(15)
    for (const name of settings) expect(read("docs/deploying.md")).toContain(`\`${name}\``)
  })
})
