import type { Caller } from "@treff/domain/identity"
import type * as Effect from "effect/Effect"
import * as fc from "fast-check"
import type { Stage } from "../stage.ts"
import type { WorkerJob } from "../workers/cast.ts"
import type { NotificationRow } from "../workers/snapshot/part.ts"
import type { Snapshot } from "../workers/snapshot.ts"
import type { CompanyName, Name, PlainPerson } from "./cast.ts"
import type { Outage, Post } from "./machine.ts"
import type { Failure, Ports } from "./memory-machine.ts"

/**
 * What a flow brings to the model: what people may ask for in it, what the documentation says that comes of it, and how it
 * is asked for of the two systems that are compared with the model. `W` is as much of the model's world as the flow knows.
 */
export interface Flow<C extends Call, W> {
  readonly name: string
  readonly calls: fc.Arbitrary<C>
  /** How often its calls come, in comparison with other flows: some stories are mostly of one that has more than 1. */
  readonly weight: number
  /** What mostly follows in it, or some of that: so that a story soon comes to where much has happened. */
  readonly life: fc.Arbitrary<ReadonlyArray<Step>>
  /** For how many hours it is worth waiting. */
  readonly waits: ReadonlyArray<number>

  /** What comes of a call. All times are full hours since the story began. */
  decide(call: C, world: W, at: number): Outcome<W>
  /** Whether anybody may ask for it, signed in or not. */
  isPublic?(call: C): boolean

  readonly kinds: ReadonlyArray<Kind<W>>
  readonly views: ReadonlyArray<View<W>>
  readonly jobs?: ReadonlyArray<Job<W>>

  /** The call as the embedded domain is asked, and what it answers. */
  onMemory(call: C, context: Context<W>): Effect.Effect<string, Failure, Ports>
  /** The code by which the API calls each failure of the domain. */
  readonly codes: Readonly<Record<string, string>>
  /** The call as the API is asked: method, path and body. */
  onWorkers(call: C, context: Context<W>): readonly [method: string, path: string, body?: unknown]
  /** What the API answered that succeeded, in the words of `onMemory`. */
  said(call: C, answer: Answer, known: Known): string

  /** The world after what the reactions have done in the store, as far as they may have. */
  reacted?(world: W, store: Snapshot, known: Known): Partial<W>
  /** That they have done everything, once all events are handled. */
  assertDone?(world: W, store: Snapshot, known: Known): void
  /** Whether what a mail says may have been so no longer when its turn came: null for the mails of other flows. */
  mayBeObsolete?(mail: NotificationRow, store: Snapshot, now: number): boolean | null
}

// What flows are typed by is written as methods, so that each of them may narrow the calls and the world that it takes.

/** What somebody asks for, `times` times at once. Each flow adds what else there is to say. */
export interface Call {
  readonly command: string
  readonly who: Name | "nobody"
  /** Whether they sign in anew before. */
  readonly isFresh?: boolean
  readonly outage: Outage | null
  readonly times: number
}

export interface Outcome<W> {
  /** `ok` and what is shown, or the code of the problem. */
  readonly answer: string
  /** What a read answers that is to write, too, and can't. */
  readonly answerUnwritten?: string
  /** What is written, one after the other, each wholly or not at all. */
  readonly writes: ReadonlyArray<Partial<W>>
}

export const refuse = (answer: string) => ({ answer, writes: [] })

/** Things that are written: what the store says of each, in the words of the model, and what the model does. */
export interface Kind<W> {
  readonly name: string
  written(store: Snapshot, known: Known): ReadonlyArray<{ readonly id: string; readonly facts: object }>
  /** Of each in the order in which they were made, null of those that are deleted. */
  expected(world: W, known: Known): ReadonlyArray<object | null>
  /** How many links were mailed for each of them. */
  links?(world: W): ReadonlyArray<number>
}

/** What somebody reads, as long as their token is good. */
export interface View<W> {
  readonly what: string
  readonly who: Name
  /** Whether this is something for them, as what they are now. */
  mayBeRead?(person: PlainPerson): boolean
  readonly path: string
  // biome-ignore lint/suspicious/noExplicitAny: as it came over the wire
  onWorkers(json: any, known: Known): unknown
  onMemory(caller: Caller, known: Known): Effect.Effect<unknown, Failure, Ports>
  expected(world: W, at: number, known: Known): unknown
}

/** What a job of the consumer does now and then. */
export interface Job<W> {
  readonly name: string
  readonly job: WorkerJob
  readonly onMemory: Effect.Effect<unknown, Failure, Ports>
  done(world: W, at: number): Partial<W>
}

/** How a call is made: by whom, when, and in which world. */
export interface Context<W> {
  readonly world: W
  readonly known: Known
  readonly at: number
  /** Whoever calls, or somebody without an account. */
  readonly caller: Caller
  readonly isSignedIn: boolean
}

export type Answer = Awaited<ReturnType<Stage["call"]>>

/** By which names the system calls what the model knows. What it does not know has an id that is nobody's. */
export interface Known {
  readonly idOf: (kind: string, index: number) => string
  readonly indexOf: (kind: string, id: string) => number
  readonly personId: (name: Name | "nobody") => string
  readonly nameOf: (personId: string | null) => Name | null
  readonly companyId: (name: CompanyName | null) => string | null
  readonly companyName: (companyId: string | null) => CompanyName | null
  readonly emailOf: (name: Name) => string
  readonly nameByEmail: (email: string) => Name | null
  /** The tokens of the links that the mails of an invitation carried, oldest first. */
  readonly linksOf: (invitationId: string) => ReadonlyArray<string>
  readonly instantOf: (hours: number) => number
  readonly hoursOf: (instant: number) => number
}

export type Step =
  | { readonly type: "call"; readonly flow: string; readonly call: Call }
  | { readonly type: "advance"; readonly hours: number }
  | { readonly type: "job"; readonly job: string; readonly outage: Outage | null }
  | { readonly type: "relay" | "deliver"; readonly outage: Outage | null }
  | { readonly type: "redeliver" | "forget" }
  | { readonly type: "queue"; readonly refuses: boolean }
  | { readonly type: "post"; readonly post: Post }

const down: fc.Arbitrary<Outage["down"]> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("before", "after") },
  { weight: 1, arbitrary: fc.constant("killed") }
)
export const outage = fc.option(fc.record({ request: fc.nat(2), down }), { freq: 4 })

/** How a call is made: mostly once, and by no outage. */
export const circumstances = {
  outage: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: outage }),
  times: fc.constantFrom(1, 1, 1, 3)
}
export const plainly = { outage: null, times: 1 } as const
