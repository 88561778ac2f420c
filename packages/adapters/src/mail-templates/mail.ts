import type { Person } from "@treff/domain/identity"
import type { Instant } from "@treff/domain/kernel"

/** A language that mails are written in. */
export interface Language {
  readonly name: "english" | "french" | "norwegian"
  /** As HTML names it. */
  readonly code: string
  /** The locale in which dates are written. */
  readonly dates: string
  /** Stands above the message that came with an offer or an invitation. */
  readonly messageFrom: (name: string) => string
  /** Stands above the address that a button leads to. */
  readonly copyAddress: string
}

/** What one mail says, beside the offer's title and the message, which stand in it as they are. */
export interface Words {
  readonly subject: string
  readonly heading: string
  readonly lines: ReadonlyArray<string>
  /** Where it leads, and what is to be known of that. */
  readonly link?: { readonly address: string; readonly button: string; readonly lines: ReadonlyArray<string> }
  /** Why one gets this mail. */
  readonly why: string
}

/** Makes values ready to be shown in one line. */
export interface Format {
  readonly text: (value: string) => string
  readonly name: (person: Person) => string
  /** An instant in the words of the language, to the minute, in UTC. */
  readonly instant: (at: Instant) => string
  /** The link to a page, with the token. */
  readonly address: (page: string) => string
}

/** A message that somebody wrote, with its lines as they are. */
export interface Message {
  readonly from: string
  readonly text: string | null
}

/** How a notification with data `D` becomes a mail. */
export interface Mail<D> {
  readonly words: (language: Language["name"], data: D, format: Format) => Words
  readonly message: (data: D) => Message | null
}

/** A mail for each template of these contents. */
export type MailsOf<C extends { readonly template: string; readonly data: unknown }> = {
  readonly [T in C["template"]]: Mail<Extract<C, { readonly template: T }>["data"]>
}

/**
 * Declares a mail: `facts` picks what the mail shows, and each language puts that into words. What is not picked, ids above
 * all, stays out. Nothing that is said depends on anybody's gender. In French, `\u00a0` is the space before a colon and
 * within quotation marks, where no line may break; no name follows `de` or `que`, which would have to be elided before a
 * vowel.
 */
export const mail = <D, F>({
  facts,
  message = () => null,
  ...words
}: {
  readonly facts: (data: D, format: Format) => F
  readonly message?: (data: D) => Message | null
} & Readonly<Record<Language["name"], (facts: F) => Words>>): Mail<D> => ({
  words: (language, data, format) => words[language](facts(data, format)),
  message
})

export const nameOf = ({ firstName, lastName }: Person) => `${firstName} ${lastName}`
