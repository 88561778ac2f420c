/** @jsxImportSource hono/jsx */
import { toWireInstant } from "@treff/adapters/wire"
import { Button, Document, Field, Form, Mistakes, Paragraphs } from "./document.tsx"
import { instantInWords, quoted } from "./language.ts"
import { type FoundInvitation, nextStepOf, type Visitor } from "./next-step.ts"
import { declinePath, invitationPath, signInPath, signOutPath } from "./paths.ts"
import type { Texts } from "./texts.ts"

/** The fields of the form for a new account, in their order. */
export const profileFields = ["username", "firstName", "lastName", "contactNumber"] as const
type ProfileField = (typeof profileFields)[number]

/** What was typed into the form, and what is wrong with it. */
export interface FormEntry {
  readonly typed: Readonly<Record<ProfileField, string>>
  readonly mistakes: Readonly<Partial<Record<ProfileField, string>>>
}

interface View {
  readonly texts: Texts
  readonly token: string
  readonly found: FoundInvitation
  readonly visitor: Visitor | null
  /** The visitor comes from another site, or the browser does not say. Then it may send no cookie, even if they are signed in. */
  readonly isCrossSite: boolean
  readonly entry: FormEntry
}

/** The page for a token that no invitation has, and for a link without a token. */
export const UnknownInvitationPage = ({ texts }: Pick<View, "texts">) => (
  <Document texts={texts} title={texts.closed.unknown.heading}>
    <Paragraphs words={texts.closed.unknown} />
  </Document>
)

/** An invitation, open or not, as the visitor may answer it. */
export const InvitationPage = (view: View) =>
  view.found.invitation.status === "pending" ? <OpenInvitation {...view} /> : <ClosedInvitation {...view} />

const OpenInvitation = (view: View) => {
  const { texts, found, visitor, entry } = view
  const { inviter, company } = namesOf(found)
  const { personalMessage } = found.invitation
  const nextStep = nextStepOf(found, visitor)
  const mistakes = nextStep === "new-account" ? entry.mistakes : {}
  const title = texts.invitation.heading(company)
  return (
    <Document texts={texts} title={title} mistakes={Object.keys(mistakes).length > 0}>
      <Mistakes heading={texts.newAccount.mistakes} mistakes={mistakes} />
      <h1>{title}</h1>
      <p class="lead">{texts.invitation.lead(inviter, company)}</p>
      {personalMessage === null ? null : (
        <figure>
          <figcaption>{texts.invitation.messageFrom(inviter)}</figcaption>
          <blockquote dir="auto">{personalMessage}</blockquote>
        </figure>
      )}
      <Facts {...view} />
      <section>
        <Answer {...view} />
      </section>
      {nextStep === "AlreadyMember" ? null : <Decline {...view} />}
    </Document>
  )
}

/** Whose invitation it is, in full. */
const Facts = ({ texts, found }: View) => {
  const { inviter, company, email } = namesOf(found)
  const { status, expiresAt } = found.invitation
  const address = found.inviter.email
  const { facts } = texts.invitation
  return (
    <dl>
      <div>
        <dt>{facts.inviter}</dt>
        <dd>
          {inviter}
          <br />
          <a href={`mailto:${encodeURIComponent(address).replace("%40", "@")}`}>{address}</a>
        </dd>
      </div>
      <div>
        <dt>{facts.company}</dt>
        <dd>{company}</dd>
      </div>
      <div>
        <dt>{facts.invited}</dt>
        <dd>{email}</dd>
      </div>
      {status === "pending" ? (
        <div>
          <dt>{facts.until}</dt>
          <dd>
            <time datetime={toWireInstant(expiresAt)}>{instantInWords(texts, expiresAt)}</time>
          </dd>
        </div>
      ) : null}
    </dl>
  )
}

