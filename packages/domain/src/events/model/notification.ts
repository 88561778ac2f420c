import type { DataOf, Fields } from "../../kernel/fields.ts"

/**
 * What one template says, in a sentence, and the fields of its data. `toAddress` is set where it goes by mail to an address
 * that need not be an account's: nobody finds it in an inbox.
 */
export interface TemplateDeclaration {
  readonly about: string
  readonly toAddress?: true
  readonly data: Fields
}

/** Templates by their names. */
export type DeclaredTemplates = Readonly<Record<string, TemplateDeclaration>>

/**
 * Declares what a context may notify people of, and with which data. From this one value come the types, the schemas on
 * the wire and the documentation. See docs/flows/notifications.md and docs/adding-a-flow.md.
 */
export const declareTemplates = <const D extends DeclaredTemplates>(templates: D): D => templates

/** What somebody is notified of: a template, and the data that its words are made of. */
export interface NotificationContent {
  readonly template: string
  readonly data: object
}

/** The union of the contents that are declared, such as `ContentOf<typeof offerTemplates>`. */
export type ContentOf<D extends DeclaredTemplates> = {
  readonly [T in keyof D & string]: { readonly template: T; readonly data: DataOf<D[T]["data"]> }
}[keyof D & string]

/** Where somebody is notified, in the order of an item's deliveries: in the own inbox, by mail where it matters. */
export const channels = ["inbox", "mail"] as const
/** One of {@link channels}. */
export type Channel = (typeof channels)[number]

/**
 * A notification that is to be written: one for each event and recipient, with a delivery for each channel. The id of a
 * mail is that of its delivery. See docs/flows/notifications.md.
 */
export interface NewNotification extends NotificationContent {
  readonly id: string
  /** The event that it is about; of a sign-in, which is no event, its own id. */
  readonly eventId: string
  /** The account that is notified; where the address alone is known, what the mail is about: an invitation, say. */
  readonly recipientId: string
  /** The company whose matter it is: who has left it sees it no more. Null for candidates, who belong to none. */
  readonly companyId: string | null
  readonly deliveries: ReadonlyArray<{ readonly id: string; readonly channel: Channel }>
}
