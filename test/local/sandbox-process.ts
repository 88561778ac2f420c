import { once } from "node:events"
import { runCommand } from "../../apps/local/src/command.ts"
import { startSandbox } from "../../apps/local/src/sandbox.ts"

// What `npm start` is, on a folder of one's own and free ports: says on what database it runs, until it is asked to stop.
const [folder = "", ...args] = process.argv.slice(2)
await runCommand(async () => {
  const { database, stop } = await startSandbox({ folder, fresh: args.includes("--fresh") })
  // Whoever reads what is printed may ask at once.
  const asked = once(process, "SIGTERM")
  console.log(`runs on ${database.kind}`)
  await asked
  await stop()
})
process.exit()
