import { type AddressInfo, createServer } from "node:net"
import { Sentence } from "./sentence.ts"

/** A port of 127.0.0.1 that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const port = await tryPort(0)
  if (port === undefined) throw new Error("No port is free on 127.0.0.1")
  return port
}

/** Fails with one sentence if somebody listens on the port: which it is, and which variable changes it. */
export const assertPortFree = async (port: number, variable: string): Promise<void> => {
  if ((await tryPort(port)) === undefined) {
    throw new Sentence(`Port ${port} is taken by another program: stop it, or set ${variable} to another port.`)
  }
}

const tryPort = (port: number) =>
  new Promise<number | undefined>((resolve, reject) => {
    const server = createServer()
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error)
    )
    server.listen(port, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
