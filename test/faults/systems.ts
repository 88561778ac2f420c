import type { Account } from "@treff/domain/identity"
import {
  archiveOffer,
  changeOfferSentStatus,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  listOfferSends,
  listOffers,
  listReceivedOffers,
  type Offer,
  readOffer,
  readOfferSent,
  readReceivedOffer,
  sendOffer,
  sendOfferInBulk,
  transferOffer,
  updateOffer,
  withdrawOfferSent
} from "@treff/domain/offers"
import type * as Effect from "effect/Effect"
import { assert } from "vitest"
import { aCandidate, aCompany, everybodyOf, type GivenCompany, content as offerContent } from "../given.ts"
import { offerInput } from "../stage.ts"
import { addCandidates, hour, jobs, openCompany, runJob } from "../workers/cast.ts"
import { openHeldStage } from "../workers/held-queue.ts"
import { codeOf, memoryMachine } from "./memory-machine.ts"
import type { Content, Owner, System } from "./model.ts"
import { timesOf } from "./send-model.ts"
import { workersMachine } from "./workers-machine.ts"

const ownerOf = ({ recruiter, colleague, manager }: GivenCompany) => {
  const names: Readonly<Record<string, string>> = {
    [recruiter.id]: "recruiter",
    [colleague.id]: "colleague",
    [manager.id]: "manager"
  }
  return (id: string) => names[id] as Owner
}

/** The domain embedded in a program, on the memory adapters. */
export const memorySystem = (): System => {
  const company = aCompany()
  const people = { ...company, cleo: aCandidate(), dora: aCandidate() }
  const owner = ownerOf(company)
  const { machine, begin, answerOf, valueFrom, exits } = memoryMachine()
  const plain = ({ ownerId, title, jobStartsAt, expiresAt, status }: Offer) => ({
    owner: owner(ownerId),
    title,
    jobStartsAt,
    expiresAt,
    status
  })
  return {
    people: idsOf(people),
    begin: async () => {
      const begun = Math.floor(Date.now() / 1000) * 1000
      const accounts = [...everybodyOf(company), people.cleo, people.dora]
      begin({ companies: [{ id: company.id, name: "Acme", creatorId: null }], accounts }, begun + hour / 2)
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
                fate: codeOf(refusal._tag)
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
    ...machine,
    sweep: (date) => exits(expireDueOffers(date, 20)),
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
    }
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

/** Both workers in workerd over PostgreSQL, with a queue that is held in the hand. */
export const openWorkers = async (): Promise<System & { readonly close: () => Promise<void> }> => {
  const held = await openHeldStage()
  const { stage } = held
  const { machine, begin, withOutage, succeeds } = workersMachine(held)
  const { company, tokens } = await openCompany(stage)
  const [cleo, dora] = await addCandidates(stage, 2)
  assert(cleo !== undefined && dora !== undefined)
  const people = { ...company, cleo, dora }
  const tokenOf = { ...tokens, cleo: cleo.token, dora: dora.token }
  const owner = ownerOf(company)
  const input = ({ title, jobStartsAt, expiresAt }: Content) =>
    offerInput({
      title,
      startDateJob: new Date(jobStartsAt).toISOString(),
      expiredDate: new Date(expiresAt).toISOString()
    })
  return {
    people: idsOf(people),
    begin: () => begin(hour / 2),
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
    ...machine,
    sweep: (date, outage) =>
      withOutage(
        outage,
        () => succeeds(runJob(held.platform(), date === "jobStartsAt" ? jobs.started : jobs.expired)),
        false
      ),
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
