import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { mailsPage, pictures } from "../../docs/mails.ts"

const docs = join(import.meta.dirname, "../../docs")
const page = (await readFile(join(docs, "mails.md"), "utf8")).replaceAll("\r\n", "\n")

describe("docs/mails.md", () => {
  it("holds the words of the code: `npm run generate`", () => {
    expect(page).toBe(mailsPage())
  })

  it("shows pictures of what is sent: `node --conditions=source docs/mail-pictures.ts` takes them anew", async () => {
    const taken = JSON.parse(await readFile(join(docs, "mails/pictures.json"), "utf8"))
    expect(taken).toEqual(Object.fromEntries(pictures.map(({ name, hash }) => [name, hash])))
  })

  it("shows every picture that there is, and no other", async () => {
    const shown = [...page.matchAll(/\]\((mails\/[^)]+)\)/g)].map(([, path = ""]) => path)
    for (const path of shown) expect(existsSync(join(docs, path)), path).toBe(true)
    const there = (await readdir(join(docs, "mails"))).filter((name) => name.endsWith(".png"))
    expect(shown.map((path) => path.replace("mails/", "")).sort()).toEqual(there.sort())
  })
})
