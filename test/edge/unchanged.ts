import { inspect, isDeepStrictEqual } from "node:util"
import { assert } from "vitest"

interface Request {
  readonly send: () => Promise<unknown>
  readonly args: ReadonlyArray<unknown>
}

/**
 * Watches the state while requests are sent that must not change it. The state is compared once for all of them. Only if it
 * has changed are they sent again, half of them at a time, until those that change it are found.
 */
export const watchState = (readState: () => Promise<unknown>) => {
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
    /** Reads the state, before the first request. */
    begin: async (): Promise<void> => {
      before = await readState()
    },

    /** Sends a request, by a function that can send it again. */
    send: <Args extends ReadonlyArray<unknown>, A>(
      request: (...args: Args) => Promise<A>,
      ...args: Args
    ): Promise<A> => {
      const send = () => request(...args)
      sent.push({ send, args })
      return send()
    },

    /** Asserts that the state is as it was. If not, it names the requests that have changed it. */
    assertUnchanged: async (): Promise<void> => {
      assert.isNotEmpty(sent)
      const after = await readState()
      if (isDeepStrictEqual(after, before)) return
      const culprits = (await findCulprits(sent)).map(({ args }) => inspect(args, { maxStringLength: 500 }))
      assert.deepStrictEqual(after, before, `it was changed by ${culprits.join(", and by ")}`)
    }
  }
}
