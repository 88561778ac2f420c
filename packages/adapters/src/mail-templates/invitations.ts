import type { InvitationNotification } from "@treff/domain/invitations"
import { type MailsOf, mail, nameOf } from "./mail.ts"

const invitedThem = {
  english: "You receive this email because you sent this invitation in Treff.",
  french: "Vous recevez cet e-mail parce que vous avez envoyé cette invitation dans Treff.",
  norwegian: "Du får denne e-posten fordi du sendte denne invitasjonen i Treff."
}

/** The mails of invitations. See docs/flows/invitations.md. */
export const invitationMails: MailsOf<InvitationNotification> = {
  invitation: mail({
    facts: ({ inviter, companyName, expiresAt }, { text, name, instant, address }) => ({
      inviter: name(inviter),
      company: text(companyName),
      until: instant(expiresAt),
      address: address("accept-invitation")
    }),
    message: ({ inviter, personalMessage }) => ({ from: nameOf(inviter), text: personalMessage }),
    english: ({ inviter, company, until, address }) => ({
      subject: `${inviter} invites you to join ${company} as a recruiter`,
      heading: `${inviter} invites you to join ${company} as a recruiter`,
      lines: [
        "In Treff, recruiters send job offers to candidates and follow the answers.",
        "Open the invitation to accept it. You can also decline it there."
      ],
      link: {
        address,
        button: "Open the invitation",
        lines: [
          `The link is meant for you alone, and good until ${until}.`,
          "If you did not expect this invitation, you can ignore this email."
        ]
      },
      why: "You receive this email because you were invited to Treff at this address."
    }),
    french: ({ inviter, company, until, address }) => ({
      subject: `${inviter} vous invite à rejoindre l’équipe de recrutement chez ${company}`,
      heading: `${inviter} vous invite à rejoindre l’équipe de recrutement chez ${company}`,
      lines: [
        "Dans Treff, les équipes de recrutement envoient des offres d’emploi et suivent les réponses.",
        "Ouvrez l’invitation pour l’accepter. Vous pourrez aussi la décliner."
      ],
      link: {
        address,
        button: "Ouvrir l’invitation",
        lines: [
          `Ce lien vous est personnel. Il est valable jusqu’au ${until}.`,
          "Si vous n’attendiez pas cette invitation, ignorez simplement cet e-mail."
        ]
      },
      why: "Vous recevez cet e-mail parce qu’une invitation à rejoindre Treff a été envoyée à cette adresse."
    }),
    norwegian: ({ inviter, company, until, address }) => ({
      subject: `${inviter} inviterer deg til å bli med i ${company} som rekrutterer`,
      heading: `${inviter} inviterer deg til å bli med i ${company} som rekrutterer`,
      lines: [
        "I Treff sender rekrutterere jobbtilbud til kandidater og følger med på svarene.",
        "Åpne invitasjonen for å takke ja. Du kan også takke nei der."
      ],
      link: {
        address,
        button: "Åpne invitasjonen",
        lines: [
          `Lenken er personlig, og gjelder til ${until}.`,
          "Hvis du ikke ventet denne invitasjonen, kan du se bort fra e-posten."
        ]
      },
      why: "Du får denne e-posten fordi du er invitert til Treff med denne adressen."
    })
  }),
  "invitation-accepted": mail({
    facts: ({ member, email }, { text, name }) => ({ member: name(member), email: text(email) }),
    english: ({ member, email }) => ({
      subject: `${member} has accepted your invitation`,
      heading: `${member} has accepted your invitation`,
      lines: [
        `You had sent it to ${email}.`,
        "As a recruiter, they can now send job offers for your company in Treff."
      ],
      why: invitedThem.english
    }),
    french: ({ member, email }) => ({
      subject: `${member} a accepté votre invitation`,
      heading: `${member} a accepté votre invitation`,
      lines: [
        `Vous l’aviez envoyée à ${email}.`,
        "Cette personne fait partie de l’équipe de recrutement et peut désormais envoyer des offres dans Treff."
      ],
      why: invitedThem.french
    }),
    norwegian: ({ member, email }) => ({
      subject: `${member} har takket ja til invitasjonen din`,
      heading: `${member} har takket ja til invitasjonen din`,
      lines: [
        `Du sendte den til ${email}.`,
        "Som rekrutterer kan vedkommende nå sende jobbtilbud for bedriften din i Treff."
      ],
      why: invitedThem.norwegian
    })
  }),
  "invitation-declined": mail({
    facts: ({ email }, { text }) => ({ email: text(email) }),
    english: ({ email }) => ({
      subject: `${email} has declined your invitation`,
      heading: `${email} has declined your invitation`,
      lines: ["They do not wish to join your company in Treff. There is nothing you need to do."],
      why: invitedThem.english
    }),
    french: ({ email }) => ({
      subject: `${email} a décliné votre invitation`,
      heading: `${email} a décliné votre invitation`,
      lines: ["Cette personne ne souhaite pas rejoindre votre entreprise dans Treff. Vous n’avez rien à faire."],
      why: invitedThem.french
    }),
    norwegian: ({ email }) => ({
      subject: `${email} har takket nei til invitasjonen din`,
      heading: `${email} har takket nei til invitasjonen din`,
      lines: ["Vedkommende ønsker ikke å bli med i bedriften din i Treff. Du trenger ikke å gjøre noe."],
      why: invitedThem.norwegian
    })
  })
}
