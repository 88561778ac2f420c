import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs/promises"
import { basename, join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Client } from "pg"
import { CommandError } from "./command.ts"
import { makeElsewhere, nobody, pathElsewhere, reachable } from "./nobody.ts"
import { freePort } from "./port.ts"
import { findPrograms, runProgram } from "./postgres-programs.ts"
import { isAlive } from "./process.ts"

interface EmbeddedPostgresOptions {
  readonly folder: string
  readonly fsync: boolean
  readonly port?: number | undefined
  /** Nobody needs the data afterwards, so it need not stop in order. */
  readonly temporary: boolean
  /** Where PostgreSQL lies. Left out: in the npm package for this platform. */
  readonly programs?: string | undefined
}

/**
 * The PostgreSQL server that comes as an npm package, on 127.0.0.1, its data in `folder`: its process runs, and `ready` waits
 * until it answers. A text says why it can't run on this platform; whatever else keeps it from running is thrown, since
 * another start may well succeed.
 */
export const launchEmbeddedPostgres = async (options: EmbeddedPostgresOptions) => {
  const programs = await findPrograms(options.programs)
  if (typeof programs === "string") return programs
  const home = await prepareHome(options.folder)
  const data = join(home, "data")
  const password = await prepareData(programs.initdb, home, data)
  await waitForOwner(data)

  const port = options.port ?? (await freePort())
  const postmaster = await spawnPostmaster(programs.postgres, home, data, port, options.fsync)
  const url = (database: string) => `postgres://treff:${password}@127.0.0.1:${port}/${database}`
  const ready = async () => {
    await postmaster.ready()
    try {
      await createDatabase(url("postgres"))
    } catch (error) {
      await postmaster.stop("SIGQUIT")
      throw error
    }
  }
  return { url: url("treff"), ready, stop: () => postmaster.stop(options.temporary ? "SIGQUIT" : "SIGINT") }
}

/**
 * Waits until nobody uses the data any more, then removes what of it lies outside of `folder` because `nobody` couldn't
 * reach that.
 */
export const removeEmbeddedPostgres = async (folder: string): Promise<void> => {
  await waitForOwner(join(folder, "data"))
  if (nobody === undefined) return
  await waitForOwner(join(pathElsewhere(folder), "data"))
  await fs.rm(pathElsewhere(folder), { recursive: true, force: true })
}

/** Where the data and the password lie: in the folder, or elsewhere if `nobody` can't come there (a checkout in /root). */
const prepareHome = async (folder: string): Promise<string> => {
  await fs.mkdir(folder, { recursive: true })
  if (nobody === undefined) return resolve(folder)
  // Whether the folder itself may be entered is ours to say; it holds nothing that is readable.
  await fs.chmod(folder, 0o711)
  return (await reachable(folder)) ? resolve(folder) : makeElsewhere(folder)
}

/** Makes the data folder unless it is there. Answers the password. */
const prepareData = async (initdb: string, home: string, data: string): Promise<string> => {
  const passwordFile = join(home, "password")
  const made = await fs.access(data).then(
    () => true,
    () => false
  )
  if (made) return fs.readFile(passwordFile, "utf8")
  const making = `${data}.new`
  await fs.rm(making, { recursive: true, force: true })
  await fs.mkdir(making, { mode: 0o700 })
  const password = randomBytes(24).toString("base64url")
  await fs.rm(passwordFile, { force: true })
  await fs.writeFile(passwordFile, password, { mode: 0o600 })
  if (nobody !== undefined) {
    await fs.chown(making, nobody.uid, nobody.gid)
    await fs.chown(passwordFile, nobody.uid, nobody.gid)
  }
  try {
    await runProgram(initdb, [
      ...["--pgdata", making, "--username", "treff", "--pwfile", passwordFile, "--auth", "scram-sha-256"],
      // As Neon has it: `lower` knows letters beyond ASCII, and no library of the machine has a say in the order.
      ...["--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"],
      "--no-sync"
    ])
  } catch (error) {
    await fs.rm(making, { recursive: true, force: true })
    const { message, stderr } = error as Error & { readonly stderr?: string }
    throw new CommandError(`PostgreSQL can't make its data in ${data}:\n${lastLines(stderr || message)}`)
  }
  // Renamed when it is whole: a kill halfway leaves nothing that looks like a database.
  await fs.rename(making, data)
  return password
}

