import * as Effect from "effect/Effect"
import { isLine, lineRule } from "../../../kernel/text.ts"

/** What somebody who accepts an invitation says of themselves. See docs/flows/identity.md. */
export interface Profile {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly contactNumber: string | null
}

/** How long a first or a last name may be, in code points, after trimming. See docs/flows/identity.md. */
export const nameLimit = 100

/** What is wrong with one field of a profile, in a sentence for whom it is about. */
export interface ProfileIssue {
  readonly field: keyof Profile
  readonly message: string
}

/** A profile can't be so; nothing was written. `issues` holds at least one. */
export interface InvalidProfile {
  readonly _tag: "InvalidProfile"
  readonly issues: ReadonlyArray<ProfileIssue>
}

/**
 * Fails with everything that is wrong with the profile: `InvalidProfile`. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { checkProfile } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 *
 * const profile = { username: "al", firstName: "Al", lastName: "Vik", contactNumber: "+4722334455" }
 * const { issues } = await Effect.runPromise(Effect.flip(checkProfile(profile)))
 * deepStrictEqual(issues.map(({ field }) => field), ["username"])
 * ```
 */
export const checkProfile = ({
  username,
  firstName,
  lastName,
  contactNumber
}: Profile): Effect.Effect<void, InvalidProfile> => {
  const issues: Array<ProfileIssue> = []
  const expect = (holds: boolean, field: keyof Profile, message: string) => {
    if (!holds) issues.push({ field, message })
  }
  expect(
    /^[A-Za-z0-9._-]{3,40}$/.test(username),
    "username",
    "must be 3 to 40 letters (a to z), digits, dots, underscores or hyphens"
  )
  expect(isLine(firstName, nameLimit), "firstName", lineRule(nameLimit))
  expect(isLine(lastName, nameLimit), "lastName", lineRule(nameLimit))
  expect(
    contactNumber === null || /^\+[1-9]\d{1,14}$/.test(contactNumber),
    "contactNumber",
    "must be a telephone number in E.164: a plus sign, the country code and the number, at most 15 digits"
  )
  return issues.length === 0 ? Effect.void : Effect.fail({ _tag: "InvalidProfile", issues })
}

/** The longest address that a mail can be sent to (RFC 5321). */
export const emailLimit = 254

/**
 * Whether a text is the address of a mailbox: as the HTML standard has it, with a domain of two parts at least, and no
 * longer than mail can carry. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isEmail } from "@treff/domain/identity"
 *
 * strictEqual(isEmail("kim.hansen@mail.example"), true)
 * strictEqual(isEmail("kim@localhost"), false)
 * ```
 */
export const isEmail = (text: string): boolean =>
  text.length <= emailLimit && text.indexOf("@") <= 64 && address.test(text)

const label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const address = new RegExp(`^${atom}(?:\\.${atom})*@${label}(?:\\.${label})+$`)

/**
 * What two spellings of an address have in common: they are the same whatever the case of their letters. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { emailKey } from "@treff/domain/identity"
 *
 * strictEqual(emailKey("Kim@B.eu"), emailKey("kim@b.eu"))
 * ```
 */
export const emailKey = (email: string): string => email.toLowerCase()
