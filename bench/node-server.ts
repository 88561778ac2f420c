import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import type { Spent } from "./serve.ts"

/** A server on Node in a process of its own, as it is run in production: so it shares no thread with who calls it. */
export const startNodeServer = async (file: URL, settings: Readonly<Record<string, string>>) => {
  const child = fork(file, { env: { ...process.env, NODE_ENV: "production", ...settings } })
  const { origin } = await answerOf<{ readonly origin: string }>(child)
  return {
    origin,
    spent: async (): Promise<Spent> => {
      child.send("spent")
      return answerOf(child)
    },
    stop: async () => {
      const ended = once(child, "exit")
      child.disconnect()
      await ended
    }
  }
}

const answerOf = async <A>(child: ChildProcess): Promise<A> => {
  const ended = new AbortController()
  const gone = once(child, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`A server ended with ${code}; what it printed above says why`)
  })
  try {
    const [answer] = await Promise.race([once(child, "message", { signal: ended.signal }), gone])
    return answer as A
  } finally {
    gone.catch(() => {})
    ended.abort()
  }
}
