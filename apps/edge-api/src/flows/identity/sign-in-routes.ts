import { createRoute, OpenAPIHono } from "@hono/zod-openapi"
import { emailLimit, requestSignIn, signIn as useLink } from "@treff/domain/identity"
import * as z from "zod"
import { bodyProblems, jsonBody, noBody } from "../../http/body.ts"
import { anyonesProblems, json, jsonInput, tokenParam } from "../../http/declare.ts"
import { text } from "../../http/input.ts"
import type { RequestEnv } from "../../http/request.ts"
import { flowAnswers } from "../../http/respond.ts"
import { sendMailsSoon } from "../../http/send-mails-soon.ts"
import { issueToken } from "../../http/session-token.ts"
import { identityProblems } from "./problems.ts"

const SignInInput = z
  .strictObject({ email: text(emailLimit).meta({ format: "email", example: "kim.hansen@example.org" }) })
  .meta({ id: "SignInInput" })

const tags = ["sign-in"]
const { respond, problemsOf } = flowAnswers(identityProblems, {
  instance: "/api/sign-in",
  issue: { pointer: "/email", message: "must be an e-mail address" }
})

const request = createRoute({
  method: "post",
  path: "/",
  tags,
  summary:
    "Ask for a link to sign in by, which is mailed if it is the address of an account; nothing tells whether it is",
  middleware: [...jsonBody],
  request: { body: jsonInput(SignInInput) },
  responses: {
    202: { description: "a mail is on its way, if there is such an account" },
    ...problemsOf(...anyonesProblems, ...bodyProblems, "InvalidEmail")
  }
})

const use = createRoute({
  method: "post",
  path: "/{token}",
  tags,
  summary: "Sign in by a link's token, which is used up by it",
  middleware: [...noBody],
  request: { params: tokenParam },
  responses: {
    200: json(
      z
        .object({ token: z.string().meta({ description: "what goes into Authorization: Bearer" }) })
        .meta({ id: "SignedIn" }),
      "signed in"
    ),
    ...problemsOf(...anyonesProblems, ...bodyProblems, "SignInTokenUnknown")
  }
})

export const signIn = () =>
  new OpenAPIHono<RequestEnv>()
    .openapi(request, (c) =>
      respond(c, requestSignIn(c.req.valid("json").email), () => {
        sendMailsSoon(c)
        return c.body(null, 202)
      })
    )
    .openapi(use, (c) =>
      respond(c, useLink(c.req.valid("param").token), async (account) =>
        c.json({ token: await issueToken(c, account) }, 200)
      )
    )
