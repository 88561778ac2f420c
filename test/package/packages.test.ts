import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const read = (...path: ReadonlyArray<string>) => readFile(join(root, ...path), "utf8")

describe.each(["domain", "adapters", "contract-tests"])("the package %s, as it is published", (name) => {
  const folder = join("packages", name)

  it("has the licence, and a page that names what it exports", async () => {
    expect(await read(folder, "LICENSE")).toBe(await read("LICENSE"))
    const page = await read(folder, "README.md")
    const exported = (await readdir(join(root, folder, "src"), { withFileTypes: true })).filter((one) =>
      one.isDirectory()
    )
    for (const { name: entry } of exported) expect(page).toContain(`/${entry}\``)
  })

  it("is built before it is packed", async () => {
    expect(JSON.parse(await read(folder, "package.json")).scripts.prepack).toBe("node ../../run.mjs build")
  })
})
