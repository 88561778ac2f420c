/** The page that renders openapi.json. Its script and style are served by us; nothing else is loaded. */
export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Treff API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** Inline scripts are not allowed on the page, so what starts it is a file too. */
export const docsStart = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true })
`

/** swagger-ui sets styles on its elements and draws its icons as data; everything else comes from here or not at all. */
export const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
