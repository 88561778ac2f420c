import * as Effect from "effect/Effect"
import type { HeardEvent } from "../../events/model/recorded-event.ts"
import { tell } from "../../events/use-cases/notify.ts"
import type { NewNotification } from "../../notifications/model/notification.ts"
import { type InvitationCircumstances, Invitations } from "../ports/invitations.ts"

type Heard<T extends HeardEvent["type"]> = Extract<HeardEvent, { readonly type: T }>
type ToldEvent = Heard<"invitation.created" | "invitation.resent" | "invitation.accepted" | "invitation.declined">

/**
 * What is to be written because of what happened to invitations: the mail to the invited, and what the inviter is told of
 * the answer. One round trip. Fails with
 * `StoreUnavailable`. Source: `recruiter-invitations.md`, reactions.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { reactToInvitations } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 *
 * const use = Effect.provide(reactToInvitations([]), [layerMemory(memoryState()), layerUuid])
 * deepStrictEqual(await Effect.runPromise(use), [])
 * ```
 */
export const reactToInvitations = Effect.fn("reactToInvitations")(function* (events: ReadonlyArray<HeardEvent>) {
  const telling = events.filter(isTold)
  const tells: Array<NewNotification> = []
  if (telling.length === 0) return tells
  const circumstances = yield* (yield* Invitations).circumstances(telling.map(({ subject }) => subject.id))
  for (const [index, event] of telling.entries()) {
    const found = circumstances[index]
    if (found !== undefined) tells.push(...(yield* tellOf(event, found)))
  }
  return tells
})

const isTold = (event: HeardEvent): event is ToldEvent => told.has(event.type)
const told = new Set<string>([
  "invitation.created",
  "invitation.resent",
  "invitation.accepted",
  "invitation.declined"
] satisfies ReadonlyArray<ToldEvent["type"]>)

const tellOf = (
  event: ToldEvent,
  { invitation, companyName, inviter, account }: InvitationCircumstances
): Effect.Effect<ReadonlyArray<NewNotification>, never, Effect.Services<ReturnType<typeof tell>>> => {
  if (invitation === null || inviter === null) return Effect.succeed([])
  const { id: invitationId, companyId, email } = invitation
  const toInviter = {
    recipients: inviter.companyId === companyId ? [inviter.id] : [],
    channels: ["inbox", "mail"],
    companyId
  } as const
  switch (event.type) {
    case "invitation.created":
    case "invitation.resent": {
      // Also where it is closed by now, or another token was sent: whoever sends the mail looks, and says that it was not sent.
      const { resends, expiresAt } = event.data
      const { id, firstName, lastName } = inviter
      const { personalMessage } = invitation
      const facts = { invitationId, resends, expiresAt, personalMessage, companyName: companyName ?? "" }
      const data = { ...facts, inviter: { id, firstName, lastName } }
      // There is no account yet that could be told, nor an inbox: there is the address of the invitation.
      return tell(
        event,
        { template: "invitation", data },
        { recipients: [invitationId], channels: ["mail"], companyId: null }
      )
    }
    case "invitation.accepted":
      return account === null
        ? Effect.succeed([])
        : tell(event, { template: "invitation-accepted", data: { invitationId, email, member: account } }, toInviter)
    case "invitation.declined":
      return tell(event, { template: "invitation-declined", data: { invitationId, email } }, toInviter)
  }
}
