import type { OfferNotification } from "@treff/domain/offers"
import { type Format, type MailsOf, mail } from "./mail.ts"

const looksAfterIt = {
  english: "You receive this email because you look after this offer in Treff.",
  french: "Vous recevez cet e-mail parce que vous suivez cette offre dans Treff.",
  norwegian: "Du får denne e-posten fordi du følger opp dette tilbudet i Treff."
}

const ended = {
  english: {
    offer_archived: "The company has closed it for everyone it was sent to.",
    offer_deleted: "The company has taken it back from everyone it was sent to.",
    offer_expired: "Its closing date has passed, so it has ended for everyone it was sent to."
  },
  french: {
    offer_archived: "L’entreprise a clôturé cette offre pour toutes les personnes qui l’avaient reçue.",
    offer_deleted: "L’entreprise a retiré cette offre pour toutes les personnes qui l’avaient reçue.",
    offer_expired: "Sa date limite est passée\u00a0: l’offre a pris fin pour toutes les personnes qui l’avaient reçue."
  },
  norwegian: {
    offer_archived: "Bedriften har avsluttet det for alle som hadde fått det.",
    offer_deleted: "Bedriften har trukket det tilbake for alle som hadde fått det.",
    offer_expired: "Fristen er ute, så tilbudet er avsluttet for alle som hadde fått det."
  }
}

const aboutSend = (
  { title, candidate }: { readonly title: string; readonly candidate: Parameters<Format["name"]>[0] },
  { text, name }: Format
) => ({ title: text(title), candidate: name(candidate) })

