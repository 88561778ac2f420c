/** @jsxImportSource hono/jsx */
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { sharedProblems } from "../http/shared-problems.ts"
import { answerPage } from "./answer-page.ts"
import { Button, Document, Paragraphs } from "./document.tsx"
import { textsOf } from "./language.ts"
import type { Texts } from "./texts.ts"

/** Why the page that was asked for is not answered. */
type Trouble = Exclude<keyof Texts["trouble"], "tryAgain">

const statusOf = {
  BadRequest: 400,
  CrossOrigin: 403,
  MethodNotAllowed: sharedProblems.MethodNotAllowed.status,
  StaleVersion: sharedProblems.StaleVersion.status,
  BodyTooLarge: sharedProblems.BodyTooLarge.status,
  MediaTypeNotSupported: sharedProblems.MediaTypeNotSupported.status,
  Unexpected: sharedProblems.Unexpected.status,
  StoreUnavailable: sharedProblems.StoreUnavailable.status
} as const satisfies Record<Trouble, ContentfulStatusCode>

/** A button that sends the same request again, with everything that was typed. */
export type Retry = Pick<Parameters<typeof Button>[0], "action" | "method" | "hidden">

/** Answers a page that says what went wrong and what can be done about it. */
export const answerTrouble = (c: Context, trouble: Trouble, retry?: Retry) => {
  const texts = textsOf(c)
  const status = statusOf[trouble]
  if (status === 503) c.header("Retry-After", "5")
  const page = (
    <Document texts={texts} title={texts.trouble[trouble].heading}>
      <Paragraphs words={texts.trouble[trouble]} />
      {retry === undefined ? null : <Button {...retry} label={texts.trouble.tryAgain} />}
    </Document>
  )
  return answerPage(c, page, status)
}
