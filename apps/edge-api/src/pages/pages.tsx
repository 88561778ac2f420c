/** @jsxImportSource hono/jsx */
import { describeFailure } from "@treff/adapters/invocation"
import { requestSignIn, signIn } from "@treff/domain/identity"
import { acceptInvitation, declineInvitation, readInvitation } from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import { type Context, Hono } from "hono"
import { HTTPException } from "hono/http-exception"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { identityProblems } from "../flows/identity/problems.ts"
import { invitationProblems } from "../flows/invitations/problems.ts"
import { outcomeOf, type Ports, portsOf, type RequestEnv } from "../http/request.ts"
import { sendMailsSoon } from "../http/send-mails-soon.ts"
import { sharedProblems } from "../http/shared-problems.ts"
import { textFile } from "../http/text-file.ts"
import { addressBarScript } from "./address-bar.ts"
import { answerPage, pageHeaders } from "./answer-page.ts"
import { Document, Paragraphs } from "./document.tsx"
import { formBody, withForm } from "./form.ts"
import { type FormEntry, InvitationPage, profileFields, UnknownInvitationPage } from "./invitation-page.tsx"
import { textsOf } from "./language.ts"
import type { Visitor } from "./next-step.ts"
import {
  declinePath,
  donePath,
  invitationPath,
  linkRequestedPath,
  scriptPath,
  signInPath,
  signOutPath,
  stylePath
} from "./paths.ts"
import {
  beginSession,
  endSession,
  type InvitationAnswer,
  rememberAnswer,
  rememberedAnswer,
  visitorOf
} from "./session.ts"
import { LinkRequestedPage, SignInLinkPage, SignInPage } from "./sign-in-page.tsx"
import { style } from "./style.ts"
import { answerTrouble, type Retry } from "./trouble-page.tsx"

/** The pages that mails link to: they work without scripts, and each is answered in the visitor's language. */
const pages = new Hono<RequestEnv>()

type PageContext = Context<RequestEnv>

const problems = { ...sharedProblems, ...invitationProblems, ...identityProblems }

for (const path of [invitationPath, signInPath, signOutPath]) pages.use(`${path}/*`, ...pageHeaders)

pages.onError((error, c) => {
  // What `hono/csrf` throws at a form that another site has sent.
  if (error instanceof HTTPException && error.status === 403) return answerTrouble(c, "CrossOrigin")
  console.error(describeFailure(error))
  return answerTrouble(c, "Unexpected")
})

pages.get(invitationPath, async (c) => {
  const token = tokenOf(c)
  const retry = { action: invitationPath, method: "get", hidden: { token } } as const
  return answerInvitation(c, { token, visitor: await visitorOf(c), retry })
})

pages.post(invitationPath, ...formBody, (c) =>
  withForm(c, ["token", ...profileFields], async ({ token: sent, ...typed }) => {
    const token = sent.trim()
    const visitor = await visitorOf(c)
    const retry = { action: invitationPath, hidden: { token, ...typed } }
    const profile = Effect.succeed(profileOf(typed))
    const outcome = await run(c, acceptInvitation({ token, caller: visitor?.caller ?? null, profile }))
    if ("value" in outcome) {
      await beginSession(c, outcome.value)
      return redirectToDone(c, "accepted")
    }
    const { failure } = outcome
    const texts = textsOf(c).newAccount
    const answer = (mistakes: FormEntry["mistakes"], as: Visitor | null = visitor) => {
      const { status } = problems[failure._tag]
      if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="treff"')
      return answerInvitation(c, { token, visitor: as, retry, status, entry: { typed, mistakes } })
    }
    switch (failure._tag) {
      case "StaleVersion":
      case "StoreUnavailable":
        return answerTrouble(c, failure._tag, retry)
      case "InvalidProfile":
        return answer(Object.fromEntries(failure.issues.map(({ field }) => [field, texts.fields[field].invalid])))
      case "UsernameTaken":
        return answer({ username: texts.usernameTaken })
      case "CallerStale":
        endSession(c)
        return answer({}, null)
      default:
        return answer({})
    }
  })
)

pages.post(declinePath, ...formBody, (c) =>
  withForm(c, ["token"], async ({ token: sent }) => {
    const token = sent.trim()
    const retry = { action: declinePath, hidden: { token } }
    const outcome = await run(c, declineInvitation(token))
    if ("value" in outcome) return redirectToDone(c, "declined")
    const { failure } = outcome
    switch (failure._tag) {
      case "StaleVersion":
      case "StoreUnavailable":
        return answerTrouble(c, failure._tag, retry)
      case "InvitationNotOpen":
        // The form was sent twice: it is answered as the first time.
        if (failure.status === "declined") return redirectToDone(c, "declined")
    }
    const { status } = problems[failure._tag]
    return answerInvitation(c, { token, visitor: await visitorOf(c), retry, status })
  })
)

pages.get(donePath, (c) => {
  const texts = textsOf(c)
  const answer = rememberedAnswer(c)
  const words = texts.done[answer ?? "nothing"]
  const page = (
    <Document texts={texts} title={words.heading}>
      <Paragraphs words={words} />
      {answer === "declined" ? null : (
        <p>
          <a href={signInPath}>{texts.done.toSignIn}</a>
        </p>
      )}
    </Document>
  )
  return answerPage(c, page)
})