/**
 * A postmaster.pid whose server is gone doesn't stop PostgreSQL, unless its number has been given to another process
 * since (common in containers): then it is removed here. A server that is still at work is just about to stop after its
 * launcher was killed: no other sandbox runs while this one holds the folder.
 */
const waitForOwner = async (data: string): Promise<void> => {
  const file = join(data, "postmaster.pid")
  for (let waited = 0; ; waited += 50) {
    const pid = await fs.readFile(file, "utf8").then(
      (text) => Number(text.split("\n")[0]),
      () => undefined
    )
    if (pid === undefined || !isAlive(pid)) return
    if (!(await isPostmaster(pid))) return fs.rm(file, { force: true })
    if (waited >= 10_000)
      throw new CommandError(`The database in ${data} is in use by process ${pid}: stop it first; nothing was changed.`)
    await sleep(50)
  }
}

/** Only Linux shows it without another program; elsewhere numbers are seldom given again, and PostgreSQL's own check holds. */
const isPostmaster = async (pid: number): Promise<boolean> => {
  if (process.platform !== "linux") return true
  const command = await fs.readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")
  return basename(command.split("\0")[0] ?? "").startsWith("postgres")
}

const spawnPostmaster = async (postgres: string, home: string, data: string, port: number, fsync: boolean) => {
  const logFile = join(home, "postgres.log")
  const log = await fs.open(logFile, "w")
  const settings: Record<string, string | number> = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 200,
    timezone: "UTC",
    log_timezone: "UTC",
    // A conflict that a test provokes is no news, and a statement in a log may hold what nobody may read there.
    log_min_error_statement: "panic",
    log_min_messages: "log",
    ...(fsync ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" })
  }
  const server = spawn(
    postgres,
    ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    // A group of its own: Ctrl-C in the terminal is for the launcher, which stops the database last.
    {
      ...nobody,
      cwd: data,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: { ...process.env, LC_ALL: "C" }
    }
  )
  const ended = new Promise<void>((done) => {
    server.once("exit", () => done())
    server.once("error", () => done())
  })
  await log.close()
  let over = false
  void ended.then(() => (over = true))
  const watcher = stopWithUs(server)
  return {
    ready: async () => {
      // The last line of postmaster.pid says `ready` (pg_ctl waits for the same).
      while (!over && !(await isReady(data, server))) await sleep(10)
      if (!over) return
      watcher?.kill()
      const reason = lastLines(await fs.readFile(logFile, "utf8"))
      throw new CommandError(`The embedded PostgreSQL with its data in ${data} doesn't start:\n${reason}`)
    },
    stop: async (signal: "SIGINT" | "SIGQUIT") => {
      server.kill(signal)
      await ended
      watcher?.kill()
    }
  }
}

const isReady = async (data: string, server: ChildProcess): Promise<boolean> => {
  const lines = (await fs.readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n")
  return Number(lines[0]) === server.pid && lines[7]?.trim() === "ready"
}

/**
 * A killed launcher must not leave a server behind that holds the data: a shell reads from a pipe that only we hold,
 * and when we are gone, however we went, it reads the end and stops the server.
 */
const stopWithUs = (server: ChildProcess): ChildProcess | undefined => {
  if (process.platform === "win32") return undefined
  const watcher = spawn("/bin/sh", ["-c", "read _; kill -INT $0", String(server.pid)], {
    ...nobody,
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"]
  })
  watcher.once("error", () => {})
  return watcher
}

const createDatabase = async (url: string): Promise<void> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'treff'")
    if (rowCount === 0) await client.query("create database treff")
  } finally {
    await client.end()
  }
}

const lastLines = (text: string) => text.trim().split("\n").slice(-5).join("\n")
