import { inspect, isDeepStrictEqual } from "node:util"
import { assert } from "vitest"

interface Request {
  readonly send: () => Promise<unknown>
  readonly args: ReadonlyArray<unknown>
}

/**
 * Requests that must change nothing, whose state is compared once for all of them. Only when it has changed are they sent
 * again, half of them at a time, until those are found that change it.
 */
export const makeUnchanged = (readState: () => Promise<unknown>) => {
  const sent: Array<Request> = []
  let before: unknown

  const change = async (requests: ReadonlyArray<Request>): Promise<boolean> => {
    const state = await readState()
    for (const { send } of requests) await send()
    return !isDeepStrictEqual(await readState(), state)
  }

  const findCulprits = async (requests: ReadonlyArray<Request>): Promise<ReadonlyArray<Request>> => {
    if (requests.length === 1) return requests
    const middle = Math.ceil(requests.length / 2)
    const found: Array<Request> = []
    for (const half of [requests.slice(0, middle), requests.slice(middle)]) {
      if (await change(half)) found.push(...(await findCulprits(half)))
    }
    // Some change something only together, or only the first time.
    return found.length === 0 ? requests : found
  }

  return {
    /** To be called before the first of them. */
    begin: async (): Promise<void> => {
      before = await readState()
    },

    /** Sends one of them, by a function that can send it again. */
    send: <Args extends ReadonlyArray<unknown>, A>(
      request: (...args: Args) => Promise<A>,
      ...args: Args
    ): Promise<A> => {
      const send = () => request(...args)
      sent.push({ send, args })
      return send()
    },

    /** Says that the state is as it was, or names the requests that have changed it. */
    assertUnchanged: async (): Promise<void> => {
      assert.isNotEmpty(sent)
      const after = await readState()
      if (isDeepStrictEqual(after, before)) return
      const culprits = (await findCulprits(sent)).map(({ args }) => inspect(args, { maxStringLength: 500 }))
      assert.deepStrictEqual(after, before, `it was changed by ${culprits.join(", and by ")}`)
    }
  }
}
