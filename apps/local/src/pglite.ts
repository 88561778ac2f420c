import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { freePort } from "./port.ts"

/**
 * PostgreSQL in WASM, for where the embedded server can't run. One session serves all connections in turn, so nothing
 * that depends on two transactions at once can be seen on it.
 */
export const startPglite = async (options: { readonly folder: string; readonly port?: number | undefined }) => {
  // Imported here: who has the embedded server never loads it.
  const [{ PGlite }, { PGLiteSocketServer }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("@electric-sql/pglite-socket")
  ])
  const dataDir = join(options.folder, "pglite")
  await mkdir(dataDir, { recursive: true })
  const db = await PGlite.create({ dataDir })
  const port = options.port ?? (await freePort())
  const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port, maxConnections: 20 })
  await server.start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop()
      await db.close()
    }
  }
}
