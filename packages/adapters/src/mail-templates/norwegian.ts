import type { Texts } from "./texts.ts"

const looksAfterIt = "Du får denne e-posten fordi du følger opp dette tilbudet i Treff."

const ended = {
  offer_archived: "Bedriften har avsluttet det for alle som hadde fått det.",
  offer_deleted: "Bedriften har trukket det tilbake for alle som hadde fått det.",
  offer_expired: "Fristen er ute, så tilbudet er avsluttet for alle som hadde fått det."
}

/** Bokmål. */
export const norwegian = {
  language: "nb",
  messageFrom: (company) => `${company} skriver:`,
  "offer-sent": (title, company) => ({
    subject: `${company} har sendt deg et jobbtilbud: ${title}`,
    heading: `${company} har sendt deg et jobbtilbud`,
    lines: ["Du kan lese hele tilbudet i Treff og svare på det der."],
    why: "Du får denne e-posten fordi en bedrift har sendt deg et jobbtilbud i Treff."
  }),
  "offer-sent-viewed": (title, candidate) => ({
    subject: `${candidate} har sett på tilbudet «${title}»`,
    heading: `${candidate} har sett på dette tilbudet`,
    lines: ["Du hører fra oss så snart svaret kommer."],
    why: looksAfterIt
  }),
  "offer-sent-responded": (title, candidate) => ({
    subject: `${candidate} har svart på tilbudet «${title}»`,
    heading: `${candidate} har svart på dette tilbudet`,
    lines: ["Du finner svaret i Treff. Kandidater setter pris på en rask tilbakemelding."],
    why: looksAfterIt
  }),
  "offer-sent-withdrawn": (title, candidate) => ({
    subject: `${candidate} har trukket seg fra tilbudet «${title}»`,
    heading: `${candidate} har trukket seg fra dette tilbudet`,
    lines: ["Kandidaten ønsker ikke å gå videre. Du trenger ikke å gjøre noe."],
    why: looksAfterIt
  }),
  "offer-ended": (title, reason) => ({
    subject: `Jobbtilbudet «${title}» er ikke lenger tilgjengelig`,
    heading: "Dette jobbtilbudet er ikke lenger tilgjengelig",
    lines: [ended[reason], "Du trenger ikke å gjøre noe. Vi ønsker deg lykke til videre."],
    why: "Du får denne e-posten fordi dette jobbtilbudet var sendt til deg i Treff."
  }),
  "offer-handed-over": (title, newOwner) => ({
    subject: `${newOwner} har overtatt tilbudet «${title}»`,
    heading: `${newOwner} har overtatt dette tilbudet`,
    lines: ["Du har hatt ansvaret for det til nå. Takk for innsatsen."],
    why: "Du får denne e-posten fordi du fulgte opp dette tilbudet i Treff til nå."
  }),
  "offer-taken-over": (title, formerOwner) => ({
    subject: `Du har overtatt tilbudet «${title}»`,
    heading: "Du har overtatt dette tilbudet",
    lines: [
      `${formerOwner} har hatt ansvaret for det til nå. Fra nå av hører du fra oss når kandidater svarer på det.`
    ],
    why: "Du får denne e-posten fordi du følger opp dette tilbudet i Treff fra nå av."
  })
} satisfies Texts
