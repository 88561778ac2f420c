import { readdir, readFile } from "node:fs/promises"
import { createRequire } from "node:module"

/** The package has no types. `default` is where its program is. */
export const workerd = createRequire(import.meta.url)("workerd") as {
  readonly default: string
  readonly version: string
}

/** Linux counts a process's time in hundredths of a second, on every architecture that Node runs on. */
const tick = 10

/**
 * How much processor time our workerd has used, in milliseconds: what a request costs there, whatever else the machine
 * does meanwhile. Undefined where /proc doesn't say.
 */
export const workerdCpu = async (): Promise<number | undefined> => {
  const pids = await readdir("/proc").catch(() => [])
  for (const pid of pids.filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")
    const [, name, rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? []
    const fields = rest.split(" ") // the first one is the third of proc(5): its state
    if (name === "workerd" && Number(fields[1]) === process.pid) return (Number(fields[11]) + Number(fields[12])) * tick
  }
  return undefined
}
