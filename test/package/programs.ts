import { readFile } from "node:fs/promises"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

export interface Program {
  readonly name: string
  readonly text: string
  readonly prints: string
}

/** The programs of a page: each `ts` block, with the `text` block that follows it. The first has no name of its own. */
export const programsOf = async (page: string): Promise<ReadonlyArray<Program>> =>
  [...(await readFile(join(root, page), "utf8")).matchAll(/^```ts *(\w*)\n(.*?)^```\n\n```text\n(.*?)^```$/gms)].map(
    ([, name, text = "", prints = ""]) => ({ name: name || "memory", text, prints })
  )
