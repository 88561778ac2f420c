import { randomInt } from "node:crypto"
import { createServer } from "node:net"
import { CommandError } from "./command.ts"

/**
 * A port of 127.0.0.1 that nobody listens on now. It lies below those that systems hand out by themselves (from 32768, or
 * from 49152 on), so nobody gets it by chance before it is used.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(20_000, 32_768)
    if (await isFree(port).catch(() => false)) return port
  }
  throw new Error("No port is free on 127.0.0.1")
}

/** Fails with one sentence if somebody listens on the port: which it is, and which variable changes it. */
export const assertPortFree = async (port: number, variable: string): Promise<void> => {
  if (!(await isFree(port))) {
    throw new CommandError(`Port ${port} is taken by another program: stop it, or set ${variable} to another port.`)
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve, reject) => {
    const server = createServer()
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error)
    )
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })
