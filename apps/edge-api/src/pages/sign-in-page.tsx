/** @jsxImportSource hono/jsx */
import { Button, Document, Field, Form, Mistakes, Paragraphs } from "./document.tsx"
import type { Visitor } from "./next-step.ts"
import { signInPath, signOutPath } from "./paths.ts"
import type { Texts } from "./texts.ts"

interface View {
  readonly texts: Texts
}

/** Who is signed in, or the form for an address; above it, where it is so, that a link works no longer. */
export const SignInPage = ({
  texts,
  visitor,
  typed = "",
  isInvalid = false,
  linkIsUsed = false
}: View & {
  readonly visitor: Visitor | null
  readonly typed?: string
  readonly isInvalid?: boolean
  readonly linkIsUsed?: boolean
}) => {
  if (visitor !== null && !isInvalid && !linkIsUsed) return <SignedInPage texts={texts} visitor={visitor} />
  const { signIn } = texts
  const words = linkIsUsed ? signIn.tokenUnknown : { heading: signIn.heading, lines: [signIn.line] }
  const mistake = isInvalid ? signIn.email.invalid : undefined
  return (
    <Document texts={texts} title={words.heading} mistakes={isInvalid}>
      <Mistakes heading={texts.newAccount.mistakes} mistakes={mistake === undefined ? {} : { email: mistake }} />
      <Paragraphs words={words} />
      <Form action={signInPath} hidden={{}}>
        <Field
          name="email"
          words={signIn.email}
          value={typed}
          mistake={mistake}
          type="email"
          autocomplete="email"
          autocapitalize="none"
          required
        />
        <button type="submit">{signIn.submit}</button>
      </Form>
    </Document>
  )
}

const SignedInPage = ({ texts, visitor }: View & { readonly visitor: Visitor }) => {
  const { heading, lines } = texts.signIn.signedIn
  return (
    <Document texts={texts} title={heading}>
      <Paragraphs words={{ heading, lines: [texts.invitation.signedInAs(visitor.email), ...lines] }} />
      <Button action={signOutPath} hidden={{}} label={texts.signIn.signOut} quiet />
    </Document>
  )
}

/** What a link opens: it is used up by the button alone, for mail scanners open links. */
export const SignInLinkPage = ({ texts, token }: View & { readonly token: string }) => (
  <Document texts={texts} title={texts.signIn.confirm.heading}>
    <Paragraphs words={texts.signIn.confirm} />
    <Button action={signInPath} hidden={{ token }} label={texts.signIn.confirm.submit} />
  </Document>
)

/** The page after somebody asked for a link. It is alike for every address, so it does not say which have an account. */
export const LinkRequestedPage = ({ texts }: View) => (
  <Document texts={texts} title={texts.signIn.asked.heading}>
    <Paragraphs words={texts.signIn.asked} />
    <p>
      <a href={signInPath}>{texts.signIn.again}</a>
    </p>
  </Document>
)
