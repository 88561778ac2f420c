import type { Account } from "@treff/domain/identity"
import type { Instant } from "@treff/domain/kernel"
import { changeOfferSentStatus, readOfferSent, sendOfferInBulk, withdrawOfferSent } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import type { Act } from "./act.ts"
import type { Language } from "./people.ts"
import type { Chance } from "./random.ts"

/** What a candidate did with an offer, or somebody of the company for them, and how many hours after it was sent. */
type Fate = ReadonlyArray<{
  readonly hours: number
  readonly does: "view" | "respond" | "withdraw" | "telephone" | "take back"
}>

const fates: ReadonlyArray<Fate> = [
  [],
  [],
  [{ hours: 4, does: "view" }],
  [{ hours: 9, does: "view" }],
  [
    { hours: 2, does: "view" },
    { hours: 3, does: "respond" }
  ],
  [
    { hours: 7, does: "view" },
    { hours: 49, does: "respond" }
  ],
  [
    { hours: 5, does: "view" },
    { hours: 30, does: "withdraw" }
  ],
  [{ hours: 6, does: "withdraw" }],
  [{ hours: 24, does: "telephone" }],
  [{ hours: 1, does: "take back" }]
]

const messages: Readonly<Record<Language, ReadonlyArray<string | null>>> = {
  nb: [
    null,
    "Hei!\nVi har lest profilen din og tror at dette kan passe godt for deg. Ta gjerne kontakt om du lurer på noe.",
    "Kunne du tenke deg en prat i løpet av uka? Vi byr på kaffe."
  ],
  fr: [
    null,
    "Bonjour,\nvotre parcours nous a plu : ce poste pourrait vous convenir. N’hésitez pas à nous poser vos questions.",
    "Seriez-vous disponible pour un premier échange cette semaine, même de vingt minutes ?"
  ],
  en: [
    null,
    "Hello,\nwe liked your profile & think that this could be for you. Ask us whatever you would like to know.",
    "Would you have twenty minutes for a first chat this week? We’re happy to call you."
  ]
}

/**
 * An offer sent to some candidates at once, and what became of it with each of them until `until`, when the offer is closed
 * to candidates, or the present comes.
 */
export const sendsOf = (
  chance: Chance,
  {
    offerId,
    sender,
    admin,
    language,
    candidates
  }: {
    /** Known when the offer is made. */
    readonly offerId: () => string
    readonly sender: Account
    readonly admin: Account
    readonly language: Language
    readonly candidates: ReadonlyArray<Account>
  },
  at: Instant,
  until: Instant
): ReadonlyArray<Act> => {
  const ids = new Map<string, string>()
  const message = chance.oneOf(messages[language])
  const send = Effect.suspend(() =>
    sendOfferInBulk(sender, { offerId: offerId(), candidateIds: candidates.map(({ id }) => id), message })
  )
  const noteIds = Effect.map(send, ({ created }) => {
    for (const { value } of created) ids.set(value.candidate.id, value.value.id)
  })
  const moves = candidates.flatMap((candidate) =>
    chance.oneOf(fates).map(({ hours, does }): Act => {
      const act = Effect.suspend(() => moveOf(does, ids.get(candidate.id) ?? "", candidate, admin))
      return { at: at + hours * hour + chance.integer(hour), act }
    })
  )
  return [{ at, act: noteIds }, ...moves.filter((move) => move.at < until)]
}

const moveOf = (does: Fate[number]["does"], id: string, candidate: Account, admin: Account): Act["act"] => {
  switch (does) {
    case "view":
      return readOfferSent(candidate, id, { views: true })
    case "respond":
      return changeOfferSentStatus({ caller: candidate, id }, "responded")
    case "withdraw":
      return withdrawOfferSent({ caller: candidate, id })
    case "telephone":
      return changeOfferSentStatus({ caller: admin, id }, "responded")
    case "take back":
      return withdrawOfferSent({ caller: admin, id })
  }
}

const hour = 3_600_000
