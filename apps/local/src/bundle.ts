import { readFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { build, type Plugin, version } from "esbuild"
import { type Bundle, type BundleCache, cachedBundle } from "./bundle-cache.ts"
import { stateFolder } from "./trace.ts"

export interface BundleOptions {
  readonly minify?: boolean
  /** Whether the files of Swagger UI, half of the API's script, are in it. Left out: they are; otherwise they are empty. */
  readonly swaggerUi?: boolean
}

const root = join(import.meta.dirname, "../../..")
const cacheOfRepository: BundleCache = { root, folder: join(stateFolder, "cache", "bundles") }

/** Bundles a worker of this repository, unless the cache has it as its sources are now. */
export const bundleWorker = (main: string, options: BundleOptions = {}): Promise<string> =>
  cachedBundle(cacheOfRepository, JSON.stringify({ main, options, version }), () => bundle(root, main, options))

/**
 * Bundles a worker into one ES module, as wrangler does when it deploys (target, platform and conditions are its own),
 * but from the sources of the workspace's packages.
 */
export const bundle = async (
  root: string,
  main: string,
  { minify = false, swaggerUi = true }: BundleOptions = {}
): Promise<Bundle> => {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [main],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    supported: { using: true },
    platform: "browser",
    conditions: ["source", "workerd", "worker", "browser"],
    // node:* is not among them: without nodejs_compat such an import must fail here, not in workerd.
    external: ["cloudflare:*"],
    define: { "process.env.NODE_ENV": '"production"', "navigator.userAgent": '"Cloudflare-Workers"' },
    minify,
    legalComments: "none",
    logLevel: "silent",
    plugins: [filesAsText(swaggerUi)]
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${main}`)
  const inputs = Object.keys(result.metafile.inputs).map((path) => resolve(root, path))
  // This file too: another way to bundle gives other bundles.
  return { script: file.text, inputs: [...inputs, import.meta.filename] }
}

/** The files that `rules` in wrangler.toml declares as Text. */
const filesAsText = (swaggerUi: boolean): Plugin => ({
  name: "files-as-text",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]swagger-ui(-bundle\.js|\.css)$/ }, async ({ path }) => ({
      contents: swaggerUi ? await readFile(path, "utf8") : "",
      loader: "text"
    }))
})
