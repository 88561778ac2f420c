import { layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemory, memoryState } from "@treff/adapters/memory"
import { layerPublishing } from "@treff/adapters/queue"
import { layerSecrets } from "@treff/adapters/secrets"
import { EventQueue, type HeardEvent, QueueUnavailable, relayEvents } from "@treff/domain/events"
import { InvitationSettings } from "@treff/domain/invitations"
import { MailDeferred, Mailer, MailerUnavailable } from "@treff/domain/notifications"
import { handleEvents, sendDueMails } from "@treff/domain/reactions"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { snapshotOfMemory } from "../workers/snapshot.ts"
import type { Machine, Post } from "./machine.ts"

type Settings = Effect.Success<typeof InvitationSettings>

/** The ports that a use case may ask for here. */
type Ports =
  | Layer.Success<typeof layerUuid | ReturnType<typeof layerMemory | typeof layerMailTemplates | typeof layerSecrets>>
  | EventQueue
  | Mailer

/** The domain embedded in a program, on the memory adapters. There is no database to lose: outages don't reach it. */
export const memoryMachine = (settings?: Settings) => {
  let state = memoryState()
  let instant = 0
  let refuses = false
  let post: Post = "open"
  let mailbox: Array<string> = []
  let published: Array<HeardEvent> = []
  let delivered: Array<HeardEvent> = []
  const mailer = Layer.succeed(
    Mailer,
    Mailer.of({
      send: ({ id }) =>
        Effect.suspend((): Effect.Effect<void, MailDeferred | MailerUnavailable> => {
          if (post === "deferred") return Effect.fail(new MailDeferred({ reason: "as ordered" }))
          if (post === "down") return Effect.fail(new MailerUnavailable({ reason: "as ordered" }))
          if (!mailbox.includes(id)) mailbox.push(id)
          return post === "lost" ? Effect.fail(new MailerUnavailable({ reason: "as ordered" })) : Effect.void
        })
    })
  )
  const queue = Layer.succeed(
    EventQueue,
    EventQueue.of({
      publish: (events) =>
        Effect.suspend(() => {
          if (refuses) return Effect.fail(new QueueUnavailable({ cause: "as ordered" }))
          published.push(...events)
          return Effect.void
        })
    })
  )
  const run = async <A, E>(program: Effect.Effect<A, E, Ports>) => {
    const publishing: Array<Promise<unknown>> = []
    const layer = layerPublishing((work) => publishing.push(work)).pipe(
      Layer.provideMerge(
        Layer.mergeAll(
          layerMemory(state),
          queue,
          mailer,
          layerMailTemplates("https://treff.example"),
          layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")]),
          layerUuid,
          layerInstant(instant),
          settings === undefined ? Layer.empty : Layer.succeed(InvitationSettings, settings)
        )
      )
    )
    const exit = await Effect.runPromiseExit(Effect.provide(program, layer))
    await Promise.all(publishing)
    return exit
  }
  const valueFrom = async <A, E>(program: Effect.Effect<A, E, Ports>): Promise<A> => {
    const exit = await run(program)
    if (!Exit.isSuccess(exit)) throw Cause.squash(exit.cause)
    return exit.value
  }
  const sendMails = async () => {
    while (!(await valueFrom(sendDueMails())).finished);
  }
  const machine: Machine = {
    moveTo: async (to) => {
      instant = to
    },
    relay: async () => {
      const relayed = await run(relayEvents())
      await sendMails()
      return Exit.isSuccess(relayed)
    },
    deliver: async (again) => {
      const events = again ? delivered : published.splice(0).reverse()
      const { unfinished, mails } = await valueFrom(handleEvents(events))
      published.push(...unfinished)
      if (mails) await sendMails()
      if (!again) delivered.push(...events)
    },
    refuse: (now) => {
      refuses = now
    },
    post: (now) => {
      post = now
    },
    forget: () => {
      published = []
    },
    hurry: async () => {
      for (const [id, delivery] of state.deliveries) state.deliveries.set(id, { ...delivery, dueAt: 0 })
      for (const [id, mail] of state.outgoingMails) state.outgoingMails.set(id, { ...mail, dueAt: 0 })
    },
    mailbox: () => mailbox,
    snapshot: async () => snapshotOfMemory(state)
  }
  return {
    machine,
    /** Forgets everything but who is there, and begins at the instant. */
    begin: (seed: NonNullable<Parameters<typeof memoryState>[0]>, at: number): void => {
      state = memoryState(seed)
      instant = at
      post = "open"
      mailbox = []
      published = []
      delivered = []
      refuses = false
    },
    valueFrom,
    /** What the API would answer: `say`s the value, or the code of the failure. */
    answerOf: async <A>(program: unknown, say: (value: A) => string): Promise<string> => {
      // The union of all programs has no single type of failure that Effect could infer.
      const exit = await run(program as Effect.Effect<A, { readonly _tag: string }, never>)
      if (Exit.isSuccess(exit)) return say(exit.value)
      const failure = Option.getOrThrowWith(Cause.findErrorOption(exit.cause), () => Cause.squash(exit.cause))
      // How long one has to wait is said in hours.
      const wait = "wait" in failure ? ` ${Math.ceil(Number(failure.wait) / 3_600_000)}` : ""
      return `${codeOf(failure._tag)}${wait}`
    },
    exits: async (program: Effect.Effect<unknown, unknown, Ports>): Promise<boolean> =>
      Exit.isSuccess(await run(program)),
    /** The program's own view of the store. */
    state: () => state
  }
}

/** What the API says for each failure, by hand. */
const codes: Readonly<Record<string, string>> = {
  RoleNotAllowed: "role-not-allowed",
  InvalidOffer: "invalid-input",
  OfferNotFound: "not-found",
  NotOwner: "not-owner",
  IllegalTransition: "illegal-transition",
  OfferDatesPassed: "offer-dates-passed",
  OfferSentNotFound: "not-found",
  NotRecipient: "not-recipient",
  AlreadySent: "already-sent",
  Withdrawn: "withdrawn",
  CandidateUnknown: "candidate-unknown",
  DuplicateInRequest: "duplicate-in-request",
  StatusOutOfOrder: "illegal-transition",
  AlreadyAnswered: "already-answered",
  OfferNotActive: "offer-not-active",
  CallerStale: "token-stale",
  NoCompany: "no-company",
  AlreadyMember: "already-member",
  AlreadyInvited: "already-invited",
  Declined: "declined",
  OverLimit: "over-limit",
  InvalidEmail: "invalid-email",
  InvalidPersonalMessage: "invalid-message",
  InvitationNotFound: "not-found",
  InvitationNotPending: "illegal-transition",
  ResentTooOften: "resent-too-often",
  NotInviter: "not-owner",
  TokenUnknown: "token-unknown",
  InvitationNotOpen: "invitation-not-open",
  InvalidProfile: "invalid-input",
  UsernameTaken: "username-taken",
  SignInRequired: "sign-in-required",
  NotInvited: "not-invited",
  AlreadyInACompany: "already-in-a-company",
  IsAHiringManager: "is-a-hiring-manager",
  MemberNotFound: "not-found",
  MemberIsYou: "own-membership",
  MemberIsCreator: "company-creator"
}

/** The same of what became of a part of a bulk. */
export const codeOf = (tag: string): string => codes[tag] ?? tag
