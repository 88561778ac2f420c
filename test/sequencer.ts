import { relative } from "node:path"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Whose files take long, and wait for half of it: they start whole systems, and wait for queues. */
const waiting = /^test[/\\](local|faults|workers)[/\\]/

/**
 * Mixes files that wait with files that compute, so that the cores have something to do all the time. Within both, what takes
 * longest comes first, so that in the end no worker waits for another: Vitest sorts them so from the second run on; before,
 * in a fresh clone, it goes by the sizes of the files.
 */
export class Mixed extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const { wait = [], compute = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      waiting.test(relative(this.ctx.config.root, moduleId)) ? "wait" : "compute"
    )
    const rows = Array.from({ length: Math.max(wait.length, compute.length) })
    return rows.flatMap((_, row) => [wait[row], compute[row]].filter((file) => file !== undefined))
  }
}
