import { layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemory, type MemoryState, memoryState } from "@treff/adapters/memory"
import { layerPublishing } from "@treff/adapters/queue"
import { layerSecrets } from "@treff/adapters/secrets"
import { EventQueue, type PublishedEvent, QueueUnavailable, relayEvents } from "@treff/domain/events"
import { InvitationSettings } from "@treff/domain/invitations"
import { MailDeferred, Mailer, MailerUnavailable } from "@treff/domain/notifications"
import { allReactions, handleEvents, sendDueMails } from "@treff/domain/reactions"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { snapshotOfMemory } from "../workers/snapshot.ts"
import type { Machine, Post } from "./machine.ts"

type Settings = Effect.Success<typeof InvitationSettings>

/** The ports that a use case may ask for here. */
export type Ports =
  | Layer.Success<typeof layerUuid | ReturnType<typeof layerMemory | typeof layerMailTemplates | typeof layerSecrets>>
  | EventQueue
  | Mailer

export interface Failure {
  readonly _tag: string
}

/**
 * The domain embedded in a program, on the memory adapters. There is no database to lose, so there are no outages. `codes`
 * are those by which the API calls the failures.
 */
export const memoryMachine = (settings: Settings, codes: Readonly<Record<string, string>>) => {
  let state = memoryState()
  let instant = 0
  let refuses = false
  let post: Post = "open"
  let mailbox: Array<string> = []
  let published: Array<PublishedEvent> = []
  let delivered: Array<PublishedEvent> = []
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
  let publishing: Array<Promise<unknown>> = []
  const fixed = Layer.mergeAll(
    queue,
    mailer,
    layerMailTemplates("https://treff.example"),
    layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")]),
    layerUuid,
    Layer.succeed(InvitationSettings, settings)
  )
  /** Built once for each story, since there are thousands of programs. */
  const portsOn = (state: MemoryState): Context.Context<Ports> => {
    const publishes = layerPublishing((work) => publishing.push(work))
    const layer = Layer.provideMerge(publishes, Layer.merge(fixed, layerMemory(state)))
    return Effect.runSync(Effect.scoped(Layer.build(layer)))
  }
  let ports = portsOn(state)
  const run = async <A, E>(program: Effect.Effect<A, E, Ports>) => {
    const exit = await Effect.runPromiseExit(
      program.pipe(Effect.provideContext(ports), Effect.provide(layerInstant(instant)))
    )
    await Promise.all(publishing)
    return exit
  }
  const valueFrom = async <A, E>(program: Effect.Effect<A, E, Ports>): Promise<A> => {
    const exit = await run(program)
    if (!Exit.isSuccess(exit)) throw Cause.squash(exit.cause)
    return exit.value
  }
  const sendMails = async () => {
    while (!(await valueFrom(sendDueMails(allReactions))).finished);
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
      const { unfinished, mails } = await valueFrom(handleEvents(events, allReactions))
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
      ports = portsOn(state)
      instant = at
      post = "open"
      mailbox = []
      published = []
      publishing = []
      delivered = []
      refuses = false
    },
    valueFrom,
    /** What the API would answer: what the program says, or the code of its failure. */
    answerOf: async (program: Effect.Effect<string, Failure, Ports>): Promise<string> => {
      const exit = await run(program)
      if (Exit.isSuccess(exit)) return exit.value
      const failure = Option.getOrThrowWith(Cause.findErrorOption(exit.cause), () => Cause.squash(exit.cause))
      // How long one has to wait is said in hours.
      const wait = "wait" in failure ? ` ${Math.ceil(Number(failure.wait) / 3_600_000)}` : ""
      return `${codeOf(codes, failure._tag)}${wait}`
    },
    succeeds: async (program: Effect.Effect<unknown, unknown, Ports>): Promise<boolean> =>
      Exit.isSuccess(await run(program)),
    /** The program's own view of the store. */
    state: () => state
  }
}

export const codeOf = (codes: Readonly<Record<string, string>>, tag: string): string => codes[tag] ?? tag
