/** Under this name both workers reach it, by the service binding `CLOCK`. */
export const clockWorkerName = "treff-clock"

/**
 * The time of the sandbox. It exists only here: no deployed worker has a way to change its clock.
 * In the same workerd a call costs 0.1 ms. It holds the offset in memory only, so whoever starts it gives it the one to begin with.
 */
export const clockWorkerScript = (offset: number) => `
let offset = ${offset}
export default {
  async fetch(request) {
    if (request.method === "PUT") offset = (await request.json()).offset
    return Response.json({ offset })
  }
}
`