pages.get(signInPath, async (c) => {
  const texts = textsOf(c)
  const token = tokenOf(c)
  const page =
    token === "" ? (
      <SignInPage texts={texts} visitor={await visitorOf(c)} />
    ) : (
      <SignInLinkPage texts={texts} token={token} />
    )
  return answerPage(c, page)
})

pages.post(signInPath, ...formBody, (c) =>
  withForm(c, ["token", "email"], async ({ token: sent, email }) => {
    const token = sent.trim()
    return token === "" ? sendLink(c, email) : useLink(c, token)
  })
)

pages.get(linkRequestedPath, (c) => answerPage(c, <LinkRequestedPage texts={textsOf(c)} />))

pages.post(signOutPath, ...formBody, (c) =>
  withForm(c, ["token"], async ({ token: sent }) => {
    const token = sent.trim()
    endSession(c)
    if (token === "") return c.redirect(signInPath, 303)
    return answerInvitation(c, { token, visitor: null, retry: { action: signOutPath, hidden: { token } } })
  })
)

// A path that takes only forms answers other methods with a page, too: browsers go back to it.
for (const { path } of pages.routes.filter(({ method }) => method !== "ALL")) {
  const methods = new Set(pages.routes.filter((route) => route.path === path).map(({ method }) => method))
  if (methods.has("ALL")) continue
  if (methods.has("GET")) methods.add("HEAD")
  pages.all(path, (c) => {
    c.header("Allow", [...methods].join(", "))
    return answerTrouble(c, "MethodNotAllowed")
  })
}

/** Adds the pages, and the files that they load. */
export const addPages = (app: Hono<RequestEnv>): void => {
  app.route("/", pages)
  app.get(scriptPath, textFile("text/javascript", addressBarScript))
  app.get(stylePath, textFile("text/css", style))
}

const run = <A, F>(c: PageContext, program: Effect.Effect<A, F, Ports>) =>
  outcomeOf(Effect.provide(program, portsOf(c)))

/** The token of the link, empty where there is none. */
const tokenOf = (c: PageContext): string => (c.req.query("token") ?? "").trim()

/** Answers the page of the invitation that has this token, as it is now. */
const answerInvitation = async (
  c: PageContext,
  {
    token,
    visitor,
    retry,
    status = 200,
    entry = emptyEntry
  }: {
    readonly token: string
    readonly visitor: Visitor | null
    readonly retry: Retry
    readonly status?: ContentfulStatusCode
    readonly entry?: FormEntry
  }
) => {
  const texts = textsOf(c)
  const outcome = token === "" ? { failure: { _tag: "TokenUnknown" } as const } : await run(c, readInvitation(token))
  if ("value" in outcome) {
    const isCrossSite = !["same-origin", "same-site", "none"].includes(c.req.header("Sec-Fetch-Site") ?? "")
    const view = { texts, token, found: outcome.value, visitor, isCrossSite, entry }
    return answerPage(c, <InvitationPage {...view} />, status)
  }
  return outcome.failure._tag === "TokenUnknown"
    ? answerPage(c, <UnknownInvitationPage texts={texts} />, status)
    : answerTrouble(c, outcome.failure._tag, retry)
}

const emptyEntry: FormEntry = { typed: { username: "", firstName: "", lastName: "", contactNumber: "" }, mistakes: {} }

/** Redirects to a page that can be loaded again without sending the form again. */
const redirectToDone = (c: PageContext, answer: InvitationAnswer) => {
  rememberAnswer(c, answer)
  return c.redirect(donePath, 303)
}

const profileOf = ({ username, firstName, lastName, contactNumber }: FormEntry["typed"]) => ({
  username: username.trim(),
  firstName: firstName.trim(),
  lastName: lastName.trim(),
  // People write telephone numbers in groups of digits.
  contactNumber: contactNumber.replaceAll(/[\s().-]/g, "") || null
})

/** Sends a link to an address. The answer does not say whether there is such an account. */
const sendLink = async (c: PageContext, typed: string) => {
  const outcome = await run(c, requestSignIn(typed.trim()))
  if ("value" in outcome) {
    sendMailsSoon(c)
    return c.redirect(linkRequestedPath, 303)
  }
  if (outcome.failure._tag === "StoreUnavailable") {
    return answerTrouble(c, "StoreUnavailable", { action: signInPath, hidden: { email: typed } })
  }
  const page = <SignInPage texts={textsOf(c)} visitor={null} typed={typed} isInvalid />
  return answerPage(c, page, problems[outcome.failure._tag].status)
}

/** Signs in by a link, which is good for one time. */
const useLink = async (c: PageContext, token: string) => {
  const outcome = await run(c, signIn(token))
  if ("value" in outcome) {
    await beginSession(c, outcome.value)
    return c.redirect(signInPath, 303)
  }
  if (outcome.failure._tag === "StoreUnavailable") {
    return answerTrouble(c, "StoreUnavailable", { action: signInPath, hidden: { token } })
  }
  const page = <SignInPage texts={textsOf(c)} visitor={null} linkIsUsed />
  return answerPage(c, page, problems[outcome.failure._tag].status)
}
