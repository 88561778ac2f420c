import type { OpenAPIHono } from "@hono/zod-openapi"
import type { RequestEnv } from "../http/request.ts"
import { textFile } from "../http/text-file.ts"
import type { Wiring } from "../wiring/wiring.ts"
import { docsPage, docsPolicy, docsStart } from "./docs-page.ts"
import { openApiDocument } from "./openapi.ts"

/** Adds the API's description, and the page that renders it. */
export const addDocs = (app: OpenAPIHono<RequestEnv>, swaggerUi: Wiring["swaggerUi"]): void => {
  app.get("/openapi.json", (c) => c.json(openApiDocument(app)))
  app.get("/docs", (c) => c.html(docsPage, 200, { "Content-Security-Policy": docsPolicy }))
  app.get("/docs/start.js", textFile("text/javascript", docsStart))
  app.get("/docs/swagger-ui-bundle.js", textFile("text/javascript", swaggerUi.script))
  app.get("/docs/swagger-ui.css", textFile("text/css", swaggerUi.style))
}