/** The mails of offers and sends. See docs/flows/offers.md and docs/flows/offer-sends.md. */
export const offerMails: MailsOf<OfferNotification> = {
  "offer-sent": mail({
    facts: ({ title, companyName }, { text }) => ({ title: text(title), company: text(companyName) }),
    message: ({ companyName, message }) => ({ from: companyName, text: message }),
    english: ({ title, company }) => ({
      subject: `${company} has sent you a job offer: ${title}`,
      heading: `${company} has sent you a job offer`,
      lines: ["You can read the whole offer in Treff, and answer it there."],
      why: "You receive this email because a company sent you a job offer in Treff."
    }),
    french: ({ title, company }) => ({
      subject: `${company} vous a envoyé une offre d’emploi\u00a0: ${title}`,
      heading: `${company} vous a envoyé une offre d’emploi`,
      lines: ["Vous pouvez lire l’offre complète dans Treff et y répondre."],
      why: "Vous recevez cet e-mail parce qu’une entreprise vous a envoyé une offre d’emploi dans Treff."
    }),
    norwegian: ({ title, company }) => ({
      subject: `${company} har sendt deg et jobbtilbud: ${title}`,
      heading: `${company} har sendt deg et jobbtilbud`,
      lines: ["Du kan lese hele tilbudet i Treff og svare på det der."],
      why: "Du får denne e-posten fordi en bedrift har sendt deg et jobbtilbud i Treff."
    })
  }),
  "offer-sent-viewed": mail({
    facts: aboutSend,
    english: ({ title, candidate }) => ({
      subject: `${candidate} has viewed the offer “${title}”`,
      heading: `${candidate} has viewed this offer`,
      lines: ["We will write to you as soon as they answer."],
      why: looksAfterIt.english
    }),
    french: ({ title, candidate }) => ({
      subject: `${candidate} a consulté l’offre «\u00a0${title}\u00a0»`,
      heading: `${candidate} a consulté cette offre`,
      lines: ["Nous vous écrirons dès que sa réponse arrivera."],
      why: looksAfterIt.french
    }),
    norwegian: ({ title, candidate }) => ({
      subject: `${candidate} har sett på tilbudet «${title}»`,
      heading: `${candidate} har sett på dette tilbudet`,
      lines: ["Du hører fra oss så snart svaret kommer."],
      why: looksAfterIt.norwegian
    })
  }),
  "offer-sent-responded": mail({
    facts: aboutSend,
    english: ({ title, candidate }) => ({
      subject: `${candidate} has answered the offer “${title}”`,
      heading: `${candidate} has answered this offer`,
      lines: ["You will find the answer in Treff. Candidates appreciate a quick reply."],
      why: looksAfterIt.english
    }),
    french: ({ title, candidate }) => ({
      subject: `${candidate} a répondu à l’offre «\u00a0${title}\u00a0»`,
      heading: `${candidate} a répondu à cette offre`,
      lines: ["Vous trouverez sa réponse dans Treff. Un retour rapide est toujours apprécié."],
      why: looksAfterIt.french
    }),
    norwegian: ({ title, candidate }) => ({
      subject: `${candidate} har svart på tilbudet «${title}»`,
      heading: `${candidate} har svart på dette tilbudet`,
      lines: ["Du finner svaret i Treff. Kandidater setter pris på en rask tilbakemelding."],
      why: looksAfterIt.norwegian
    })
  }),
  "offer-sent-withdrawn": mail({
    facts: aboutSend,
    english: ({ title, candidate }) => ({
      subject: `${candidate} has withdrawn from the offer “${title}”`,
      heading: `${candidate} has withdrawn from this offer`,
      lines: ["They do not wish to take it further. There is nothing you need to do."],
      why: looksAfterIt.english
    }),
    french: ({ title, candidate }) => ({
      subject: `${candidate} a renoncé à l’offre «\u00a0${title}\u00a0»`,
      heading: `${candidate} a renoncé à cette offre`,
      lines: ["Cette personne ne souhaite pas donner suite. Vous n’avez rien à faire."],
      why: looksAfterIt.french
    }),
    norwegian: ({ title, candidate }) => ({
      subject: `${candidate} har trukket seg fra tilbudet «${title}»`,
      heading: `${candidate} har trukket seg fra dette tilbudet`,
      lines: ["Kandidaten ønsker ikke å gå videre. Du trenger ikke å gjøre noe."],
      why: looksAfterIt.norwegian
    })
  }),
  "offer-ended": mail({
    facts: ({ title, reason }, { text }) => ({ title: text(title), reason }),
    english: ({ title, reason }) => ({
      subject: `The job offer “${title}” is no longer available`,
      heading: "This job offer is no longer available",
      lines: [ended.english[reason], "There is nothing you need to do. We wish you all the best."],
      why: "You receive this email because this job offer had been sent to you in Treff."
    }),
    french: ({ title, reason }) => ({
      subject: `L’offre d’emploi «\u00a0${title}\u00a0» n’est plus disponible`,
      heading: "Cette offre d’emploi n’est plus disponible",
      lines: [ended.french[reason], "Vous n’avez rien à faire. Nous vous souhaitons le meilleur pour la suite."],
      why: "Vous recevez cet e-mail parce que cette offre d’emploi vous avait été envoyée dans Treff."
    }),
    norwegian: ({ title, reason }) => ({
      subject: `Jobbtilbudet «${title}» er ikke lenger tilgjengelig`,
      heading: "Dette jobbtilbudet er ikke lenger tilgjengelig",
      lines: [ended.norwegian[reason], "Du trenger ikke å gjøre noe. Vi ønsker deg lykke til videre."],
      why: "Du får denne e-posten fordi dette jobbtilbudet var sendt til deg i Treff."
    })
  }),
  "offer-handed-over": mail({
    facts: ({ title, newOwner }, { text, name }) => ({ title: text(title), newOwner: name(newOwner) }),
    english: ({ title, newOwner }) => ({
      subject: `${newOwner} has taken over the offer “${title}”`,
      heading: `${newOwner} has taken over this offer`,
      lines: ["It was in your hands until now. Thank you for looking after it."],
      why: "You receive this email because you looked after this offer in Treff until now."
    }),
    french: ({ title, newOwner }) => ({
      subject: `${newOwner} a repris l’offre «\u00a0${title}\u00a0»`,
      heading: `${newOwner} a repris cette offre`,
      lines: ["Vous la suiviez jusqu’à présent\u00a0: merci pour votre travail."],
      why: "Vous recevez cet e-mail parce que vous suiviez cette offre dans Treff jusqu’à présent."
    }),
    norwegian: ({ title, newOwner }) => ({
      subject: `${newOwner} har overtatt tilbudet «${title}»`,
      heading: `${newOwner} har overtatt dette tilbudet`,
      lines: ["Du har hatt ansvaret for det til nå. Takk for innsatsen."],
      why: "Du får denne e-posten fordi du fulgte opp dette tilbudet i Treff til nå."
    })
  }),
  "offer-taken-over": mail({
    facts: ({ title, formerOwner }, { text, name }) => ({ title: text(title), formerOwner: name(formerOwner) }),
    english: ({ title, formerOwner }) => ({
      subject: `You have taken over the offer “${title}”`,
      heading: "You have taken over this offer",
      lines: [`${formerOwner} looked after it until now. From now on, we will write to you when candidates answer it.`],
      why: "You receive this email because you look after this offer in Treff from now on."
    }),
    french: ({ title, formerOwner }) => ({
      subject: `Vous avez repris l’offre «\u00a0${title}\u00a0»`,
      heading: "Vous avez repris cette offre",
      lines: [`${formerOwner} la suivait jusqu’à présent. Désormais, nous vous écrirons quand quelqu’un y répondra.`],
      why: "Vous recevez cet e-mail parce que vous suivez désormais cette offre dans Treff."
    }),
    norwegian: ({ title, formerOwner }) => ({
      subject: `Du har overtatt tilbudet «${title}»`,
      heading: "Du har overtatt dette tilbudet",
      lines: [
        `${formerOwner} har hatt ansvaret for det til nå. Fra nå av hører du fra oss når kandidater svarer på det.`
      ],
      why: "Du får denne e-posten fordi du følger opp dette tilbudet i Treff fra nå av."
    })
  })
}
