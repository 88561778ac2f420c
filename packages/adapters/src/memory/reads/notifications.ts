import type { Versioned } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import type { Invitation } from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import {
  type DueMail,
  type NewNotification,
  type Notification,
  type NotificationCursor,
  Notifications,
  type Telling
} from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import { claimDue, growing, type MemoryState, newestBy, outlineOf, pageOf, withoutToken } from "../store/state.ts"
import { accountWith, confirm } from "./accounts.ts"

export const makeNotifications = (state: MemoryState) => {
  const { notifications, outgoingMails } = state
  /** What is the caller's to see: told to them, and no matter of a company that they have left. */
  const toldTo = (caller: Caller) =>
    [...notifications.values()].filter(
      ({ recipientId, companyId }) =>
        recipientId === caller.id && (companyId === null || companyId === caller.companyId)
    )

  const read = (told: Notification, at: Instant) => {
    if (told.readAt === null) notifications.set(told.id, { ...told, readAt: at })
  }

  const dueMailOf = (notification: Notification): DueMail => {
    const { eventId, channel, status, error, sentAt, readAt, ...mail } = notification
    const { data } = mail
    const sent = "offerSentId" in data ? state.offerSends.get(data.offerSentId)?.value : undefined
    const offer = "offerId" in data ? state.offers.get(data.offerId)?.value : undefined
    const invitation = "invitationId" in data ? state.invitations.get(data.invitationId)?.value : undefined
    const signIn = "signInId" in data ? state.signIns.get(data.signInId) : undefined
    const recipient = state.accounts.get(mail.recipientId)
    const addressee =
      mail.template === "invitation" ? invitation : signIn === undefined ? recipient : accountWith(state, signIn.email)
    return {
      ...mail,
      email: addressee?.email ?? null,
      locale: addressee?.locale ?? null,
      isMember: mail.companyId !== null && recipient?.companyId === mail.companyId,
      sent: sent === undefined ? null : { term: sent.term, status: sent.status },
      offer: offer === undefined ? null : outlineOf(offer),
      invitation: invitation === undefined ? null : termsOf(invitation),
      signIn: signIn === undefined ? null : { expiresAt: signIn.expiresAt, usedAt: signIn.usedAt },
      sealedToken: (signIn ?? carriedBy(state, mail)?.value)?.sealedToken ?? null
    }
  }

  return Notifications.of({
    list: Effect.fnUntraced(function* (claimed, { unread, channel, page }) {
      const caller = yield* confirm(state, claimed)
      const rows = toldTo(caller)
        .filter(
          (told) =>
            (unread === null || (told.readAt === null) === unread) && (channel === null || told.channel === channel)
        )
        .sort(newest)
      return { caller, page: pageOf(rows, page, (told, cursor) => newest(told, cursor) > 0) }
    }),

    markRead: Effect.fnUntraced(function* (claimed, id, at) {
      const caller = yield* confirm(state, claimed)
      const mine = toldTo(caller)
      const found = mine.find((told) => told.id === id.toLowerCase())
      if (found === undefined) return { caller, notification: null }
      for (const told of mine) if (told.eventId === found.eventId) read(told, at)
      return { caller, notification: notifications.get(found.id) ?? null }
    }),

    markAllRead: Effect.fnUntraced(function* (claimed, at) {
      const caller = yield* confirm(state, claimed)
      for (const told of toldTo(caller)) read(told, at)
    }),

    claimMails: (at, limit) =>
      Effect.sync(() =>
        claimDue(outgoingMails, at, limit, () => leased).flatMap((id) => {
          const notification = notifications.get(id)
          return notification === undefined ? [] : [dueMailOf(notification)]
        })
      ),

    settleMails: (outcomes, at) =>
      Effect.sync(() => {
        for (const { id, status, error } of outcomes) {
          const notification = notifications.get(id)
          const outgoing = outgoingMails.get(id)
          // Another may have been quicker, where the lease ran out: what is settled stays so.
          if (notification === undefined || outgoing === undefined) continue
          if (status === "untried") {
            outgoingMails.set(id, { dueAt: at + 10_000, attempts: outgoing.attempts - 1 })
            continue
          }
          notifications.set(id, { ...notification, status, error, sentAt: status === "sent" ? at : null })
          if (status === "queued") {
            outgoingMails.set(id, { ...outgoing, dueAt: at + growing(outgoing.attempts - 1) })
          } else {
            outgoingMails.delete(id)
            forgetToken(state, notification)
          }
        }
      })
  })
}

/** The invitation whose token a mail carries, unless another one was sent since. */
const carriedBy = ({ invitations }: MemoryState, { data }: Telling): Versioned<Invitation> | undefined => {
  if (!("resends" in data)) return undefined
  const row = invitations.get(data.invitationId)
  return row?.value.resends === data.resends ? row : undefined
}

const termsOf = ({ status, resends, expiresAt }: Invitation) => ({ status, resends, expiresAt })

const forgetToken = (state: MemoryState, told: Telling) => {
  const carried = carriedBy(state, told)
  if (carried !== undefined) state.invitations.set(carried.value.id, withoutToken(carried))
  const signIn = "signInId" in told.data ? state.signIns.get(told.data.signInId) : undefined
  if (signIn !== undefined) state.signIns.set(signIn.id, { ...signIn, sealedToken: null })
}

/** How long a mail that is being sent is nobody else's, in milliseconds. */
const leased = 5 * 60_000

/** Writes what people are told, each of them once of an event by each channel. */
export const writeTells = (
  { notifications, outgoingMails }: MemoryState,
  tells: ReadonlyArray<NewNotification>,
  at: Instant
): void => {
  if (tells.length === 0) return
  const keyOf = (told: NewNotification) => JSON.stringify([told.eventId, told.recipientId, told.channel])
  const known = new Set([...notifications.values()].map(keyOf))
  for (const told of tells) {
    if (known.has(keyOf(told))) continue
    known.add(keyOf(told))
    const queued = told.channel === "mail"
    notifications.set(told.id, {
      ...told,
      status: queued ? "queued" : "sent",
      error: null,
      createdAt: at,
      sentAt: queued ? null : at,
      readAt: null
    })
    if (queued) outgoingMails.set(told.id, { dueAt: at, attempts: 0 })
  }
}

const newest = newestBy<NotificationCursor>(({ createdAt }) => createdAt)
