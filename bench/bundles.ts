import { execFile, spawn } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"
import { readWranglerConfig } from "../apps/local/src/wrangler-config.ts"
import { type Section, table } from "./section.ts"
import { median } from "./statistics.ts"
import { workerd } from "./workerd.ts"

interface Bundle {
  readonly worker: string
  /** Bytes of the script, as it is and in gzip. */
  readonly script: readonly [number, number]
  /** Bytes of all that is uploaded: the script, and files that it holds as text. */
  readonly upload: readonly [number, number]
  /** Milliseconds that it takes workerd longer to answer first than with an empty worker. */
  readonly startUp: number
}

const startUps = 15
const root = join(import.meta.dirname, "..")
const run = promisify(execFile)

/** Each worker as `wrangler deploy` would upload it, and how long workerd needs for its script. */
export const measureBundles = async (): Promise<Section> => ({
  title: "The workers",
  paragraphs: [
    table(
      ["", "script KiB, gzip", "all that is uploaded KiB, gzip", "start-up ms"],
      (await bundles()).map(({ worker, script, upload, startUp }) => [
        worker,
        script.map(kibibytes).join(", "),
        upload.map(kibibytes).join(", "),
        startUp.toFixed(0)
      ])
    ),
    `As \`wrangler deploy --dry-run\` makes them. Start-up is how much later than an empty worker workerd gives its first answer, the difference of the medians of ${startUps} starts.`
  ]
})

const kibibytes = (bytes: number): string => (bytes / 1_024).toFixed(0)

const bundles = async (): Promise<ReadonlyArray<Bundle>> => {
  const folder = await mkdtemp(join(tmpdir(), "treff-bundles-"))
  try {
    const { edgeApi, queueConsumer } = await readWranglerConfig()
    const built = []
    for (const [env, { name, compatibilityDate }] of [
      ["", edgeApi] as const,
      ["queue-consumer", queueConsumer] as const
    ]) {
      built.push({ name, compatibilityDate, ...(await build(env, join(folder, name))) })
    }
    await mkdir(join(folder, "empty"))
    await writeFile(join(folder, "empty", "worker.js"), emptyWorker)
    const empty = {
      name: "empty",
      compatibilityDate: edgeApi.compatibilityDate,
      files: new Map([["worker.js", emptyWorker]])
    }
    const times = new Map<string, Array<number>>()
    for (let round = 0; round < startUps; round++) {
      for (const worker of [empty, ...built]) {
        const time = await startUp(join(folder, `${worker.name}.capnp`), worker)
        times.set(worker.name, [...(times.get(worker.name) ?? []), time])
      }
    }
    const baseline = median(times.get("empty") ?? [])
    return built.map(({ name, files }) => ({
      worker: name,
      script: sizeOf([files.get("worker.js") ?? ""]),
      upload: sizeOf([...files.values()]),
      startUp: median(times.get(name) ?? []) - baseline
    }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const emptyWorker = `export default { fetch: () => new Response("") }`

interface Built {
  readonly name: string
  readonly compatibilityDate: string
  /** By name; `worker.js` is the script, the others are text. */
  readonly files: ReadonlyMap<string, string>
}

const build = async (env: string, folder: string): Promise<Pick<Built, "files">> => {
  await run(
    process.execPath,
    ["node_modules/wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", folder, `--env=${env}`],
    {
      cwd: root,
      env: {
        ...process.env,
        WRANGLER_BUILD_CONDITIONS: "source,workerd,worker,browser",
        WRANGLER_SEND_METRICS: "false"
      }
    }
  )
  const names = (await readdir(folder)).filter((name) => !/\.map$|^README/.test(name))
  return {
    files: new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const))
    )
  }
}

const sizeOf = (files: ReadonlyArray<string>): readonly [number, number] => [
  files.reduce((sum, file) => sum + Buffer.byteLength(file), 0),
  files.reduce((sum, file) => sum + gzipSync(file).length, 0)
]

/** From the start of workerd to its first answer, whatever it is: the consumer has none to give but an error. */
const startUp = async (config: string, { name: worker, compatibilityDate, files }: Built): Promise<number> => {
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ ( name = "main", worker = (
    compatibilityDate = "${compatibilityDate}",
    modules = [ ${[...files]
      .sort(([name]) => (name === "worker.js" ? -1 : 1)) // the first one is what runs
      .map(
        ([name]) => `( name = "${name}", ${name === "worker.js" ? "esModule" : "text"} = embed "${worker}/${name}" )`
      )
      .join(", ")} ]
  ) ) ],
  sockets = [ ( name = "http", address = "127.0.0.1:0", http = (), service = "main" ) ]
);`
  )
  const begun = performance.now()
  const child = spawn(workerd.default, ["serve", config, "--control-fd=3"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"]
  })
  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.on("exit", (code) => reject(new Error(`workerd ended with ${code}`)))
      child.stdio[3]?.on("data", (data: Buffer) => {
        const { event, port } = JSON.parse(data.toString())
        if (event === "listen") resolve(port)
      })
    })
    await (await fetch(`http://127.0.0.1:${port}/health/live`)).arrayBuffer()
    return performance.now() - begun
  } finally {
    child.kill("SIGKILL")
  }
}
