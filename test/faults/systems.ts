import { layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemory, memoryState } from "@treff/adapters/memory"
import { layerPublishing } from "@treff/adapters/queue"
import type { Account } from "@treff/domain/account"
import { type HeardEvent, relayEvents } from "@treff/domain/event"
import {
  archiveOffer,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  listOffers,
  type Offer,
  readOffer,
  transferOffer,
  updateOffer
} from "@treff/domain/offer"
import {
  changeOfferSentStatus,
  listOfferSends,
  listReceivedOffers,
  readOfferSent,
  readReceivedOffer,
  sendOffer,
  sendOfferInBulk,
  withdrawOfferSent
} from "@treff/domain/offer-sent"
import { EventQueue, MailDeferred, Mailer, MailerUnavailable, QueueUnavailable } from "@treff/domain/ports"
import { handleEvents, sendDueMails } from "@treff/domain/reaction"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { assert } from "vitest"
import { aCandidate, aCompany, everybodyOf, type GivenCompany, content as offerContent } from "../given.ts"
import { offerInput } from "../stage.ts"
import { addCandidates, crons, hour, openCompany, relayOnce } from "../workers/cast.ts"
import { deliver, openHeldStage } from "../workers/held-queue.ts"
import { answers as mailerAnswers } from "../workers/mailer.ts"
import { type Snapshot, snapshotOf } from "../workers/snapshot.ts"
import type { Content, Outage, Owner, Post, System } from "./model.ts"
import { timesOf } from "./send-model.ts"

const ownerOf = ({ recruiter, colleague, manager }: GivenCompany) => {
  const names: Readonly<Record<string, string>> = {
    [recruiter.id]: "recruiter",
    [colleague.id]: "colleague",
    [manager.id]: "manager"
  }
  return (id: string) => names[id] as Owner
}

