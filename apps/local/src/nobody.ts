import { createHash } from "node:crypto"
import * as fs from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { CommandError } from "./command.ts"

/** PostgreSQL refuses to be root, so root runs it as `nobody`, whom its files must belong to; undefined for anybody else. */
export const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined

/** Whether who runs PostgreSQL can come to a path. */
export const reachable = async (path: string): Promise<boolean> => {
  if (nobody === undefined) return true
  for (let folder = await fs.realpath(path); ; folder = dirname(folder)) {
    const { mode } = await fs.stat(folder)
    if ((mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** The folder that stands for a path which `nobody` can't reach. */
export const pathElsewhere = (path: string) =>
  join("/var/tmp", `treff-${createHash("sha256").update(resolve(path)).digest("hex").slice(0, 12)}`)

export const makeElsewhere = async (path: string): Promise<string> => {
  const elsewhere = pathElsewhere(path)
  await fs.mkdir(elsewhere, { recursive: true, mode: 0o711 })
  const found = await fs.lstat(elsewhere)
  // /var/tmp is everybody's: what somebody else has put there under our name is not ours.
  if (!found.isDirectory() || found.uid !== 0)
    throw new CommandError(`${elsewhere} belongs to somebody else; remove it.`)
  return elsewhere
}
