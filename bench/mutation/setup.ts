// Runs in the copied tree, before each file of tests.
import { writeFileSync } from "node:fs"
import * as fc from "fast-check"
import { afterAll, inject } from "vitest"

/** Which mutant is switched on, 0 for none; the seed of all properties; where to write which mutants a file executes. */
interface Switch {
  readonly mutant: number
  readonly seed: number
  readonly executedFile: string | null
}

declare module "vitest" {
  interface ProvidedContext {
    readonly mutation: Switch
  }
}

declare global {
  var __mutant: ((number: number) => boolean) | undefined
}

const { mutant, seed, executedFile } = inject("mutation")
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })

const executed = new Set<number>()
globalThis.__mutant = (number) => {
  executed.add(number)
  return number === mutant
}

if (executedFile !== null) afterAll(() => writeFileSync(executedFile, JSON.stringify([...executed])))
