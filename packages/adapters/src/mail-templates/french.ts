import type { Texts } from "./texts.ts"

// `\u00a0`: the space that French sets before a colon and within its quotation marks, where no line may break. No name
// follows `de` or `que`, which would have to be elided before a vowel.
const looksAfterIt = "Vous recevez cet e-mail parce que vous suivez cette offre dans Treff."

const invitedThem = "Vous recevez cet e-mail parce que vous avez envoyé cette invitation dans Treff."

const ended = {
  offer_archived: "L’entreprise a clôturé cette offre pour toutes les personnes qui l’avaient reçue.",
  offer_deleted: "L’entreprise a retiré cette offre pour toutes les personnes qui l’avaient reçue.",
  offer_expired: "Sa date limite est passée\u00a0: l’offre a pris fin pour toutes les personnes qui l’avaient reçue."
}

export const french: Texts = {
  language: "fr",
  dates: "fr-FR",
  copyAddress: "Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur\u00a0:",
  messageFrom: (name) => `${name} vous écrit\u00a0:`,
  "offer-sent": ({ title, company }) => ({
    subject: `${company} vous a envoyé une offre d’emploi\u00a0: ${title}`,
    heading: `${company} vous a envoyé une offre d’emploi`,
    lines: ["Vous pouvez lire l’offre complète dans Treff et y répondre."],
    why: "Vous recevez cet e-mail parce qu’une entreprise vous a envoyé une offre d’emploi dans Treff."
  }),
  "offer-sent-viewed": ({ title, candidate }) => ({
    subject: `${candidate} a consulté l’offre «\u00a0${title}\u00a0»`,
    heading: `${candidate} a consulté cette offre`,
    lines: ["Nous vous écrirons dès que sa réponse arrivera."],
    why: looksAfterIt
  }),
  "offer-sent-responded": ({ title, candidate }) => ({
    subject: `${candidate} a répondu à l’offre «\u00a0${title}\u00a0»`,
    heading: `${candidate} a répondu à cette offre`,
    lines: ["Vous trouverez sa réponse dans Treff. Un retour rapide est toujours apprécié."],
    why: looksAfterIt
  }),
  "offer-sent-withdrawn": ({ title, candidate }) => ({
    subject: `${candidate} a renoncé à l’offre «\u00a0${title}\u00a0»`,
    heading: `${candidate} a renoncé à cette offre`,
    lines: ["Cette personne ne souhaite pas donner suite. Vous n’avez rien à faire."],
    why: looksAfterIt
  }),
  "offer-ended": ({ title, reason }) => ({
    subject: `L’offre d’emploi «\u00a0${title}\u00a0» n’est plus disponible`,
    heading: "Cette offre d’emploi n’est plus disponible",
    lines: [ended[reason], "Vous n’avez rien à faire. Nous vous souhaitons le meilleur pour la suite."],
    why: "Vous recevez cet e-mail parce que cette offre d’emploi vous avait été envoyée dans Treff."
  }),
  "offer-handed-over": ({ title, newOwner }) => ({
    subject: `${newOwner} a repris l’offre «\u00a0${title}\u00a0»`,
    heading: `${newOwner} a repris cette offre`,
    lines: ["Vous la suiviez jusqu’à présent\u00a0: merci pour votre travail."],
    why: "Vous recevez cet e-mail parce que vous suiviez cette offre dans Treff jusqu’à présent."
  }),
  "offer-taken-over": ({ title, formerOwner }) => ({
    subject: `Vous avez repris l’offre «\u00a0${title}\u00a0»`,
    heading: "Vous avez repris cette offre",
    lines: [`${formerOwner} la suivait jusqu’à présent. Désormais, nous vous écrirons quand quelqu’un y répondra.`],
    why: "Vous recevez cet e-mail parce que vous suivez désormais cette offre dans Treff."
  }),
  invitation: ({ inviter, company, until, address }) => ({
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
  "invitation-accepted": ({ member, email }) => ({
    subject: `${member} a accepté votre invitation`,
    heading: `${member} a accepté votre invitation`,
    lines: [
      `Vous l’aviez envoyée à ${email}.`,
      "Cette personne fait partie de l’équipe de recrutement et peut désormais envoyer des offres dans Treff."
    ],
    why: invitedThem
  }),
  "invitation-declined": ({ email }) => ({
    subject: `${email} a décliné votre invitation`,
    heading: `${email} a décliné votre invitation`,
    lines: ["Cette personne ne souhaite pas rejoindre votre entreprise dans Treff. Vous n’avez rien à faire."],
    why: invitedThem
  }),
  "sign-in": ({ minutes, until, address }) => ({
    subject: "Votre lien de connexion à Treff",
    heading: "Connexion à Treff",
    lines: ["Quelqu’un a demandé un lien de connexion avec cette adresse e-mail. Si c’est vous, le voici."],
    link: {
      address,
      button: "Se connecter",
      lines: [
        `Le lien ne sert qu’une fois et reste valable ${minutes} minutes, jusqu’au ${until}.`,
        "Si vous n’avez rien demandé, ignorez simplement cet e-mail.",
        "Ne transférez jamais cet e-mail\u00a0: ce lien permet à quiconque de se connecter à votre place."
      ]
    },
    why: "Vous recevez cet e-mail parce que cette adresse a été saisie pour se connecter à Treff."
  })
}