/** The domain embedded in a program, on the memory adapters. There is no database to lose: outages don't reach it. */
export const memorySystem = (): System => {
  const company = aCompany()
  const people = { ...company, cleo: aCandidate(), dora: aCandidate() }
  const owner = ownerOf(company)
  let state = memoryState()
  let begun = 0
  let hours = 0
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
  const run = async <A, E>(
    program: Effect.Effect<
      A,
      E,
      Layer.Success<ReturnType<typeof layerMemory> | typeof layerUuid | typeof layerMailTemplates> | EventQueue | Mailer
    >
  ) => {
    const publishing: Array<Promise<unknown>> = []
    const layer = layerPublishing((work) => publishing.push(work)).pipe(
      Layer.provideMerge(
        Layer.mergeAll(
          layerMemory(state),
          queue,
          mailer,
          layerMailTemplates,
          layerUuid,
          layerInstant(begun + hours * hour + hour / 2)
        )
      )
    )
    const exit = await Effect.runPromiseExit(Effect.provide(program, layer))
    await Promise.all(publishing)
    return exit
  }
  const plain = ({ ownerId, title, jobStartsAt, expiresAt, status }: Offer) => ({
    owner: owner(ownerId),
    title,
    jobStartsAt,
    expiresAt,
    status
  })
  /** The union of all programs has no single type of failure that Effect could infer. */
  const answerOf = async <A>(program: unknown, say: (value: A) => string): Promise<string> => {
    const exit = await run(program as Effect.Effect<A, { readonly _tag: string }, never>)
    if (Exit.isSuccess(exit)) return say(exit.value)
    const failure = Option.getOrThrowWith(Cause.findErrorOption(exit.cause), () => Cause.squash(exit.cause))
    return codes[failure._tag] ?? failure._tag
  }
  const valueFrom = async <A, E>(program: Parameters<typeof run<A, E>>[0]): Promise<A> => {
    const exit = await run(program)
    if (!Exit.isSuccess(exit)) throw Cause.squash(exit.cause)
    return exit.value
  }
  const sendMails = async () => {
    while (!(await valueFrom(sendDueMails())).finished);
  }
  return {
    people: idsOf(people),
    begin: async () => {
      state = memoryState({
        companies: [{ id: company.id, name: "Acme", creatorId: null }],
        accounts: [...everybodyOf(company), people.cleo, people.dora]
      })
      post = "open"
      mailbox = []
      published = []
      delivered = []
      hours = 0
      refuses = false
      begun = Math.floor(Date.now() / 1000) * 1000
      return begun
    },
    call: async ({ who, command, to }, id, { title, jobStartsAt, expiresAt }) => {
      const caller: Account = company[who]
      const change = { caller, id }
      const content = offerContent({ title, jobStartsAt, expiresAt, contractEndsAt: null })
      const programs = {
        create: () => createOffer(caller, content),
        update: () => updateOffer(change, content),
        enable: () => enableOffer(change),
        disable: () => disableOffer(change),
        archive: () => archiveOffer(change),
        transfer: () => transferOffer(change, company[to].id),
        delete: () => deleteOffer(change)
      }
      const program: ReturnType<(typeof programs)[keyof typeof programs]> = programs[command]()
      const made: { id?: string; version?: number } = {}
      // A deletion leaves nothing.
      const answer = await answerOf<{ version: number; value: Offer } | undefined>(program, (value) => {
        if (value !== undefined) Object.assign(made, { id: value.value.id, version: value.version })
        return "ok"
      })
      return { answer, ...made }
    },
    send: async (step, offerId, sendId) => {
      const { who, command, to, others } = step
      const caller: Account = people[who]
      const change = { caller, id: sendId }
      const idOf = (name: typeof to) => (name === "nobody" ? nobody : people[name].id)
      const message = "For you?"
      const ask = {
        send: () =>
          answerOf(
            sendOffer(caller, { offerId, candidateId: idOf(to), message }),
            ({ value: { value } }: Shown) => `ok ${value.status}`
          ),
        bulk: () => {
          const named = [to, ...others]
          const program = sendOfferInBulk(caller, { offerId, candidateIds: named.map(idOf), message })
          return answerOf(program, ({ created, failures }: Effect.Success<typeof program>) =>
            bulkAnswer(idsOf(people), [
              ...created.map(({ value: { value } }) => ({
                candidateId: value.candidateId,
                fate: `ok ${value.status}`
              })),
              ...failures.map(({ candidateId, refusal }) => ({
                candidateId,
                fate: codes[refusal._tag] ?? refusal._tag
              }))
            ])
          )
        },
        read: () =>
          answerOf(
            readOfferSent(caller, sendId, { views: true }),
            ({ seen: { value } }: { readonly seen: Shown["value"] }) => `ok ${value.status}`
          ),
        readOffer: () =>
          answerOf(
            caller.role === "candidate"
              ? readReceivedOffer(caller, offerId, { views: true })
              : readOffer(caller, offerId),
            () => "ok"
          ),
        view: () =>
          answerOf(changeOfferSentStatus(change, "viewed"), ({ value: { value } }: Shown) => `ok ${value.status}`),
        respond: () =>
          answerOf(changeOfferSentStatus(change, "responded"), ({ value: { value } }: Shown) => `ok ${value.status}`),
        withdraw: () => answerOf(withdrawOfferSent(change), () => "ok")
      }[command]
      return { answers: await Promise.all(Array.from({ length: timesOf(step) }, ask)) }
    },
    moveTo: async (to) => {
      hours = to
    },
    sweep: async (date) => Exit.isSuccess(await run(expireDueOffers(date, 20))),
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
    read: async () => {
      const { rows } = await valueFrom(listOffers(company.manager, { status: null, page: { number: 1, limit: 100 } }))
      return new Map(rows.map((offer) => [offer.id, plain(offer)]))
    },
    list: async (who) => {
      const page = { number: 1, limit: 100 }
      const sends = await valueFrom(
        listOfferSends(people[who], { status: null, offerId: null, candidateId: null, page })
      )
      const offers = who === "manager" ? [] : (await valueFrom(listReceivedOffers(people[who], page))).rows
      return {
        sends: Object.fromEntries(sends.rows.map(({ value: { id, status } }) => [id, status]).toSorted()),
        offers: offers.map(({ id }) => id).toSorted()
      }
    },
    snapshot: async (): Promise<Snapshot> => ({
      offers: [...state.offers.values()].map(({ version, value }) => {
        const { id, title, ownerId, status, term, jobStartsAt, expiresAt } = value
        return { id, version, title, ownerId, status, term, jobStartsAt, expiresAt }
      }),
      sends: [...state.offerSends.values()].map(({ version, value }) => {
        const { id, offerId, term, candidateId, senderId, status, sentAt, viewedAt, respondedAt } = value
        return { id, version, offerId, term, candidateId, senderId, status, sentAt, viewedAt, respondedAt }
      }),
      events: [...state.events.values()]
        .map(({ subject, companyId: _, ...event }) => ({ ...event, subjectType: subject.type, subjectId: subject.id }))
        .toSorted((a, b) => a.sequence - b.sequence),
      waiting: [...state.deliveries.keys()],
      handled: [...state.receipts.keys()],
      givenUp: [],
      notifications: [...state.notifications.values()],
      outgoing: [...state.outgoingMails.keys()]
    })
  }
}

