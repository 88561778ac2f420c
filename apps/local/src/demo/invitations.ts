import type { Account } from "@treff/domain/identity"
import {
  declineInvitation,
  expireDueInvitations,
  inviteRecruiter,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import { day, type Instant } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import type { Act } from "./act.ts"
import type { Language } from "./people.ts"
import type { Chance } from "./random.ts"

/** Whom an invitation is to, when it was sent, in days from today, and what was done about it. */
interface Story {
  readonly sent: number
  readonly to: "stranger" | "candidate"
  readonly writes: boolean
  readonly later?: { readonly day: number; readonly does: "decline" | "revoke" | "resend" }
}

/** One of each kind; those that were accepted are older, and the recruiters of today. */
const stories: ReadonlyArray<Story> = [
  // Open, one of them to somebody who has an account.
  { sent: -1, to: "stranger", writes: true },
  { sent: -2, to: "candidate", writes: false },
  // Expired since the last sweep; expired and swept; and that, but sent again since, so that it is open.
  { sent: -4, to: "stranger", writes: true },
  { sent: -7, to: "stranger", writes: false },
  { sent: -8, to: "stranger", writes: true, later: { day: -1, does: "resend" } },
  { sent: -9, to: "stranger", writes: false, later: { day: -8, does: "decline" } },
  { sent: -5, to: "stranger", writes: true, later: { day: -4, does: "revoke" } }
]

/** In days from today. */
const lastSweep = -3

const messages: Readonly<Record<Language, ReadonlyArray<string>>> = {
  nb: [
    "Hei!\nVi trenger en hånd til med ansettelsene. Blir du med?",
    "Som avtalt på telefonen: her er lenken. Det tar to minutter.",
    "Velkommen på laget! Spør meg om det er noe."
  ],
  fr: [
    "Bonjour,\nnous cherchons du renfort pour nos recrutements. Vous nous rejoignez ?",
    "Comme convenu au téléphone, voici le lien : il suffit de deux minutes.",
    "Bienvenue dans l’équipe ! Dites-moi si quelque chose vous manque."
  ],
  en: [
    "Hello,\nwe could do with another pair of hands for hiring. Will you join us?",
    "As agreed on the telephone: here’s the link. It takes two minutes.",
    "Welcome aboard! Ask me if there’s anything you need."
  ]
}

/** What a company's manager has sent to people of late, and what became of it. */
export const invitationsOf = (
  chance: Chance,
  {
    manager,
    language,
    stranger,
    candidates,
    tokenOf
  }: {
    readonly manager: Account
    readonly language: Language
    /** The address of somebody else each time. */
    readonly stranger: () => string
    readonly candidates: ReadonlyArray<Account>
    /** Of the last link that was mailed to an address. */
    readonly tokenOf: (email: string) => string
  },
  today: Instant
): ReadonlyArray<Act> =>
  stories.flatMap(({ sent, to, writes, later }) => {
    const workingHour = (ofDay: number) => today + ofDay * day + hour * 7 + chance.integer(9 * hour)
    const email = to === "stranger" ? stranger() : chance.oneOf(candidates).email
    const personalMessage = writes ? chance.oneOf(messages[language]) : null
    let id = ""
    const invite = Effect.map(inviteRecruiter(manager, { email, personalMessage, locale: null }), (invitation) => {
      id = invitation.value.id
    })
    const answers = {
      decline: Effect.suspend(() => declineInvitation(tokenOf(email))),
      revoke: Effect.suspend(() => revokeInvitation({ caller: manager, id })),
      resend: Effect.suspend(() => resendInvitation({ caller: manager, id }))
    }
    return [
      { at: workingHour(sent), act: invite },
      ...(later === undefined ? [] : [{ at: workingHour(later.day), act: answers[later.does] }])
    ]
  })

/** The last time that what had expired was written down. */
export const sweepOf = (today: Instant): Act => ({ at: today + lastSweep * day, act: expireDueInvitations(1) })

const hour = 3_600_000
