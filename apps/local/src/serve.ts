import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"

/** Listens on a port of 127.0.0.1; 0: a free one. */
export const serve = async (port: number, fetch: Parameters<typeof getRequestListener>[0]) => {
  const server = createServer(getRequestListener(fetch))
  await new Promise<void>((listening, failed) => {
    server.once("error", failed)
    server.listen(port, "127.0.0.1", listening)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    }
  }
}
