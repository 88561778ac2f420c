import { type Caller, emailKey, personOf } from "@treff/domain/identity"
import {
  type Invitation,
  type InvitationOrder,
  Invitations,
  type InvitationTallies,
  type Invitee,
  invitationLifecycle,
  isExpired,
  type MailDelivery,
  type Tally,
  type TallyTimes
} from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import type { MemoryState } from "../store/state.ts"
import { accountByEmail, callerOf, confirm, confirmAccount, factsOf } from "./accounts.ts"
import { openIn, sentBy } from "./invitation-tallies.ts"
import { withoutToken } from "./views.ts"

export const makeInvitations = (state: MemoryState) => {
  const { accounts, companies, invitations, notifications } = state
  const values = () => [...invitations.values()].map(({ value }) => value)

  const inviteeOf = (companyId: string | null, address: string): Invitee => {
    const email = emailKey(address)
    if (companyId === null) return { email, isMember: false, pending: null, declinedAt: null }
    const known = [...invitations.values()].filter(
      ({ value }) => value.companyId === companyId && emailKey(value.email) === email
    )
    const pending = known.find(({ value }) => value.status === "pending")
    const declined = known.flatMap(({ value }) => (value.status === "declined" ? [value.updatedAt] : []))
    return {
      email,
      isMember: accountByEmail(state, email)?.companyId === companyId,
      pending: pending === undefined ? null : withoutToken(pending),
      declinedAt: declined.length === 0 ? null : Math.max(...declined)
    }
  }

  const talliesOf = ({ id, companyId }: Caller, { at, since }: TallyTimes): InvitationTallies => ({
    open: tallyUntil(companyId === null ? [] : openIn(values(), companyId, at).map(({ expiresAt }) => expiresAt)),
    sent: tallyUntil(sentBy(state.events.values(), id, since).map(({ occurredAt }) => occurredAt + (at - since)))
  })

  /** What became of the mail with the present token. */
  const deliveryOf = ({ id, resends }: Invitation): MailDelivery => {
    const notification = [...notifications.values()].find(
      ({ recipientId, data }) => recipientId === id && "resends" in data && data.resends === resends
    )
    const mail = notification?.deliveries.find(({ channel }) => channel === "mail")
    if (mail === undefined) return { status: "queued", error: null }
    // Who looks after an invitation sees that its mail did not go, and why.
    return { status: mail.status === "skipped" ? "failed" : mail.status, error: mail.error }
  }

  return Invitations.of({
    findForInviting: Effect.fnUntraced(function* (claimed, emails, times) {
      const own = yield* confirmAccount(state, claimed)
      const caller = callerOf(own)
      const { companyId } = caller
      const invitees = emails.map((email) => inviteeOf(companyId, email))
      return { caller, inviter: factsOf(own), companyId, invitees, tallies: talliesOf(caller, times) }
    }),

    find: Effect.fnUntraced(function* (claimed, id, times) {
      const caller = yield* confirm(state, claimed)
      const row = invitations.get(id.toLowerCase())
      if (row === undefined || row.value.companyId !== caller.companyId) return { caller, found: null }
      const { companyId, email } = row.value
      const creatorId = companies.get(companyId)?.creatorId ?? null
      const [invitee, tallies] = [inviteeOf(companyId, email), talliesOf(caller, times)]
      return { caller, found: { ...withoutToken(row), creatorId, invitee, tallies } }
    }),

    findByToken: (tokenHash, username) =>
      Effect.sync(() => {
        const row = [...invitations.values()].find(({ value }) => value.tokenHash === tokenHash)
        const inviter = accounts.get(row?.value.inviterId ?? "")
        const company = companies.get(row?.value.companyId ?? "")
        if (row === undefined || inviter === undefined || company === undefined) return null
        const account = accountByEmail(state, row.value.email)
        return {
          ...withoutToken(row),
          companyName: company.name,
          inviter: { ...personOf(inviter), email: inviter.email },
          account: account === undefined ? null : factsOf(account),
          usernameTaken: [...accounts.values()].some(
            (other) => username !== null && other.username?.toLowerCase() === username.toLowerCase()
          )
        }
      }),

    list: Effect.fnUntraced(function* (claimed, { status, order, descending, at, number, size }) {
      const caller = yield* confirm(state, claimed)
      const direction = descending ? -1 : 1
      const rows = [...invitations.values()]
        .filter(({ value }) => value.companyId === caller.companyId)
        .filter(({ value }) => status === null || invitationLifecycle.asOf(value, at).state.status === status)
        .flatMap((row) => {
          const inviter = accounts.get(row.value.inviterId)
          const { value } = withoutToken(row)
          return inviter === undefined ? [] : [{ value, inviter: personOf(inviter), key: keys[order](value, at) }]
        })
        .sort((a, b) => direction * (compare(a.key, b.key) || compare(a.value.id, b.value.id)))
      const page = rows.slice(number * size, (number + 1) * size)
      return {
        caller,
        rows: page.map(({ value, inviter }) => ({ value, inviter, delivery: deliveryOf(value) })),
        total: rows.length
      }
    }),

    due: (at, limit) =>
      Effect.sync(() =>
        [...invitations.values()]
          .filter(({ value }) => value.status === "pending" && isExpired(value, at))
          .sort(({ value: a }, { value: b }) => a.expiresAt - b.expiresAt || compare(a.id, b.id))
          .slice(0, limit)
          .map(withoutToken)
      ),

    circumstances: (ids) =>
      Effect.sync(() =>
        ids.map((id) => {
          const row = invitations.get(id)
          if (row === undefined) return { invitation: null, companyName: null, inviter: null, account: null }
          const { value: invitation } = withoutToken(row)
          const inviter = accounts.get(invitation.inviterId)
          const account = accountByEmail(state, invitation.email)
          return {
            invitation,
            companyName: companies.get(invitation.companyId)?.name ?? null,
            inviter: inviter === undefined ? null : { ...personOf(inviter), companyId: inviter.companyId },
            account: account === undefined ? null : personOf(account)
          }
        })
      ),

    mailed: (ids) =>
      Effect.sync(() =>
        ids.map((id) => {
          const row = invitations.get(id)
          if (row === undefined) return null
          const { status, resends, expiresAt, email, locale, sealedToken } = row.value
          return { status, resends, expiresAt, email, locale, sealedToken }
        })
      )
  })
}

const tallyUntil = (untils: ReadonlyArray<Instant>): Tally => ({
  count: untils.length,
  until: untils.toSorted((a, b) => a - b)[0] ?? null
})

type Key = string | number

/** By what a list is ordered. */
const keys: Readonly<Record<InvitationOrder, (invitation: Invitation, at: Instant) => Key>> = {
  createdAt: ({ createdAt }) => createdAt,
  expiresAt: ({ expiresAt }) => expiresAt,
  email: ({ email }) => codePointsOf(emailKey(email)),
  status: (invitation, at) => invitationLifecycle.asOf(invitation, at).state.status
}

/** A text that sorts by code points, where the text itself does by units of UTF-16. */
const codePointsOf = (text: string) =>
  Array.from(text, (character) => character.codePointAt(0)?.toString(16).padStart(6, "0")).join()

const compare = (a: Key, b: Key): number => (a < b ? -1 : a > b ? 1 : 0)
