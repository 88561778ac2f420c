import { layerInstant } from "@treff/adapters/clock"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemory, layerMemoryMailer, type MemoryMailbox, memoryState } from "@treff/adapters/memory"
import { layerSecrets } from "@treff/adapters/secrets"
import type { RecordedEvent } from "@treff/domain/events"
import { type Account, type AccountFacts, type Company, changeSubRole, type SubRole } from "@treff/domain/identity"
import { acceptInvitation, type Invitation, inviteRecruiter } from "@treff/domain/invitations"
import { day, type Instant, type Versioned } from "@treff/domain/kernel"
import { type Delivery, markAllNotificationsRead, type Notification } from "@treff/domain/notifications"
import {
  archiveOffer,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  type Offer,
  type OfferContent,
  type OfferSentFacts,
  type OfferSentStatus,
  transferOffer,
  updateOffer
} from "@treff/domain/offers"
import { allReactions, handleEvents, sendDueMails } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { generateSealingKey } from "../keys.ts"
import type { SentMail } from "../mailbox.ts"
import type { Act } from "./act.ts"
import { type DemoCompany, demoCompanies, type Posting } from "./companies.ts"
import { invitationsOf, sweepOf } from "./invitations.ts"
import { type Life, lives, mistake, openingsOf, type Step } from "./lives.ts"
import { addressOf, languages, makePerson, type Person } from "./people.ts"
import { type Chance, layerDemoIds, makeChance, makeDemoId } from "./random.ts"
import { sendsOf } from "./sends.ts"

type Kept<A> = A & { readonly version: number }

export interface DemoData {
  readonly companies: ReadonlyArray<Kept<Company>>
  readonly accounts: ReadonlyArray<Kept<AccountFacts>>
  readonly invitations: ReadonlyArray<Versioned<Invitation>>
  readonly offers: ReadonlyArray<Versioned<Offer>>
  readonly sends: ReadonlyArray<Versioned<OfferSentFacts & { readonly status: OfferSentStatus | "withdrawn" }>>
  readonly events: ReadonlyArray<RecordedEvent>
  readonly receipts: ReadonlyArray<{ readonly eventId: string; readonly receivedAt: Instant }>
  readonly notifications: ReadonlyArray<SeededNotification>
  readonly mails: ReadonlyArray<SentMail>
}

/** A notification, each of whose deliveries has an id: that of a mail. */
interface SeededNotification extends Omit<Notification, "deliveries"> {
  readonly deliveries: ReadonlyArray<Delivery & { readonly id: string }>
}

/**
 * Three companies, nine recruiters and hiring managers, 200 candidates, 60 offers in all states, what was sent to whom, and
 * invitations in all states. The same every time, but for the dates, which lie around `now`, and the tokens of links, which
 * lead to `publicUrl`. All of it but the managers, their companies and the candidates was really done, by the use cases and
 * in the past, and handled by the reactions, so that the event log explains it, and who was notified of it.
 */
