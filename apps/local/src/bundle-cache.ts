import { createHash, randomUUID } from "node:crypto"
import { readdirSync, statSync } from "node:fs"
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"

export interface Bundle {
  readonly script: string
  /** Absolute paths of all files that it was made of. */
  readonly inputs: ReadonlyArray<string>
}

export interface BundleCache {
  /** Where it lies. */
  readonly folder: string
  /** The folder above all inputs, in which imports find their packages. */
  readonly root: string
}

/** What a file begins with: in its first line stands what its bundle was made of, which is no part of the script. */
const comment = "// "

/** More than there are programs and ways to bundle them. */
const maxBundles = 16

/** A cache that was copied with its checkout has nothing of the copy's: what it has was made of the sources elsewhere. */
const fileOf = ({ folder, root }: BundleCache, key: string): string =>
  join(
    folder,
    `${createHash("sha256")
      .update(JSON.stringify([root, key]))
      .digest("hex")}.js`
  )

/** The file of the bundle that was made before under this key, if making it again would give the same: it can be imported. */
export const findBundle = async (cache: BundleCache, key: string): Promise<string | undefined> => {
  const file = fileOf(cache, key)
  return (await readCached(file)) === undefined ? undefined : file
}

/**
 * The script of the bundle that was made before under this key, as long as making it again would give the same; otherwise
 * makes it, and writes it into the cache. Several processes may do so at once: a file of the cache is never half written.
 */
export const cachedBundle = async (cache: BundleCache, key: string, make: () => Promise<Bundle>): Promise<string> => {
  const { folder, root } = cache
  const file = fileOf(cache, key)
  const found = await readCached(file)
  if (found !== undefined) return found
  const startedAt = Date.now()
  const { script, inputs } = await make()
  const { sources, folders } = whatDecides(root, inputs)
  const digest = digestOf(sources, folders, script)
  // What has changed meanwhile may not be what the bundle was made of. Some systems round their files' times down.
  const unchanged = ![...sources, ...folders].some((path) => lastChange(path) > startedAt - 20)
  if (unchanged) await writeCached(folder, file, `${comment}${JSON.stringify({ sources, folders, digest })}\n${script}`)
  return script
}

const readCached = async (file: string): Promise<string | undefined> => {
  try {
    const text = await readFile(file, "utf8")
    const endOfHead = text.indexOf("\n")
    const { sources, folders, digest } = JSON.parse(text.slice(comment.length, endOfHead))
    const script = text.slice(endOfHead + 1)
    return digestOf(sources, folders, script) === digest ? script : undefined
  } catch {
    // There is none, it is damaged, or a file that it was made of is gone.
    return undefined
  }
}

const writeCached = async (folder: string, file: string, text: string): Promise<void> => {
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, text)
    await rename(temporary, file)
    await removeOldest(folder)
  } catch {
    // Where nothing can be written, each start makes its bundles; nor is there anything to remove, maybe not even a folder.
    await rm(temporary, { force: true }).catch(() => {})
  }
}

const removeOldest = async (folder: string): Promise<void> => {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, writtenAt: (await stat(join(folder, name))).mtimeMs }))
  )
  const oldest = files.sort((a, b) => b.writtenAt - a.writtenAt).slice(maxBundles)
  for (const { name } of oldest) await rm(join(folder, name), { force: true })
}

/**
 * All that decides what a bundle holds: the files in it; the settings that say where an import leads and how a file is
 * read; and the folders above the files, since a new name in one of them may be where an import leads from now on.
 */
const whatDecides = (root: string, inputs: ReadonlyArray<string>) => {
  const folders = new Set<string>([dirname(root)])
  for (const input of inputs) {
    for (let folder = dirname(input); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  }
  folders.delete(dirname(root))
  const settings = [...folders].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^(package|package-lock|tsconfig.*)\.json$/.test(name))
      .map((name) => join(folder, name))
  )
  return { sources: [...new Set([...inputs, ...settings])].sort(), folders: [...folders].sort() }
}

const digestOf = (sources: ReadonlyArray<string>, folders: ReadonlyArray<string>, script: string): string => {
  const hash = createHash("sha256").update(script)
  // By the times of the files: to read hundreds of them would take a tenth of a second at each start.
  for (const path of sources) {
    const { size, mtimeMs, ctimeMs } = statSync(path)
    hash.update(JSON.stringify([path, size, mtimeMs, ctimeMs]))
  }
  for (const folder of folders) {
    // Hidden files come and go (caches, those of editors), and no import leads to one.
    const names = readdirSync(folder).filter((name) => !name.startsWith("."))
    hash.update(JSON.stringify([folder, names.sort()]))
  }
  return hash.digest("hex")
}

const lastChange = (path: string): number => {
  const { mtimeMs, ctimeMs } = statSync(path)
  return Math.max(mtimeMs, ctimeMs)
}
