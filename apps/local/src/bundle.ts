import { readFile } from "node:fs/promises"
import { build, type Plugin } from "esbuild"

/**
 * Bundles a worker into one ES module, as wrangler does when it deploys (target, platform and conditions are its own),
 * but from the sources of the workspace's packages.
 */
export const bundleWorker = async (main: string, options: { readonly minify?: boolean } = {}): Promise<string> => {
  const result = await build({
    entryPoints: [main],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    supported: { using: true },
    platform: "browser",
    conditions: ["source", "workerd", "worker", "browser"],
    // node:* is not among them: without nodejs_compat such an import must fail here, not in workerd.
    external: ["cloudflare:*"],
    define: { "process.env.NODE_ENV": '"production"', "navigator.userAgent": '"Cloudflare-Workers"' },
    minify: options.minify ?? false,
    legalComments: "none",
    logLevel: "silent",
    plugins: [filesAsText]
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${main}`)
  return file.text
}

/** The files that `rules` in wrangler.toml declares as Text. */
const filesAsText: Plugin = {
  name: "files-as-text",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]swagger-ui(-bundle\.js|\.css)$/ }, async ({ path }) => ({
      contents: await readFile(path, "utf8"),
      loader: "text"
    }))
}