/** An answer that shows a send. */
interface Shown {
  readonly value: { readonly value: { readonly status: string } }
}

/** A candidate whom there is not. */
const nobody = crypto.randomUUID()

const idsOf = <K extends string>(people: Readonly<Record<K, { readonly id: string } | string>>) =>
  Object.fromEntries(
    Object.entries<{ readonly id: string } | string>(people).map(([name, person]) => [
      name,
      typeof person === "string" ? person : person.id
    ])
  ) as Readonly<Record<K, string>>

/** What became of everybody in a bulk. */
const bulkAnswer = (
  people: Readonly<Record<string, string>>,
  fates: ReadonlyArray<{ readonly candidateId: string; readonly fate: string }>
): string => {
  const nameOf = (id: string) => Object.keys(people).find((name) => people[name] === id) ?? "nobody"
  return `ok ${fates
    .map(({ candidateId, fate }) => `${nameOf(candidateId)} ${fate}`)
    .toSorted()
    .join(", ")}`
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
  OfferNotActive: "offer-not-active"
}

/** Both workers in workerd over PostgreSQL, with a queue that is held in the hand. */
export const openWorkers = async (): Promise<System & { readonly close: () => Promise<void> }> => {
  const held = await openHeldStage()
  const { queue, mailer, stage } = held
  const { company, tokens } = await openCompany(stage)
  const [cleo, dora] = await addCandidates(stage, 2)
  assert(cleo !== undefined && dora !== undefined)
  const people = { ...company, cleo, dora }
  const tokenOf = { ...tokens, cleo: cleo.token, dora: dora.token }
  const owner = ownerOf(company)
  let begun = 0
  let hours = 0
  let delivered: Array<unknown> = []
  const offset = () => begun + hours * hour + hour / 2 - Date.now()

  /** What whoever was killed would have answered is not heard. */
  const withOutage = async <A>(outage: Outage | null, work: () => Promise<A>, unheard: A): Promise<A> => {
    let request = 0
    let killed: Promise<void> | undefined
    stage.neon.onRequest = () => {
      if (request++ !== outage?.request) return undefined
      if (outage.down !== "killed") return { down: outage.down }
      killed = held.kill()
      return { down: "before" }
    }
    const result = await work().catch((error) => {
      if (killed === undefined) throw error
      return unheard
    })
    stage.neon.onRequest = undefined
    if (killed === undefined) return result
    await killed
    await held.revive(offset())
    return unheard
  }
  const succeeds = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false
    )
  const moveTo = (to: number) => {
    hours = to
    return held.platform().setClockOffset(offset())
  }
  const input = ({ title, jobStartsAt, expiresAt }: Content) =>
    offerInput({
      title,
      startDateJob: new Date(jobStartsAt).toISOString(),
      expiredDate: new Date(expiresAt).toISOString()
    })
  return {
    people: idsOf(people),
    begin: async () => {
      await held.clear()
      queue.refusing = false
      delivered = []
      begun = Math.floor(Date.now() / 1000) * 1000
      await moveTo(0)
      return begun
    },
    call: async ({ who, command, to, outage }, id, content) => {
      const [path, body] = {
        create: ["/offers", input(content)],
        update: [`/offers/${id}`, input(content)],
        enable: [`/offers/${id}/enabled`],
        disable: [`/offers/${id}/disabled`],
        archive: [`/offers/${id}/archived`],
        transfer: [`/offers/${id}/transfer`, { newRecruiterId: company[to].id }],
        delete: [`/offers/${id}/delete`]
      }[command] as [string, unknown?]
      return withOutage(
        outage,
        async () => {
          const { status, json, headers } = await stage.call("POST", path, {
            token: tokens[who],
            ...(body !== undefined && { body })
          })
          if (status >= 400) return { answer: json.code }
          return { answer: "ok", id: json?.id ?? id, version: Number(headers.get("etag")?.replaceAll('"', "")) }
        },
        { answer: "store-unavailable" }
      )
    },
    send: async (step, offerId, sendId) => {
      const { who, command, to, others, outage } = step
      const idOf = (name: typeof to) => (name === "nobody" ? nobody : people[name].id)
      const message = "For you?"
      const [method, path, body] = {
        send: ["POST", "/offer-sends", { offerId, candidateId: idOf(to), message }],
        bulk: ["POST", "/offer-sends/bulk", { offerId, candidateIds: [to, ...others].map(idOf), message }],
        read: ["GET", `/offer-sends/${sendId}`],
        readOffer: ["GET", `/offers/${offerId}`],
        view: ["POST", `/offer-sends/${sendId}/status`, { status: "viewed" }],
        respond: ["POST", `/offer-sends/${sendId}/status`, { status: "responded" }],
        withdraw: ["DELETE", `/offer-sends/${sendId}`]
      }[command] as [string, string, unknown?]
      const ask = async () => {
        const { status, json } = await stage.call(method, path, {
          token: tokenOf[who],
          ...(body !== undefined && { body })
        })
        if (status >= 400) return json.code as string
        if (command === "bulk") {
          return bulkAnswer(idsOf(people), [
            ...json.created.map((sent: Listed) => ({ candidateId: sent.candidateId, fate: `ok ${sent.status}` })),
            ...json.failures.map((failure: Listed) => ({ candidateId: failure.candidateId, fate: failure.code }))
          ])
        }
        return command === "readOffer" || command === "withdraw" ? "ok" : `ok ${json.status}`
      }
      const answers = await withOutage(outage, () => Promise.all(Array.from({ length: timesOf(step) }, ask)), [
        "store-unavailable"
      ])
      return { answers }
    },
    moveTo,
    sweep: (date, outage) =>
      withOutage(
        outage,
        () => succeeds(held.platform().runCron(date === "jobStartsAt" ? crons.started : crons.expired, new Date())),
        false
      ),
    relay: (outage) => withOutage(outage, () => succeeds(relayOnce({ platform: held.platform() })), false),
    deliver: async (again, outage) => {
      const messages = again ? delivered : queue.take().toReversed()
      const refused = await withOutage(outage, () => deliver(held.platform(), messages), messages.length)
      if (refused > 0) assert.strictEqual(await deliver(held.platform(), messages), 0)
      if (!again) delivered.push(...messages)
    },
    refuse: (refuses) => {
      queue.refusing = refuses
    },
    post: (post) => {
      mailer.onMail = () => (post === "open" ? undefined : post === "lost" ? "lost" : mailerAnswers[post])
    },
    forget: () => void queue.take(),
    hurry: async () => {
      await stage.pool.query("update delivery set due_at = 'epoch'")
      await stage.pool.query("update outgoing_mail set due_at = 'epoch'")
    },
    mailbox: mailer.keys,
    snapshot: () => snapshotOf(stage.pool),
    list: async (who) => {
      const token = tokenOf[who]
      const sends = await stage.call("GET", "/offer-sends?limit=100", { token })
      const offers = who === "manager" ? { json: [] } : await stage.call("GET", "/offers?limit=100", { token })
      return {
        sends: Object.fromEntries(sends.json.map(({ id, status }: Listed) => [id, status]).toSorted()),
        offers: offers.json.map(({ id }: Listed) => id).toSorted()
      }
    },
    read: async () => {
      const { json } = await stage.call("GET", "/offers?limit=100", { token: tokens.manager })
      return new Map(
        // biome-ignore lint/suspicious/noExplicitAny: as it came over the wire
        json.map((offer: any) => [
          offer.id,
          {
            owner: owner(offer.recruiterId),
            title: offer.title,
            jobStartsAt: Date.parse(offer.startDateJob),
            expiresAt: Date.parse(offer.expiredDate),
            status: offer.status
          }
        ])
      )
    },
    close: held.close
  }
}

/** As much as is looked at of what a list, or a bulk, shows. */
interface Listed {
  readonly id: string
  readonly status: string
  readonly candidateId: string
  readonly code: string
}
