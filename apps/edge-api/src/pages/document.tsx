/** @jsxImportSource hono/jsx */
import type { PropsWithChildren } from "hono/jsx"
import { scriptPath, stylePath } from "./paths.ts"
import type { FieldWords, Texts, Words } from "./texts.ts"

/** A whole page. With `mistakes` the title says so first, as the page does. */
export const Document = ({
  texts,
  title,
  mistakes = false,
  children
}: PropsWithChildren<{ readonly texts: Texts; readonly title: string; readonly mistakes?: boolean | undefined }>) => (
  <html lang={texts.language} dir="ltr">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
      <title>{`${mistakes ? texts.mistake : ""}${title} – Treff`}</title>
      <link rel="stylesheet" href={stylePath} />
      <script src={scriptPath} defer></script>
    </head>
    <body>
      <header>Treff</header>
      <main>{children}</main>
    </body>
  </html>
)

/** A heading with its paragraphs. */
export const Paragraphs = ({ words: { heading, lines } }: { readonly words: Words }) => (
  <>
    <h1>{heading}</h1>
    {lines.map((line) => (
      <p>{line}</p>
    ))}
  </>
)

/** A form that our own server answers. Without `novalidate` a browser would say what is missing in its own words. */
export const Form = ({
  action,
  method = "post",
  hidden,
  children
}: PropsWithChildren<{
  readonly action: string
  readonly method?: "get" | "post"
  /** The hidden fields; an empty one is left out. */
  readonly hidden: Readonly<Record<string, string>>
}>) => (
  <form action={action} method={method} novalidate>
    {Object.entries(hidden)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    {children}
  </form>
)

/** A form with nothing in it but its button. */
export const Button = ({
  label,
  quiet = false,
  ...form
}: Omit<Parameters<typeof Form>[0], "children"> & { readonly label: string; readonly quiet?: boolean }) => (
  <Form {...form}>
    <button type="submit" class={quiet ? "quiet" : undefined}>
      {label}
    </button>
  </Form>
)

/** A labelled input: what is wrong with it is said beside it. */
export const Field = ({
  name,
  words: { label, hint },
  mistake,
  ...input
}: {
  readonly name: string
  readonly words: FieldWords
  readonly value: string
  readonly mistake: string | undefined
  readonly type: "text" | "tel" | "email"
  readonly autocomplete: string
  readonly autocapitalize?: "none" | "words"
  readonly required?: boolean
}) => {
  const described = [...(hint === "" ? [] : [`${name}-hint`]), ...(mistake === undefined ? [] : [`${name}-mistake`])]
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint === "" ? null : (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {mistake === undefined ? null : (
        <p class="mistake" id={`${name}-mistake`}>
          {mistake}
        </p>
      )}
      <input
        id={name}
        name={name}
        spellcheck={false}
        aria-describedby={described.length === 0 ? undefined : described.join(" ")}
        aria-invalid={mistake === undefined ? undefined : "true"}
        {...input}
      />
    </div>
  )
}

/** All that is wrong with a form, above everything else: it has the focus when the page opens. */
export const Mistakes = ({
  heading,
  mistakes
}: {
  readonly heading: string
  readonly mistakes: Readonly<Record<string, string>>
}) =>
  Object.keys(mistakes).length === 0 ? null : (
    // Whoever listens to the page learns first that the form was not accepted.
    <div class="mistakes" role="alert" aria-labelledby="mistakes" tabindex={-1} autofocus>
      <h2 id="mistakes">{heading}</h2>
      <ul>
        {Object.entries(mistakes).map(([name, mistake]) => (
          <li>
            <a href={`#${name}`}>{mistake}</a>
          </li>
        ))}
      </ul>
    </div>
  )