export const makeDemoData = async (now: Instant, publicUrl: string): Promise<DemoData> => {
  const today = Math.floor(now / day) * day
  const chance = makeChance(20_261_120)
  const id = makeDemoId(chance, today)
  const { companies, accounts, houses, addressFor } = makePeople(chance, id, today)
  const state = memoryState({ companies, accounts })
  const mailbox: MemoryMailbox = new Map()
  // The key seals what is mailed here and now: nothing that is sealed remains.
  const secrets = layerSecrets([Redacted.make(generateSealingKey())])
  const mailing = Layer.mergeAll(layerMailTemplates(publicUrl), layerMemoryMailer(mailbox))
  const ports = Layer.mergeAll(layerMemory(state), layerDemoIds(id), secrets, mailing)
  const run = (at: Instant, act: Effect.Effect<unknown, unknown, Layer.Success<typeof ports>>) =>
    Effect.runPromise(Effect.provide(act, Layer.mergeAll(ports, layerInstant(at))))

  const play = async (acts: ReadonlyArray<Act>) => {
    for (const { at, act } of acts.toSorted((a, b) => a.at - b.at)) {
      await run(at, act)
      // Their consumer was at work then, too, until nothing was left: what it does may have events of its own.
      for (let later = at; state.deliveries.size > 0; ) {
        later += 300 + chance.integer(900)
        const waiting = [...state.deliveries.keys()].flatMap((eventId) => state.events.get(eventId) ?? [])
        await run(later, Effect.andThen(handleEvents(waiting, allReactions), sendDueMails(allReactions)))
      }
    }
  }

  const tokenOf = (email: string): string => {
    const mail = [...mailbox.values()].findLast(({ to, template }) => to === email && template === "invitation")
    return /[?&]token=([\w-]+)/.exec(mail?.text ?? "")?.[1] ?? ""
  }

  /** Somebody who was invited, and so came into the company. */
  const hire = async ({ company, manager, createdAt }: House, subRole: SubRole, days: number): Promise<Account> => {
    const person = makePerson(chance, company.language)
    const email = addressFor(person, company.domain)
    const at = createdAt + days * day
    const profile = Effect.succeed({ ...person, username: addressOf(person), contactNumber: null })
    const accept = Effect.suspend(() => acceptInvitation({ token: tokenOf(email), caller: null, profile }))
    await play([
      { at: at - 20 * hour, act: inviteRecruiter(manager, { email, personalMessage: null, locale: null }) },
      { at, act: accept }
    ])
    const account = [...state.accounts.values()].find((account) => account.email === email)
    if (account === undefined) throw new Error(`${email} did not come`)
    if (subRole === account.subRole) return account
    await play([{ at: at + hour, act: changeSubRole({ caller: manager, id: account.id }, subRole) }])
    return { ...account, subRole }
  }
  const staff: Array<Staff> = []
  for (const house of houses) {
    const admin = await hire(house, "recruiter_admin", 3)
    staff.push({ ...house, admin, user: await hire(house, "recruiter_user", 40) })
  }

  await play([
    ...makeHistory(chance, staff, [...state.accounts.values()], today),
    ...staff.flatMap((house) =>
      invitationsOf(
        chance,
        {
          manager: house.manager,
          language: house.company.language,
          stranger: () => addressFor(makePerson(chance, house.company.language), house.company.domain),
          candidates: candidatesFor(house.company, accounts),
          tokenOf
        },
        today
      )
    ),
    sweepOf(today)
  ])

  const notifications = [...state.notifications.values()]
  return {
    companies: [...state.companies.values()],
    // Each was made with all that is kept of one.
    accounts: [...state.accounts.values()] as ReadonlyArray<Kept<AccountFacts>>,
    invitations: [...state.invitations.values()],
    offers: [...state.offers.values()],
    sends: [...state.offerSends.values()],
    events: [...state.events.values()],
    receipts: [...state.receipts].map(([eventId, receivedAt]) => ({ eventId, receivedAt })),
    notifications,
    mails: notifications.flatMap(({ deliveries }) =>
      deliveries.flatMap(({ id, sentAt }) => {
        const mail = mailbox.get(id)
        return mail === undefined || sentAt === null ? [] : [{ ...mail, sentAt }]
      })
    )
  }
}

interface House {
  readonly company: DemoCompany
  readonly manager: Account
  readonly createdAt: Instant
}

interface Staff extends House {
  readonly admin: Account
  readonly user: Account
}

/** Those who were there before anything was done: the companies with their managers, and the candidates. */
const makePeople = (chance: Chance, id: (at: Instant) => string, today: Instant) => {
  const companies: Array<Kept<Company>> = []
  const accounts: Array<Kept<AccountFacts>> = []
  const addresses = new Set<string>()
  const addressFor = (person: Person, domain: string): string => {
    const name = addressOf(person)
    // Namesakes get a number, as they do everywhere.
    let address = `${name}@${domain}`
    for (let n = 2; addresses.has(address); n++) address = `${name}${n}@${domain}`
    addresses.add(address)
    return address
  }
  const add = (
    fields: Pick<Account, "role" | "companyId" | "username" | "locale"> & Person,
    domain: string,
    createdAt: Instant
  ) => {
    const email = addressFor(fields, domain)
    const known = { email, subRole: null, contactNumber: null, emailVerified: true, profileComplete: true }
    const account = { ...fields, ...known, id: id(createdAt), version: 0, createdAt }
    accounts.push(account)
    return account
  }

  const houses = demoCompanies.map((company, index): House => {
    const createdAt = today - (400 - 20 * index) * day
    const companyId = id(createdAt)
    const person = makePerson(chance, company.language)
    const fields = { ...person, role: "hiring_manager", companyId, username: addressOf(person) } as const
    const manager = add({ ...fields, locale: company.language }, company.domain, createdAt)
    companies.push({ id: companyId, version: 0, name: company.name, creatorId: manager.id, createdAt })
    return { company, manager, createdAt }
  })

  for (let n = 0; n < 200; n++) {
    const language = chance.oneOf(languages)
    const domain = chance.oneOf(["example.com", "example.org", "example.net"])
    // Some have never said which language they read.
    const locale = chance.integer(10) === 0 ? null : language
    const fields = { ...makePerson(chance, language), role: "candidate", companyId: null, username: null } as const
    add({ ...fields, locale }, domain, today - (300 - n) * day + chance.integer(day))
  }
  return { companies, accounts, houses, addressFor }
}

/** A few, so that some have got several offers; who has never chosen a language reads that of the company as well. */
const candidatesFor = ({ language }: DemoCompany, accounts: ReadonlyArray<Account>): ReadonlyArray<Account> =>
  accounts.filter(({ role, locale }) => role === "candidate" && (locale ?? language) === language).slice(0, 30)