const Answer = (view: View) => {
  const { texts, token, found, visitor, isCrossSite } = view
  const { company, inviter, email } = namesOf(found)
  const nextStep = nextStepOf(found, visitor)
  switch (nextStep) {
    case "new-account":
      return <NewAccount {...view} />
    case "may-join":
      return (
        <>
          <h2>{texts.join.heading}</h2>
          <p>{`${texts.invitation.signedInAs(email)} ${texts.join.line}`}</p>
          {found.account?.role === "candidate" ? <p class="notice">{texts.join.candidate}</p> : null}
          <Button action={invitationPath} hidden={{ token }} label={texts.join.submit(company)} />
        </>
      )
    case "sign-in-first":
      return (
        <>
          <h2>{texts.signInFirst.heading}</h2>
          <p>{texts.signInFirst.line(email)}</p>
          <SendLink {...view} />
          <p>{texts.signInFirst.after}</p>
          {isCrossSite ? (
            <>
              <p class="notice">{texts.signInFirst.again}</p>
              {/* A form and no link: the token stands in no address on the page. */}
              <Button
                action={invitationPath}
                method="get"
                hidden={{ token }}
                label={texts.signInFirst.loadAgain}
                quiet
              />
            </>
          ) : null}
        </>
      )
    case "somebody-else":
      return (
        <>
          <h2>{texts.somebodyElse.heading}</h2>
          <p>{texts.somebodyElse.line(visitor?.email ?? "", email)}</p>
          <Button action={signOutPath} hidden={{ token }} label={texts.signIn.signOut} quiet />
        </>
      )
    default: {
      const { heading, lines } = texts.cannotJoin[nextStep](company, inviter)
      return (
        <>
          <h2>{heading}</h2>
          <p>{texts.invitation.signedInAs(email)}</p>
          {lines.map((line) => (
            <p>{line}</p>
          ))}
        </>
      )
    }
  }
}

const NewAccount = ({ texts, token, found, visitor, entry: { typed, mistakes } }: View) => {
  const { company, email } = namesOf(found)
  const { fields, ...words } = texts.newAccount
  const field = (name: ProfileField) => ({ name, words: fields[name], value: typed[name], mistake: mistakes[name] })
  return (
    <>
      <h2>{words.heading}</h2>
      <p>{words.line(email)}</p>
      {visitor === null ? null : <p class="notice">{words.otherwiseSignedIn(visitor.email, email)}</p>}
      <Form action={invitationPath} hidden={{ token }}>
        <Field {...field("username")} type="text" autocomplete="username" autocapitalize="none" required />
        <Field {...field("firstName")} type="text" autocomplete="given-name" autocapitalize="words" required />
        <Field {...field("lastName")} type="text" autocomplete="family-name" autocapitalize="words" required />
        <Field {...field("contactNumber")} type="tel" autocomplete="tel" />
        <button type="submit">{words.submit(company)}</button>
      </Form>
    </>
  )
}

/** It has to be opened before it can be sent, since declining can't be undone. */
const Decline = ({ texts: { decline }, token, found }: View) => (
  <details>
    <summary>{decline.summary}</summary>
    <p>{decline.line(namesOf(found).inviter)}</p>
    <Button action={declinePath} hidden={{ token }} label={decline.submit} quiet />
  </details>
)

const ClosedInvitation = (view: View) => {
  const { texts, found, visitor } = view
  const { inviter, company, email } = namesOf(found)
  const { status, expiresAt } = found.invitation
  const closed = texts.closed
  const isYours = visitor !== null && visitor.caller.id === found.account?.id
  const words = {
    expired: () => closed.expired(instantInWords(texts, expiresAt), inviter),
    accepted: () => (isYours ? closed.acceptedByYou(company) : closed.accepted(company, email)),
    revoked: () => closed.revoked(company, inviter),
    declined: () => closed.declined(inviter),
    pending: () => closed.unknown
  }[status]()
  return (
    <Document texts={texts} title={words.heading}>
      <Paragraphs words={words} />
      {status === "accepted" && !isYours ? <SendLink {...view} /> : null}
      <section>
        <Facts {...view} />
      </section>
    </Document>
  )
}

/** Asks for a sign-in link to the invited address. */
const SendLink = ({ texts, found }: View) => (
  <Button action={signInPath} hidden={{ email: found.invitation.email }} label={texts.signInFirst.submit} />
)

/** The names, as they are written within a sentence. */
const namesOf = ({ invitation, companyName, inviter }: FoundInvitation) => ({
  company: quoted(companyName),
  inviter: quoted(`${inviter.firstName} ${inviter.lastName}`),
  email: invitation.email
})
