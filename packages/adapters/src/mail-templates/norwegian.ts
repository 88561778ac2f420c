import type { Texts } from "./texts.ts"

const looksAfterIt = "Du får denne e-posten fordi du følger opp dette tilbudet i Treff."

const invitedThem = "Du får denne e-posten fordi du sendte denne invitasjonen i Treff."

const ended = {
  offer_archived: "Bedriften har avsluttet det for alle som hadde fått det.",
  offer_deleted: "Bedriften har trukket det tilbake for alle som hadde fått det.",
  offer_expired: "Fristen er ute, så tilbudet er avsluttet for alle som hadde fått det."
}

/** Bokmål. */
export const norwegian: Texts = {
  language: "nb",
  dates: "nb-NO",
  messageFrom: (name) => `${name} skriver:`,
  copyAddress: "Hvis knappen ikke virker, kan du kopiere denne adressen inn i nettleseren:",
  "offer-sent": ({ title, company }) => ({
    subject: `${company} har sendt deg et jobbtilbud: ${title}`,
    heading: `${company} har sendt deg et jobbtilbud`,
    lines: ["Du kan lese hele tilbudet i Treff og svare på det der."],
    why: "Du får denne e-posten fordi en bedrift har sendt deg et jobbtilbud i Treff."
  }),
  "offer-sent-viewed": ({ title, candidate }) => ({
    subject: `${candidate} har sett på tilbudet «${title}»`,
    heading: `${candidate} har sett på dette tilbudet`,
    lines: ["Du hører fra oss så snart svaret kommer."],
    why: looksAfterIt
  }),
  "offer-sent-responded": ({ title, candidate }) => ({
    subject: `${candidate} har svart på tilbudet «${title}»`,
    heading: `${candidate} har svart på dette tilbudet`,
    lines: ["Du finner svaret i Treff. Kandidater setter pris på en rask tilbakemelding."],
    why: looksAfterIt
  }),
  "offer-sent-withdrawn": ({ title, candidate }) => ({
    subject: `${candidate} har trukket seg fra tilbudet «${title}»`,
    heading: `${candidate} har trukket seg fra dette tilbudet`,
    lines: ["Kandidaten ønsker ikke å gå videre. Du trenger ikke å gjøre noe."],
    why: looksAfterIt
  }),
  "offer-ended": ({ title, reason }) => ({
    subject: `Jobbtilbudet «${title}» er ikke lenger tilgjengelig`,
    heading: "Dette jobbtilbudet er ikke lenger tilgjengelig",
    lines: [ended[reason], "Du trenger ikke å gjøre noe. Vi ønsker deg lykke til videre."],
    why: "Du får denne e-posten fordi dette jobbtilbudet var sendt til deg i Treff."
  }),
  "offer-handed-over": ({ title, newOwner }) => ({
    subject: `${newOwner} har overtatt tilbudet «${title}»`,
    heading: `${newOwner} har overtatt dette tilbudet`,
    lines: ["Du har hatt ansvaret for det til nå. Takk for innsatsen."],
    why: "Du får denne e-posten fordi du fulgte opp dette tilbudet i Treff til nå."
  }),
  "offer-taken-over": ({ title, formerOwner }) => ({
    subject: `Du har overtatt tilbudet «${title}»`,
    heading: "Du har overtatt dette tilbudet",
    lines: [
      `${formerOwner} har hatt ansvaret for det til nå. Fra nå av hører du fra oss når kandidater svarer på det.`
    ],
    why: "Du får denne e-posten fordi du følger opp dette tilbudet i Treff fra nå av."
  }),
  invitation: ({ inviter, company, until, address }) => ({
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
  }),
  "invitation-accepted": ({ member, email }) => ({
    subject: `${member} har takket ja til invitasjonen din`,
    heading: `${member} har takket ja til invitasjonen din`,
    lines: [
      `Du sendte den til ${email}.`,
      "Som rekrutterer kan vedkommende nå sende jobbtilbud for bedriften din i Treff."
    ],
    why: invitedThem
  }),
  "invitation-declined": ({ email }) => ({
    subject: `${email} har takket nei til invitasjonen din`,
    heading: `${email} har takket nei til invitasjonen din`,
    lines: ["Vedkommende ønsker ikke å bli med i bedriften din i Treff. Du trenger ikke å gjøre noe."],
    why: invitedThem
  }),
  "sign-in": ({ minutes, until, address }) => ({
    subject: "Lenken din for å logge inn i Treff",
    heading: "Logg inn i Treff",
    lines: ["Noen har bedt om en lenke for å logge inn med denne e-postadressen. Var det deg, finner du den her."],
    link: {
      address,
      button: "Logg inn",
      lines: [
        `Lenken virker én gang, og gjelder i ${minutes} minutter, til ${until}.`,
        "Hvis du ikke har bedt om den, kan du se bort fra e-posten.",
        "Du må aldri videresende denne e-posten: Den som har lenken, kan logge inn som deg."
      ]
    },
    why: "Du får denne e-posten fordi noen har oppgitt denne adressen for å logge inn i Treff."
  })
}
