import { chmod, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** Where the state of the sandbox lies, beside package.json. */
export const stateFolder = join(import.meta.dirname, "..", "..", "..", ".treff")

const fileIn = (folder: string) => join(folder, "sandbox.json")

/** Lets other commands find the database of the sandbox that runs. For its owner's eyes only: it holds the password. */
export const leaveTrace = async (folder: string, databaseUrl: string) => {
  const file = fileIn(folder)
  await rm(file, { force: true })
  await writeFile(file, JSON.stringify({ databaseUrl }), { mode: 0o600 })
  await chmod(file, 0o600)
  return { remove: () => rm(file, { force: true }) }
}

/** The database of the sandbox that runs; undefined when none does. */
export const findTrace = async (folder: string): Promise<string | undefined> => {
  const text = await readFile(fileIn(folder), "utf8").catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as { readonly databaseUrl: string }).databaseUrl
}
