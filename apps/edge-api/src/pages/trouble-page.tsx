/** @jsxImportSource hono/jsx */
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { sharedProblems } from "../http/shared-problems.ts"
import { answerPage } from "./answer-page.ts"
import { Button, Document, Paragraphs } from "./document.tsx"
import { textsOf } from "./language.ts"
import type { Texts } from "./texts.ts"

/** Why there is no page, or not the one that was asked for. */
type Trouble = Exclude<keyof Texts["trouble"], "tryAgain">

const statusOf = {
  BadRequest: 400,
  NotFromHere: 403,
  MethodNotAllowed: sharedProblems.MethodNotAllowed.status,
  StaleVersion: sharedProblems.StaleVersion.status,
  BodyTooLarge: sharedProblems.BodyTooLarge.status,
  MediaTypeNotSupported: sharedProblems.MediaTypeNotSupported.status,
  Unexpected: sharedProblems.Unexpected.status,
  StoreUnavailable: sharedProblems.StoreUnavailable.status
} as const satisfies Record<Trouble, ContentfulStatusCode>

/** What to send again, just as it was sent: nothing that was typed is lost. */
export type Again = Pick<Parameters<typeof Button>[0], "action" | "method" | "hidden">

/** Answers with what went wrong, and what can be done about it. */
export const answerTrouble = (c: Context, trouble: Trouble, again?: Again) => {
  const texts = textsOf(c)
  const status = statusOf[trouble]
  if (status === 503) c.header("Retry-After", "5")
  const page = (
    <Document texts={texts} title={texts.trouble[trouble].heading}>
      <Paragraphs words={texts.trouble[trouble]} />
      {again === undefined ? null : <Button {...again} label={texts.trouble.tryAgain} />}
    </Document>
  )
  return answerPage(c, page, status)
}
