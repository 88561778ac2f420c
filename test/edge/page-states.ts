import { aCandidate, aManager, aRecruiter, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { assert } from "vitest"
import type { Texts } from "../../apps/edge-api/src/pages/texts.ts"
import type { Stage } from "../stage.ts"

/** Whose address an invitation is for, and who else is signed in. */
export interface Found {
  readonly email: string
  readonly other: string
}

/** One state that a page can be in. */
export interface PageState {
  /** Makes it so, and answers where it is seen, and by whom. */
  readonly open: (cast: Cast) => Promise<Found & { readonly path: string; readonly viewer?: Account }>
  readonly says: (texts: Texts, found: Found) => ReadonlyArray<string>
  /** Where its forms go. */
  readonly forms: ReadonlyArray<string>
  readonly headers?: Readonly<Record<string, string>>
}

/** What somebody new says of themselves. */
export const profile = (changes: Readonly<Record<string, string>> = {}) => ({
  username: `kim-${newId().slice(-12)}`,
  firstName: "Kim",
  lastName: "Hansen",
  contactNumber: "+4722334455",
  ...changes
})

export const pathOf = (token: string) => `/accept-invitation?token=${token}`

/** A company whose manager invites, by the API. */
export const openInvitations = async (stage: Stage) => {
  const company = await stage.addCompany()
  const elsewhere = await stage.addCompany()
  const { manager } = company
  await stage.pool.query(
    "update account set first_name = 'Mia', last_name = 'Vik', email = 'mia@acme.example' where id = $1",
    [manager.id]
  )

  /** Invites an address by the API, and answers the token that its mail will carry. */
  const invite = async (email = `${newId()}@mail.example`, more: object = {}) => {
    const token = await stage.tokenOf(manager)
    const answer = await stage.call("POST", "/api/invitations/recruiter", { token, body: { email, ...more } })
    assert.strictEqual(answer.status, 201, answer.text)
    const { id } = answer.json as { readonly id: string }
    return { id, email, token: await stage.sealedToken("invitation", id) }
  }

  /** Invites the address of an account, which is made. */
  const inviteAccount = async (account: Account) => {
    await stage.addAccount(account)
    return { account, ...(await invite(account.email)) }
  }

  const accept = async (token: string, body?: object, by?: Account): Promise<void> => {
    const options = by === undefined ? {} : { token: await stage.tokenOf(by) }
    const answer = await stage.call("POST", `/api/invitations/accept/${token}`, { ...options, body })
    assert.strictEqual(answer.status, 200, answer.text)
  }

  return { stage, company, elsewhere, manager, invite, inviteAccount, accept }
}

type Cast = Awaited<ReturnType<typeof openInvitations>>

/** Every state that a link can lead to: what makes it so, who looks, and what the page says then. */
export const pageStates: Readonly<Record<string, PageState>> = {
  open: {
    open: async (cast) => {
      const { email, token } = await cast.invite(undefined, { personalMessage: "Hei!\nCome and join us." })
      return { email, other: "", path: pathOf(token) }
    },
    says: (texts, { email }) => [
      texts.invitation.lead("Mia Vik", "Acme"),
      "mia@acme.example",
      "Hei! Come and join us.",
      texts.newAccount.line(email),
      texts.newAccount.fields.username.label,
      texts.newAccount.fields.contactNumber.hint,
      texts.timeZone
    ],
    forms: ["post /accept-invitation", "post /accept-invitation/decline"]
  },
  "new, signed in as somebody else": {
    open: async (cast) => {
      const { email, token } = await cast.invite()
      const viewer = aCandidate()
      return { email, other: viewer.email, path: pathOf(token), viewer }
    },
    says: (texts, { email, other }) => [texts.newAccount.otherwiseSignedIn(other, email)],
    forms: ["post /accept-invitation", "post /accept-invitation/decline"]
  },
  "an account, from a webmail": {
    open: async (cast) => {
      const { email, token } = await cast.inviteAccount(aCandidate())
      return { email, other: "", path: pathOf(token) }
    },
    says: (texts, { email }) => [texts.signInFirst.line(email), texts.signInFirst.again, texts.signInFirst.loadAgain],
    forms: ["post /sign-in", "get /accept-invitation", "post /accept-invitation/decline"],
    headers: { "Sec-Fetch-Site": "cross-site" }
  },
  "an account, and certainly not signed in": {
    open: async (cast) => {
      const { email, token } = await cast.inviteAccount(aCandidate())
      return { email, other: "", path: pathOf(token) }
    },
    says: (texts, { email }) => [texts.signInFirst.line(email), texts.signInFirst.after],
    forms: ["post /sign-in", "post /accept-invitation/decline"],
    headers: { "Sec-Fetch-Site": "none" }
  },
  "signed in as somebody else": {
    open: async (cast) => {
      const { email, token } = await cast.inviteAccount(aCandidate())
      const viewer = aCandidate()
      return { email, other: viewer.email, path: pathOf(token), viewer }
    },
    says: (texts, { email, other }) => [texts.somebodyElse.line(other, email)],
    forms: ["post /sign-out", "post /accept-invitation/decline"]
  },
  "signed in as the invited, a candidate": {
    open: async (cast) => {
      const { account, email, token } = await cast.inviteAccount(aCandidate())
      return { email, other: "", path: pathOf(token), viewer: account }
    },
    says: (texts, { email }) => [texts.invitation.signedInAs(email), texts.join.candidate, texts.join.submit("Acme")],
    forms: ["post /accept-invitation", "post /accept-invitation/decline"]
  },
  "signed in as the invited, a recruiter without a company": {
    open: async (cast) => {
      const { account, email, token } = await cast.inviteAccount(aRecruiter(null))
      return { email, other: "", path: pathOf(token), viewer: account }
    },
    says: (texts, { email }) => [texts.invitation.signedInAs(email), texts.join.line, texts.join.submit("Acme")],
    forms: ["post /accept-invitation", "post /accept-invitation/decline"]
  },
  "signed in as the invited, of another company": {
    open: async (cast) => {
      const { account, email, token } = await cast.inviteAccount(aRecruiter(cast.elsewhere.id))
      return { email, other: "", path: pathOf(token), viewer: account }
    },
    says: (texts) => texts.cannotJoin.AlreadyInACompany("Acme", "Mia Vik").lines,
    forms: ["post /accept-invitation/decline"]
  },
  "signed in as the invited, a manager without a company": {
    open: async (cast) => {
      const { account, email, token } = await cast.inviteAccount(aManager(null))
      return { email, other: "", path: pathOf(token), viewer: account }
    },
    says: (texts) => texts.cannotJoin.IsAHiringManager("Acme", "Mia Vik").lines,
    forms: ["post /accept-invitation/decline"]
  },
  "signed in as the invited, a member by now": {
    open: async (cast) => {
      const account = aRecruiter(cast.company.id)
      const { email, token } = await cast.invite(account.email)
      await cast.stage.addAccount(account)
      return { email, other: "", path: pathOf(token), viewer: account }
    },
    says: (texts) => [texts.cannotJoin.AlreadyMember("Acme").heading],
    forms: []
  },
  expired: {
    open: async (cast) => {
      const { id, email, token } = await cast.invite()
      await cast.stage.pool.query("update invitation set expires_at = '2026-11-20 09:30Z' where id = $1", [id])
      return { email, other: "", path: pathOf(token) }
    },
    says: ({ closed, language, timeZone }, { email }) => {
      const until = {
        en: "Friday, 20 November 2026 at 09:30",
        fr: "vendredi 20 novembre 2026 à 09:30",
        nb: "fredag 20. november 2026 kl. 09:30"
      }
      return [...closed.expired(`${until[language]} (${timeZone})`, "Mia Vik").lines, "mia@acme.example", email]
    },
    forms: []
  },
  used: {
    open: async (cast) => {
      const { email, token } = await cast.invite()
      await cast.accept(token, profile())
      return { email, other: "", path: pathOf(token) }
    },
    says: (texts, { email }) => [...texts.closed.accepted("Acme", email).lines, texts.signInFirst.submit],
    forms: ["post /sign-in"]
  },
  "used, signed in as who used it": {
    open: async (cast) => {
      const { account, email, token } = await cast.inviteAccount(aCandidate())
      await cast.accept(token, undefined, account)
      return { email, other: "", path: pathOf(token), viewer: account }
    },
    says: (texts) => [texts.closed.acceptedByYou("Acme").heading],
    forms: []
  },
  revoked: {
    open: async (cast) => {
      const { id, email, token } = await cast.invite()
      const bearer = await cast.stage.tokenOf(cast.manager)
      assert.strictEqual(
        (await cast.stage.call("PATCH", `/api/invitations/${id}/revoke`, { token: bearer })).status,
        204
      )
      return { email, other: "", path: pathOf(token) }
    },
    says: (texts) => texts.closed.revoked("Acme", "Mia Vik").lines,
    forms: []
  },
  declined: {
    open: async (cast) => {
      const { email, token } = await cast.invite()
      assert.strictEqual((await cast.stage.call("POST", `/api/invitations/decline/${token}`)).status, 204)
      return { email, other: "", path: pathOf(token) }
    },
    says: (texts) => texts.closed.declined("Mia Vik").lines,
    forms: []
  },
  unknown: {
    open: async () => ({ email: "", other: "", path: pathOf("k".repeat(43)) }),
    says: (texts) => texts.closed.unknown.lines,
    forms: []
  },
  "no token": {
    open: async () => ({ email: "", other: "", path: "/accept-invitation" }),
    says: (texts) => texts.closed.unknown.lines,
    forms: []
  },
  answered: {
    open: async () => ({ email: "", other: "", path: "/accept-invitation/done" }),
    says: (texts) => texts.done.nothing.lines,
    forms: []
  },
  "sign in": {
    open: async () => ({ email: "", other: "", path: "/sign-in" }),
    says: (texts) => [texts.signIn.line, texts.signIn.email.label],
    forms: ["post /sign-in"]
  },
  "sign in, signed in": {
    open: async () => {
      const viewer = aCandidate()
      return { email: "", other: viewer.email, path: "/sign-in", viewer }
    },
    says: (texts, { other }) => [texts.invitation.signedInAs(other)],
    forms: ["post /sign-out"]
  },
  "sign in by a link": {
    open: async () => ({ email: "", other: "", path: "/sign-in?token=of-a-mail" }),
    says: (texts) => texts.signIn.confirm.lines,
    forms: ["post /sign-in"]
  },
  "sign in, asked": {
    open: async () => ({ email: "", other: "", path: "/sign-in/done" }),
    says: (texts) => texts.signIn.asked.lines,
    forms: []
  }
}
