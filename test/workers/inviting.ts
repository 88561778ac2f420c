import { assert } from "vitest"
import type { Stage } from "../stage.ts"

/** An address that nobody has. */
export const anAddress = () => `Kim.${crypto.randomUUID()}@Example.org`

/** What somebody says of themselves who accepts; nobody else has the user name. */
export const profile = (changes: object = {}) => ({
  username: `kim.${crypto.randomUUID()}`.slice(0, 40),
  firstName: "Kim",
  lastName: "Hansen",
  ...changes
})

/** What people do with invitations. `token` is what they call with, and `link` the token of the mail's link. */
export const inviting = ({ call, sealedToken }: Stage) => {
  const invite = (token: string, email: string = anAddress(), more: object = {}) =>
    call("POST", "/api/invitations/recruiter", { token, body: { email, ...more } })
  return {
    invite,
    bulk: (token: string, emails: ReadonlyArray<string>) =>
      call("POST", "/api/invitations/bulk-recruiter", { token, body: emails.map((email) => ({ email })) }),
    accept: (link: string, { body = profile(), token }: { readonly body?: object; readonly token?: string } = {}) =>
      call("POST", `/api/invitations/accept/${link}`, { body, ...(token !== undefined && { token }) }),
    decline: (link: string) => call("POST", `/api/invitations/decline/${link}`),
    validate: (link: string) => call("GET", `/api/invitations/validate/${link}`),
    revoke: (token: string, id: string) => call("PATCH", `/api/invitations/${id}/revoke`, { token }),
    resend: (token: string, id: string) => call("POST", `/api/invitations/${id}/resend`, { token }),

    /** Invites somebody whose mail is not sent yet, and answers the invitation with the token of its link. */
    invited: async (token: string, email?: string, more?: object) => {
      const { status, json } = await invite(token, email, more)
      assert.strictEqual(status, 201, JSON.stringify(json))
      return { id: json.id as string, email: json.email as string, link: await sealedToken("invitation", json.id) }
    },

    /** The token of an invitation's link, for as long as its mail is not sent. */
    linkOf: (id: string) => sealedToken("invitation", id),

    /** The token of the link in a mail. */
    linkIn: (text: string | undefined): string =>
      /[?&]token=([\w-]{43})\b/.exec(text ?? "")?.[1] ?? assert.fail("no link")
  }
}

export type InvitingStage = ReturnType<typeof inviting>
