import { closeSync, openSync } from "node:fs"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { CommandError } from "./command.ts"
import { isAlive } from "./process.ts"

interface Holder {
  readonly pid: number
  readonly since: string
}

/** How long a holder is waited for that has not said who it is, or does not say so any more because it is stopping. */
const timeout = 3_000

/**
 * Holds the folder for one sandbox alone, whatever ports and database that uses; another one is refused in a sentence that
 * names the process. The lock is the operating system's, by way of SQLite, through which Node has one on every platform: it
 * ends with its process, however that ends, so there is never a stale one. The file itself stays, since taking it away
 * would let two hold one each.
 */
export const lockFolder = async (folder: string) => {
  await mkdir(folder, { recursive: true }).catch(cannotLock(folder))
  const holderFile = join(folder, "holder.json")
  for (let waited = 0; ; waited += 50) {
    const release = tryLock(join(folder, "lock"))
    if (release !== undefined) {
      const me: Holder = { pid: process.pid, since: new Date().toISOString() }
      try {
        await writeFile(holderFile, JSON.stringify(me))
      } catch (error) {
        release()
        cannotLock(holderFile)(error)
      }
      return {
        /** From here on a next one waits, instead of being refused at once. */
        leaving: () => rm(holderFile, { force: true }),
        release: async () => {
          await rm(holderFile, { force: true })
          release()
        }
      }
    }
    const holder = await readHolder(holderFile)
    if (holder !== undefined || waited >= timeout) {
      const who = holder === undefined ? "another process" : `process ${holder.pid}, since ${holder.since}`
      throw new CommandError(`A sandbox runs on ${folder} already (${who}): stop it first; nothing was changed.`)
    }
    await sleep(50)
  }
}

/** Undefined when somebody else has it. */
const tryLock = (file: string): (() => void) | undefined => {
  let database: DatabaseSync | undefined
  try {
    // A file that can only be read SQLite would open to read, and then lock nobody out. Closed before SQLite opens it, since
    // closing it later would drop the lock.
    closeSync(openSync(file, "a"))
    database = new DatabaseSync(file)
    // Nothing is ever written, so no journal of it has to lie beside it.
    database.exec("pragma journal_mode = memory; begin exclusive")
    const taken = database
    present.add(taken)
    return () => {
      present.delete(taken)
      taken.close()
    }
  } catch (error) {
    database?.close()
    if (((error as { readonly errcode?: number }).errcode ?? 0) % 256 === busy) return undefined
    return cannotLock(file)(error)
  }
}

const cannotLock =
  (file: string) =>
  (error: unknown): never => {
    throw new CommandError(`${file} can't be locked: ${(error as Error).message}.`)
  }

/** A database that nothing refers to any more is closed by the garbage collector, and the lock would go with it. */
const present = new Set<DatabaseSync>()

/** SQLITE_BUSY: the lowest byte of SQLite's code. */
const busy = 5

/** Who holds the lock now; undefined when that can't be known, or it is what somebody left behind who was killed. */
const readHolder = async (file: string): Promise<Holder | undefined> => {
  try {
    const holder: Holder = JSON.parse(await readFile(file, "utf8"))
    return isAlive(holder.pid) ? holder : undefined
  } catch {
    // Not there, or only half written yet.
    return undefined
  }
}
