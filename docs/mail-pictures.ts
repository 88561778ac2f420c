// Takes the pictures of docs/mails.md anew, by hand, since it needs a Chromium: `[CHROMIUM=…] node --conditions=source docs/mail-pictures.ts`
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { pictures } from "./mails.ts"

const folder = join(import.meta.dirname, "mails")
const profile = mkdtempSync(join(tmpdir(), "treff-mail-pictures-"))
const chromium = spawn(
  process.env.CHROMIUM ?? "chromium",
  [
    ..."--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(" "),
    ..."--disable-component-update --disable-sync --hide-scrollbars --remote-debugging-port=0".split(" "),
    `--user-data-dir=${profile}`
  ],
  { stdio: ["ignore", "ignore", "pipe"] }
)

const address = async (): Promise<string> => {
  for await (const line of createInterface(chromium.stderr)) {
    const found = /^DevTools listening on (ws:.*)$/.exec(line)
    if (found?.[1] !== undefined) return found[1]
  }
  throw new Error("Chromium does not start.")
}

const socket = new WebSocket(await address())
await once(socket, "open")

let calls = 0
/** Calls a method of the DevTools protocol, and answers its result. */
const call = (method: string, params: object = {}, sessionId?: string) =>
  new Promise<Readonly<Record<string, string>>>((resolve, reject) => {
    const id = ++calls
    const answered = ({ data }: { readonly data: string }) => {
      const answer = JSON.parse(data)
      if (answer.id !== id) return
      socket.removeEventListener("message", answered)
      if (answer.error === undefined) resolve(answer.result)
      else reject(new Error(`${method}: ${answer.error.message}`))
    }
    socket.addEventListener("message", answered)
    socket.send(JSON.stringify({ id, method, params, sessionId }))
  })

const { targetId } = await call("Target.createTarget", { url: "about:blank" })
const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true })
mkdirSync(folder, { recursive: true })
for (const { name, html, scheme, width } of pictures) {
  const features = [{ name: "prefers-color-scheme", value: scheme }]
  // As high as the mail: nothing in it asks for more than that.
  await call("Emulation.setDeviceMetricsOverride", { width, height: 1, deviceScaleFactor: 1, mobile: true }, sessionId)
  await call("Emulation.setEmulatedMedia", { features }, sessionId)
  await call("Page.setDocumentContent", { frameId: targetId, html }, sessionId)
  const { data = "" } = await call("Page.captureScreenshot", { captureBeyondViewport: true }, sessionId)
  writeFileSync(join(folder, `${name}.png`), Buffer.from(data, "base64"))
}
const hashes = Object.fromEntries(pictures.map(({ name, hash }) => [name, hash]))
writeFileSync(join(folder, "pictures.json"), `${JSON.stringify(hashes, null, 2)}\n`)

await call("Browser.close")
await once(chromium, "exit")
rmSync(profile, { recursive: true })
console.log(`${pictures.length} pictures are taken.`)
