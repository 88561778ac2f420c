import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")

/** Our packages. */
const packages = ["domain", "adapters", "contract-tests"]

/**
 * Builds and packs our packages, and installs them in a project in a folder outside of the repository, which it answers: each
 * as `npm pack` makes it, beside the packages that it depends on, and those that the project names. These are linked to, so
 * that no network is needed.
 */
export const installPackages = async (place: string, named: ReadonlyArray<string>): Promise<string> => {
  await run(process.execPath, ["run.mjs", "build"], { cwd: root })
  const folders = packages.map((name) => `./packages/${name}`)
  const argv = ["pack", ...folders, "--pack-destination", place, "--ignore-scripts", "--offline", "--json"]
  const { stdout } = await run("npm", argv, { cwd: root, shell: process.platform === "win32" })
  const project = join(place, "project")
  const needed = new Set(named)
  for (const { name, filename } of JSON.parse(stdout)) {
    const installed = join(project, "node_modules", name)
    mkdirSync(installed, { recursive: true })
    await run("tar", ["-xzf", join(place, filename), "--strip-components=1", "-C", installed])
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"))
    for (const dependency of Object.keys(dependencies)) if (!dependency.startsWith("@treff/")) needed.add(dependency)
  }
  for (const name of needed) link(join(root, "node_modules", name), join(project, "node_modules", name))
  return project
}

const link = (to: string, from: string): void => {
  mkdirSync(dirname(from), { recursive: true })
  symlinkSync(to, from, "junction")
}
