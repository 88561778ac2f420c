import { relative } from "node:path"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Whose files take long: they start whole systems, and wait for queues. */
const long = /^test[/\\](local|faults|workers)[/\\]/

/**
 * Begins with what takes long, so that in the end no worker waits for another. Vitest does so by itself from the second run
 * on; before, in a fresh clone, it goes by the sizes of the files, which say little.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const rank = ({ moduleId }: TestSpecification) => (long.test(relative(this.ctx.config.root, moduleId)) ? 0 : 1)
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
