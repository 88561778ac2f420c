import { availableParallelism, cpus, totalmem } from "node:os"
import type { Pool } from "pg"
import { workerd } from "./workerd.ts"

/** What the figures depend on; no name of a host, and no path. */
export const describeMachine = async (pool: Pick<Pool, "query">): Promise<string> => {
  const { rows } = await pool.query<{ server_version: string }>("show server_version")
  const processor = cpus()[0]?.model.trim() ?? "unknown processor"
  return [
    `${availableParallelism()} cores (${processor}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform} ${process.arch}`,
    `Node ${process.versions.node}, workerd ${workerd.version}, PostgreSQL ${rows[0]?.server_version.split(" ")[0]}`
  ].join("; ")
}
