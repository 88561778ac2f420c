import { existsSync } from "node:fs"
import carried from "@sparticuz/chromium"
import { type Browser, chromium, type LaunchOptions } from "playwright-core"

/** A Chromium without a window: on Linux x64 the one inside an npm package, elsewhere the one that is on the machine. */
export const launchBrowser = async (): Promise<Browser> => {
  // Pages of all sites share one process: to start another for each of them takes longer than what is done there.
  const onlyOneProcess = ["--renderer-process-limit=1", "--disable-site-isolation-trials"]
  // As root its sandbox can't be set up; what it opens is ours.
  const withoutSandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : []
  return chromium.launch({ headless: true, args: [...onlyOneProcess, ...withoutSandbox], ...(await whereItIs()) })
}

const whereItIs = async (): Promise<LaunchOptions> => {
  if (process.platform === "linux" && process.arch === "x64") return { executablePath: await carried.executablePath() }
  const places = [process.env.CHROME_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  const executablePath = places.find((place) => place !== undefined && existsSync(place))
  if (executablePath !== undefined) return { executablePath }
  // Windows has Edge; a Mac has no Chromium of its own.
  return { channel: process.platform === "win32" ? "msedge" : "chrome" }
}
