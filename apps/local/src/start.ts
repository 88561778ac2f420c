import { pathToFileURL } from "node:url"
import { bundleProgram, cacheOfRepository } from "./bundle.ts"
import { cachedBundle, findBundle } from "./bundle-cache.ts"

// Node takes a second to find and read the seven hundred modules of the sandbox. So the first start, and the first one after
// a change, runs the sources and bundles them meanwhile; every other start runs that bundle.
const main = "apps/local/src/main.ts"
const bundle = await findBundle(cacheOfRepository, main)
if (bundle === undefined) {
  cachedBundle(cacheOfRepository, main, () => bundleProgram(cacheOfRepository.root, main)).catch((error: Error) =>
    console.error(`The next start will be no faster, since the sandbox could not be bundled: ${error.message}`)
  )
}
await import(bundle === undefined ? "./main.ts" : pathToFileURL(bundle).href)
