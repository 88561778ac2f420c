import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../../events/ports/store.ts"
import type { AccountFacts, Caller } from "../../identity/model/account/account.ts"
import type { Person } from "../../identity/model/account/person.ts"
import type { CallerStale } from "../../identity/ports/accounts.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { Invitation, InvitationStatus } from "../model/invitation.ts"
import type { Tally } from "../model/invitation-rules.ts"

/** What is known within the company of an address, `email` being in lower case. */
export interface Invitee {
  readonly email: string
  readonly isMember: boolean
  /** The invitation that was last written as pending: take it through `asOf` before use. */
  readonly pending: Versioned<Invitation> | null
  readonly declinedAt: Instant | null
}

/** How many invitations of the company are open, and how many the caller has sent of late. */
export interface InvitationTallies {
  readonly open: Tally
  readonly sent: Tally
}

/** From when on what is counted: `at` for what is open, `since` for what was sent. */
export interface TallyTimes {
  readonly at: Instant
  readonly since: Instant
}

/** What became of the mail with an invitation's present token. See docs/flows/invitations.md. */
export interface MailDelivery {
  readonly status: "queued" | "sent" | "failed"
  readonly error: string | null
}

/** An invitation as a list has it. */
export interface ListedInvitation {
  readonly value: Invitation
  readonly inviter: Person
  readonly delivery: MailDelivery
}

/** What a list of invitations may be ordered by. See docs/flows/invitations.md. */
export const invitationOrders = ["createdAt", "expiresAt", "email", "status"] as const
/** One of {@link invitationOrders}. */
export type InvitationOrder = (typeof invitationOrders)[number]

/** An invitation as who holds its token finds it: whose it is, and whether its address has an account by now. */
export interface InvitationByToken extends Versioned<Invitation> {
  readonly companyName: string
  readonly inviter: Person & { readonly email: string }
  readonly account: Versioned<AccountFacts> | null
  /** Whether the user name that was asked about is somebody's. */
  readonly usernameTaken: boolean
}

/** What notifying people of an invitation needs to know, each null once it is gone. */
export interface InvitationCircumstances {
  readonly invitation: Invitation | null
  readonly companyName: string | null
  readonly inviter: (Person & { readonly companyId: string | null }) | null
  /** Whose address it is by now. */
  readonly account: Person | null
}

/** An invitation as whoever mails it needs it: the address, the language, and the sealed token of its present link. */
export interface MailedInvitation extends Pick<Invitation, "status" | "resends" | "expiresAt" | "email" | "locale"> {
  readonly sealedToken: string | null
}

/**
 * Reads invitations. Each method that begins a member's request takes the caller, confirms the account in the same
 * round trip (see `Accounts.confirm`) and sees the caller's company only. These may fail with `CallerStale`, and every
 * method with `StoreUnavailable`. None but `mailed` gives back a sealed token. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { Invitations } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 *
 * const use = Invitations.use((invitations) => invitations.findByToken("no such hash", null))
 * strictEqual(await Effect.runPromise(Effect.provide(use, layerMemory(memoryState()))), null)
 * ```
 */
export class Invitations extends Context.Service<
  Invitations,
  {
    /** What inviting needs: the caller's own account and company, and what is known of each of the addresses there. */
    readonly findForInviting: (
      caller: Caller,
      emails: ReadonlyArray<string>,
      times: TallyTimes
    ) => Effect.Effect<
      {
        readonly caller: Caller
        readonly inviter: Versioned<AccountFacts>
        readonly companyId: string | null
        readonly invitees: ReadonlyArray<Invitee>
        readonly tallies: InvitationTallies
      },
      CallerStale | StoreUnavailable
    >

    /**
     * One invitation of the caller's company, who made that, and what sending it again needs; null when there is none. Of
     * its own address it says what there is beside it.
     */
    readonly find: (
      caller: Caller,
      id: string,
      times: TallyTimes
    ) => Effect.Effect<
      {
        readonly caller: Caller
        readonly found:
          | (Versioned<Invitation> & {
              readonly creatorId: string | null
              readonly invitee: Invitee
              readonly tallies: InvitationTallies
            })
          | null
      },
      CallerStale | StoreUnavailable
    >

    /** The invitation whose present token has this hash, whoever's; null if there is none. */
    readonly findByToken: (
      tokenHash: string,
      username: string | null
    ) => Effect.Effect<InvitationByToken | null, StoreUnavailable>

    /**
     * The invitations of the caller's company: `status` keeps those that are so at `at`, swept or not. In the order that is
     * asked for, ties by id the same way; all of them are counted. `number` counts pages from 0.
     */
    readonly list: (
      caller: Caller,
      query: {
        readonly status: InvitationStatus | null
        readonly order: InvitationOrder
        readonly descending: boolean
        readonly at: Instant
        readonly number: number
        readonly size: number
      }
    ) => Effect.Effect<
      { readonly caller: Caller; readonly rows: ReadonlyArray<ListedInvitation>; readonly total: number },
      CallerStale | StoreUnavailable
    >

    /** Up to `limit` invitations that are pending as written although their time is over at `at`. */
    readonly due: (at: Instant, limit: number) => Effect.Effect<ReadonlyArray<Versioned<Invitation>>, StoreUnavailable>

    /** The circumstances of each of the invitations, in the given order. */
    readonly circumstances: (
      ids: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyArray<InvitationCircumstances>, StoreUnavailable>

    /** Each of these invitations for its mail, in the given order, null where there is none: for who sends mails alone. */
    readonly mailed: (
      ids: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyArray<MailedInvitation | null>, StoreUnavailable>
  }
>()("@treff/domain/Invitations") {}
