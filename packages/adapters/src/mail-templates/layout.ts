import { html } from "hono/html"
import type { HtmlEscapedString } from "hono/utils/html"
import type { Words } from "./mail.ts"

/** All that stands in a mail, in its order. The values in it are plain text, each of one line but for the message. */
interface Content extends Words {
  readonly language: string
  readonly title: string | null
  readonly message: { readonly from: string; readonly lines: ReadonlyArray<string> } | null
  readonly copyAddress: string
}

export const layOutText = ({ heading, title, message, lines, link, why }: Content): string =>
  [
    heading,
    ...(title === null ? [] : [title]),
    ...(message === null ? [] : [message.from, message.lines.join("\n")]),
    ...lines,
    ...(link === undefined ? [] : [link.address, ...link.lines]),
    `—\n${why}\n`
  ].join("\n\n")

type Markup = HtmlEscapedString | ReadonlyArray<HtmlEscapedString>

/** Escapes whatever is inserted. Of hono's, which gives a promise when it is given one, and only then. */
const markup = (strings: TemplateStringsArray, ...values: ReadonlyArray<string | number | Markup>) =>
  html(strings, ...values) as HtmlEscapedString

const font = "font-family:Helvetica,Arial,sans-serif"

// Word draws the mails of Outlook: it knows tables, no `max-width`, and takes a font only from the cell itself. Gmail
// drops `html` and `body`, so that language and colours stand on the table, too.
export const layOutHtml = ({
  language,
  subject,
  heading,
  title,
  message,
  lines,
  link,
  copyAddress,
  why
}: Content): string =>
  markup`<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background-color: #12181b !important; }
  .card { background-color: #1d262a !important; }
  .title { background-color: #26343a !important; }
  .ink { color: #eef2f3 !important; }
  .quiet { color: #aab6bb !important; }
  .mark { color: #7fd1c3 !important; }
  .message { border-color: #7fd1c3 !important; }
  .button { background-color: #7fd1c3 !important; color: #12181b !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f1f4f4">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${lines.join(" ")}</div>
<table role="presentation" class="page" lang="${language}" dir="ltr" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f1f4f4">
<tr><td align="center" style="padding:24px 12px">
<!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;table-layout:fixed;word-wrap:break-word;overflow-wrap:anywhere;word-break:break-word;text-align:left">
<tr><td class="mark" style="${font};font-size:18px;line-height:24px;font-weight:bold;color:#0c6157;padding:0 24px 12px">Treff</td></tr>
<tr><td class="card" style="background-color:#ffffff;border-radius:8px;padding:28px 24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed">
<tr><td style="padding:0 0 16px"><h1 class="ink" style="${font};font-size:22px;line-height:30px;font-weight:bold;color:#1b2528;margin:0">${heading}</h1></td></tr>
${title === null ? [] : layOutTitle(title)}${message === null ? [] : layOutMessage(message)}${lines.map(layOutLine)}${link === undefined ? [] : layOutLink(link, copyAddress)}</table>
</td></tr>
<tr><td class="quiet" style="${font};font-size:13px;line-height:20px;color:#536166;padding:16px 24px 0">${why}</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`.toString()

const layOutTitle = (title: string) =>
  markup`<tr><td class="title ink" dir="auto" style="${font};font-size:17px;line-height:24px;font-weight:bold;color:#1b2528;background-color:#e6f0ee;border-radius:6px;padding:14px 16px">${title}</td></tr>
${space(16)}`

const layOutLine = (line: string) =>
  markup`<tr><td class="ink" style="${font};font-size:16px;line-height:24px;color:#1b2528;padding:0 0 16px">${line}</td></tr>
`

/** The button is a cell of its own: Word pads no link. The address beside it is for copying, and for reading first. */
const layOutLink = ({ address, button, lines }: NonNullable<Words["link"]>, copyAddress: string) =>
  markup`<tr><td style="padding:4px 0 20px"><table role="presentation" cellpadding="0" cellspacing="0" border="0">
<tr><td class="button" align="center" style="background-color:#0c6157;border-radius:6px;mso-padding-alt:12px 24px"><a class="button" href="${address}" style="${font};font-size:16px;line-height:24px;font-weight:bold;color:#ffffff;background-color:#0c6157;border-radius:6px;text-decoration:none;display:inline-block;padding:12px 24px;mso-padding-alt:0">${button}</a></td></tr>
</table></td></tr>
<tr><td class="quiet" style="${font};font-size:14px;line-height:20px;color:#536166;padding:0 0 4px">${copyAddress}</td></tr>
<tr><td class="address ink" dir="ltr" style="${font};font-size:14px;line-height:20px;color:#1b2528;word-break:break-all;padding:0 0 20px">${address}</td></tr>
${lines.map(layOutLine)}`

const space = (height: number) =>
  markup`<tr><td style="font-size:0;line-height:${height}px;height:${height}px">&nbsp;</td></tr>
`

/** Its line breaks are elements: Word does not keep those of the text, whatever its style says. */
const layOutMessage = ({ from, lines }: NonNullable<Content["message"]>) =>
  markup`<tr><td class="quiet" style="${font};font-size:14px;line-height:20px;color:#536166;padding:0 0 8px">${from}</td></tr>
<tr><td class="message ink" dir="auto" style="${font};font-size:16px;line-height:24px;color:#1b2528;border-style:solid;border-color:#0c6157;border-width:0 0 0 3px;padding:0 0 0 14px">${lines.map((line, n) => (n === 0 ? markup`${line}` : markup`<br>${line}`))}</td></tr>
${space(20)}`
