import { setTimeout as sleep } from "node:timers/promises"

/** Waits until `condition` answers something that is true, and answers that; fails when it has not by the deadline. */
export const until = async <A>(
  what: string,
  condition: () => A | Promise<A>,
  longestWait = 15_000
): Promise<NonNullable<A>> => {
  const deadline = performance.now() + longestWait
  // What is quick is seen at once; for what takes a second, others need the processor that looking costs.
  for (let pause = 5; ; pause = Math.min(60, pause * 1.5)) {
    const answer = await condition()
    if (answer) return answer
    if (performance.now() > deadline) throw new Error(`After ${longestWait / 1_000} s still not: ${what}`)
    await sleep(pause)
  }
}
