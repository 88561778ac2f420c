import { execFile } from "node:child_process"
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")

/** Our packages, each after those that it depends on. */
const packages = ["domain", "adapters", "contract-tests"]

/**
 * Builds and packs our packages, and installs them in a project outside of the repository, whose folder it answers: each as
 * `npm pack` makes it, beside the packages that it depends on, and those that the project names. These are linked to, so that
 * no network is needed. The work is done in a copy, since other tests use the builds in the repository.
 */
export const installPackages = async (place: string, named: ReadonlyArray<string>): Promise<string> => {
  const [copy, project] = [join(place, "copy"), join(place, "project")]
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@treff" && !name.startsWith("."))
      link(join(root, "node_modules", name), join(copy, "node_modules", name))
  }
  cpSync(join(root, "tsconfig.base.json"), join(copy, "tsconfig.base.json"))
  for (const name of packages) {
    const folder = join(copy, "packages", name)
    const isCopied = (source: string) => !/[/\\](dist|node_modules)$/.test(source)
    cpSync(join(root, "packages", name), folder, { recursive: true, filter: isCopied })
    link(folder, join(copy, "node_modules/@treff", name))
    await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
      cwd: folder
    })
  }
  const argv = ["pack", ...packages.map((name) => `./packages/${name}`), "--ignore-scripts", "--offline", "--json"]
  const { stdout } = await run("npm", argv, { cwd: copy, shell: process.platform === "win32" })
  const needed = new Set(named)
  for (const { name, filename } of JSON.parse(stdout)) {
    const installed = join(project, "node_modules", name)
    mkdirSync(installed, { recursive: true })
    await run("tar", ["-xzf", filename, "--strip-components=1", "-C", installed], { cwd: copy })
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
