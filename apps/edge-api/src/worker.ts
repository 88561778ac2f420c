import type { Context } from "hono"
import swaggerUiStyle from "swagger-ui-dist/swagger-ui.css"
import swaggerUiScript from "swagger-ui-dist/swagger-ui-bundle.js"
import { app } from "./app.ts"
import { docsPage, docsPolicy, docsStart } from "./docs/docs-page.ts"
import { openApiDocument } from "./docs/openapi.ts"
import { addressBarScript } from "./pages/address-bar.ts"
import { pages } from "./pages/pages.tsx"
import { scriptPath, stylePath } from "./pages/paths.ts"
import pagesStyle from "./pages/style.css"
import type { Env } from "./wiring/env.ts"

const file = (contentType: string, content: string) => (c: Context) =>
  c.body(content, 200, { "Content-Type": contentType, "Cache-Control": "public, max-age=3600" })

app.get("/openapi.json", (c) => c.json(openApiDocument()))
app.get("/docs", (c) => c.html(docsPage, 200, { "Content-Security-Policy": docsPolicy }))
app.get("/docs/start.js", file("text/javascript; charset=utf-8", docsStart))
app.get("/docs/swagger-ui-bundle.js", file("text/javascript; charset=utf-8", swaggerUiScript))
app.get("/docs/swagger-ui.css", file("text/css; charset=utf-8", swaggerUiStyle))

app.route("/", pages)
app.get(scriptPath, file("text/javascript; charset=utf-8", addressBarScript))
app.get(stylePath, file("text/css; charset=utf-8", pagesStyle))

export default { fetch: app.fetch } satisfies ExportedHandler<Env>
