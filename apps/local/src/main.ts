import { runCommand } from "./command.ts"
import { exampleRequests, whereItRuns } from "./introduction.ts"
import { startSandbox } from "./sandbox.ts"
import { readSettings } from "./settings.ts"
import { stateFolder } from "./trace.ts"

await runCommand(async () => {
  const settings = readSettings(process.argv.slice(2), process.env)
  const asked = askedToStop()
  // Who is impatient while it starts still gets an orderly end.
  const sandbox = await startSandbox({ folder: stateFolder, ...settings })
  if (!asked.yet()) {
    console.log(whereItRuns(sandbox))
    // Somebody may reset or stop the system before its answers are there. Nothing depends on these examples.
    const examples = await Promise.race([exampleRequests(sandbox).catch(() => undefined), asked.promise])
    if (typeof examples === "string") console.log(examples)
  }
  await asked.promise
  console.log("\nStopping …")
  await sandbox.stop()
})
// Whatever still holds on to the loop has no say: all that matters has been stopped.
process.exit()

/** Ctrl-C, or a polite kill. A second one, a while later, does not wait any longer. */
function askedToStop() {
  let at: number | undefined
  const promise = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (at !== undefined && Date.now() - at > 1_000) process.exit(130)
        at ??= Date.now()
        resolve()
      })
    }
  })
  return { promise, yet: () => at !== undefined }
}
