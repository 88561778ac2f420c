import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join, relative } from "node:path"

/**
 * Copies a tree into a temporary folder. Installed packages are linked to; of the workspace's own, which mutants are
 * put into, the copy has its own.
 */
export const copyTree = (root: string): string => {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "treff-mutants-")))
  const isCopied = (path: string): boolean => !["node_modules", ".git", ".treff", "dist"].includes(basename(path))
  cpSync(root, copy, { recursive: true, filter: isCopied })
  const installed = join(root, "node_modules")
  const names = readdirSync(installed).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(installed, name)).map((inner) => `${name}/${inner}`) : [name]
  )
  for (const name of names) {
    const target = realpathSync(join(installed, name))
    const own = join(copy, relative(root, target))
    const link = join(copy, "node_modules", name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(existsSync(own) ? own : target, link)
  }
  return copy
}