const makeHistory = (
  chance: Chance,
  staff: ReadonlyArray<Staff>,
  accounts: ReadonlyArray<Account>,
  today: Instant
): ReadonlyArray<Act> => {
  const acts: Array<Act> = []
  for (const member of staff) {
    const candidates = candidatesFor(member.company, accounts)
    member.company.postings.forEach((posting, index) => {
      // Every company's postings meet the lives in another order.
      const life = lives[(index * 7 + staff.indexOf(member) * 3) % lives.length] as Life
      acts.push(...historyOf(chance, member, posting, life, candidates, today))
      if (index === 0) acts.push(...historyOf(chance, member, posting, mistake, candidates, today))
    })
  }
  // Everybody has looked into their inbox now and then; what they were notified of since is unread.
  for (const account of accounts) {
    const at = today - (1 + chance.integer(20)) * day + 18 * hour
    acts.push({ at, act: markAllNotificationsRead(account) })
  }
  return acts
}

const historyOf = (
  chance: Chance,
  { company, manager, admin, user }: Staff,
  posting: Posting,
  life: Life,
  candidates: ReadonlyArray<Account>,
  today: Instant
): ReadonlyArray<Act> => {
  const handedOver = life.steps.find(({ act }) => act === "transfer")?.day
  const owner = handedOver !== undefined ? user : chance.oneOf([admin, user, user, manager])
  const workingHour = (ofDay: number) => today + ofDay * day + hour * 7 + chance.integer(9 * hour)
  let id = ""
  const sweeps: Array<Act> = []
  const content = (starts: number, more = ""): OfferContent => {
    const jobStartsAt = today + starts * day + 7 * hour
    if (starts < 0) sweeps.push({ at: jobStartsAt + 1_000, act: expireDueOffers("jobStartsAt", 1) })
    const lasts = { permanent: null, fixed_term: 270, apprenticeship: 720, internship: 180, freelance: 110 }[
      posting.type
    ]
    return {
      title: posting.title,
      description: `${posting.text}${more}\n\n${company.about}`,
      employmentType: posting.type,
      salary: posting.salary,
      attachmentUrl: chance.integer(3) === 0 ? `https://${company.domain}/jobs/${slug(posting.title)}.pdf` : null,
      jobStartsAt,
      expiresAt: jobStartsAt + (14 + chance.integer(30)) * day,
      contractEndsAt: lasts === null ? null : jobStartsAt + lasts * day,
      quizRequired: chance.integer(5) === 0
    }
  }
  const made = content(life.starts)
  let last = made
  const change = (step: Step): Act["act"] => {
    switch (step.act) {
      case "update": {
        last =
          step.starts === undefined
            ? { ...last, description: content(life.starts, ` ${moreInfo[company.language]}`).description }
            : { ...content(step.starts), attachmentUrl: last.attachmentUrl, quizRequired: last.quizRequired }
        const updated = last
        return Effect.suspend(() => updateOffer({ caller: owner, id }, updated))
      }
      case "transfer":
        return Effect.suspend(() => transferOffer({ caller: manager, id }, admin.id))
      case "disable":
        return Effect.suspend(() => disableOffer({ caller: handedOver !== undefined ? admin : owner, id }))
      case "enable":
        return Effect.suspend(() => enableOffer({ caller: owner, id }))
      case "archive":
        return Effect.suspend(() => archiveOffer({ caller: admin, id }))
      case "delete":
        return Effect.suspend(() => deleteOffer({ caller: admin, id }))
    }
  }
  const others = [...candidates]
  const sends = openingsOf(life).flatMap(({ from, until }) => {
    const closed = Math.min(until, 0)
    const sentOn = from + 1 + chance.integer(Math.max(1, closed - from - 1))
    const addressees = Array.from({ length: 2 + chance.integer(4) }, () =>
      others.splice(chance.integer(others.length), 1)
    )
    // Who had it before can't send it any more; an admin can always.
    const sender = handedOver !== undefined && sentOn >= handedOver ? admin : chance.oneOf([owner, owner, admin])
    const parties = { offerId: () => id, sender, admin, language: company.language, candidates: addressees.flat() }
    return sendsOf(chance, parties, workingHour(sentOn), today + closed * day)
  })
  return [
    {
      at: workingHour(life.made),
      act: Effect.map(createOffer(owner, made), (offer) => {
        id = offer.value.id
      })
    },
    ...life.steps.map((step) => ({ at: workingHour(step.day), act: change(step) })),
    ...sweeps,
    ...sends
  ]
}

const hour = 3_600_000

const moreInfo = {
  nb: "Intervjuer holdes fortløpende, også på video.",
  fr: "Les entretiens ont lieu au fil de l’eau, en visio si vous préférez.",
  en: "Interviews are held as applications arrive, by video if you like."
} as const

const slug = (title: string) =>
  title
    .toLowerCase()
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
