import type { Texts } from "./texts.ts"

/** Bokmål. */
export const norwegian = {
  language: "nb",
  dates: "nb-NO",
  timeZone: "koordinert universaltid, UTC",
  mistake: "Se over: ",
  invitation: {
    heading: (company) => `Bli med i ${company}`,
    lead: (inviter, company) => `${inviter} inviterer deg til å bli med i ${company} på Treff, som rekrutterer.`,
    facts: { inviter: "Invitert av", invited: "Invitasjon til", company: "Bedrift", until: "Åpen til" },
    messageFrom: (inviter) => `${inviter} skriver:`,
    signedInAs: (email) => `Du er logget inn som ${email}.`
  },
  newAccount: {
    heading: "Kontoen din",
    line: (email) => `Du logger inn som ${email}, med lenker som vi sender dit. Du trenger ikke å huske noe passord.`,
    otherwiseSignedIn: (signedIn, email) =>
      `Du er logget inn som ${signedIn}. Hvis du fortsetter, får du en ny konto for ${email} og blir logget inn med den.`,
    fields: {
      username: {
        label: "Brukernavn",
        hint: "3 til 40 tegn: bokstaver fra a til z, sifre, punktum, understrek og bindestrek.",
        invalid: "Velg et brukernavn på 3 til 40 bokstaver fra a til z, sifre, punktum, understrek eller bindestrek."
      },
      firstName: { label: "Fornavn", hint: "", invalid: "Skriv fornavnet ditt, med 1 til 100 tegn." },
      lastName: { label: "Etternavn", hint: "", invalid: "Skriv etternavnet ditt, med 1 til 100 tegn." },
      contactNumber: {
        label: "Telefonnummer (valgfritt)",
        hint: "Med landskode, for eksempel +47 12 34 56 78.",
        invalid: "Skriv telefonnummeret med plusstegn og landskode, eller la feltet stå tomt."
      }
    },
    usernameTaken: "Dette brukernavnet er opptatt. Velg et annet.",
    mistakes: "Se over det du har skrevet",
    submit: (company) => `Bli med i ${company}`
  },
  join: {
    heading: "Bruk kontoen din",
    line: "Navnet og brukernavnet ditt blir som før.",
    candidate:
      "Kontoen din er en kandidatkonto. Når du blir med, blir den en rekruttererkonto, og jobbtilbudene som fortsatt er åpne for deg, trekkes tilbake.",
    submit: (company) => `Bli med i ${company}`
  },
  cannotJoin: {
    AlreadyMember: (company) => ({
      heading: `Du er allerede med i ${company}`,
      lines: ["Du trenger ikke å gjøre noe."]
    }),
    AlreadyInACompany: (company, inviter) => ({
      heading: "Du er med i en annen bedrift",
      lines: [
        `En konto hører til én bedrift, så du kan ikke bli med i ${company} med denne.`,
        `Du kan forlate bedriften din først: Det kan en ansettende leder der ordne for deg. Eller be ${inviter} om å invitere deg på en annen adresse.`
      ]
    }),
    IsAHiringManager: (company, inviter) => ({
      heading: "Kontoen din er for ansettende ledere",
      lines: [
        `Ansettende ledere har sin egen bedrift, så du kan ikke bli rekrutterer i ${company} med denne kontoen.`,
        `Be ${inviter} om å invitere deg på en annen adresse.`
      ]
    })
  },
  signInFirst: {
    heading: "Logg inn for å takke ja",
    line: (email) => `${email} har allerede en konto i Treff. Bare eieren kan takke ja, så logg inn først.`,
    after: "Når du har logget inn, åpner du lenken i invitasjonen på nytt.",
    submit: "Send meg en innloggingslenke",
    again: "Er du allerede logget inn? Hvis du kommer fra e-post i nettleseren, ser vi det ikke ennå.",
    loadAgain: "Last siden på nytt"
  },
  somebodyElse: {
    heading: "Du er logget inn med en annen konto",
    line: (signedIn, email) =>
      `Du er logget inn som ${signedIn}, og invitasjonen er til ${email}. Logg ut først, og logg så inn som ${email}.`
  },
  decline: {
    summary: "Jeg vil ikke bli med",
    line: (inviter) => `Vi sier fra til ${inviter}, og bedriften kan ikke invitere deg igjen de neste 30 dagene.`,
    submit: "Takk nei til invitasjonen"
  },
  closed: {
    expired: (until, inviter) => ({
      heading: "Denne invitasjonen er utløpt",
      lines: [`Den var åpen til ${until}.`, `Be ${inviter} om å sende den på nytt, og åpne lenken i den nye e-posten.`]
    }),
    accepted: (company, email) => ({
      heading: "Denne invitasjonen er brukt",
      lines: [`Noen har blitt med i ${company} med den. Hvis det var deg, logger du inn som ${email}.`]
    }),
    acceptedByYou: (company) => ({
      heading: `Du er med i ${company}`,
      lines: ["Du har allerede brukt denne invitasjonen. Du trenger ikke å gjøre noe mer."]
    }),
    revoked: (company, inviter) => ({
      heading: "Denne invitasjonen er trukket tilbake",
      lines: [`${company} har trukket den tilbake. Hvis du ikke ventet det, kan du spørre ${inviter}.`]
    }),
    declined: (inviter) => ({
      heading: "Det er takket nei til denne invitasjonen",
      lines: [`${inviter} vet om det. Hvis du har ombestemt deg, kan du bli invitert igjen etter 30 dager.`]
    }),
    unknown: {
      heading: "Denne lenken fører ikke til noen invitasjon",
      lines: [
        "Kanskje er den kuttet, eller en nyere e-post har erstattet den. Åpne lenken i den siste invitasjonen du har fått.",
        "Hvis det ikke hjelper, kan du be den som inviterte deg, om å sende invitasjonen på nytt."
      ]
    }
  },
  done: {
    accepted: {
      heading: "Velkommen til Treff",
      lines: ["Du er med i bedriften, og du er logget inn.", "Neste gang logger du inn med e-postadressen din."]
    },
    declined: {
      heading: "Du har takket nei",
      lines: ["Den som inviterte deg, får vite det. Du trenger ikke å gjøre noe mer."]
    },
    nothing: {
      heading: "Det var alt",
      lines: ["Svaret ditt på en invitasjon vises her i noen minutter. Nå er det ingenting å vise."]
    },
    toSignIn: "Til innloggingssiden"
  },
  signIn: {
    heading: "Logg inn",
    line: "Vi sender en lenke til e-postadressen din. Du trenger ikke å huske noe passord.",
    email: { label: "E-postadresse", hint: "", invalid: "Skriv en e-postadresse, for eksempel kim@mail.example." },
    submit: "Send meg en innloggingslenke",
    confirm: {
      heading: "Logg inn i Treff",
      lines: ["Ett klikk til, så er du inne. Lenken virker én gang."],
      submit: "Logg inn"
    },
    asked: {
      heading: "Se i innboksen din",
      lines: [
        "Hvis det finnes en konto med denne adressen, er en e-post med en lenke på vei.",
        "Lenken virker én gang, innen 15 minutter. Hvis det ikke kommer noe, kan du se i søppelposten også."
      ]
    },
    again: "Bruk en annen adresse",
    tokenUnknown: {
      heading: "Denne lenken virker ikke lenger",
      lines: ["Den er brukt, eller de 15 minuttene er over. Vi kan sende deg en ny."]
    },
    signedIn: {
      heading: "Du er logget inn",
      lines: ["Hvis du kom på grunn av en invitasjon, åpner du lenken i e-posten på nytt."]
    },
    signOut: "Logg ut"
  },
  trouble: {
    tryAgain: "Prøv igjen",
    BadRequest: {
      heading: "Dette kan vi ikke lese",
      lines: ["Det som kom, er ikke det skjemaet vårt sender. Åpne lenken i e-posten på nytt og begynn forfra."]
    },
    CrossOrigin: {
      heading: "Dette kom ikke fra siden vår",
      lines: ["Derfor har vi ikke endret noe. Åpne lenken i e-posten på nytt og send skjemaet derfra."]
    },
    MethodNotAllowed: {
      heading: "Her er det ingenting å se",
      lines: ["Åpne lenken i e-posten på nytt."]
    },
    StaleVersion: {
      heading: "Noen andre var raskere",
      lines: ["Noe endret seg i samme øyeblikk, og ingenting ble lagret. Prøv igjen."]
    },
    BodyTooLarge: {
      heading: "Det var for mye",
      lines: ["Det som kom, er større enn skjemaet vårt kan være. Åpne lenken i e-posten på nytt og begynn forfra."]
    },
    MediaTypeNotSupported: {
      heading: "Dette kan vi ikke lese",
      lines: ["Det som kom, er ikke det skjemaet vårt sender. Åpne lenken i e-posten på nytt og begynn forfra."]
    },
    Unexpected: {
      heading: "Noe gikk galt hos oss",
      lines: ["Feilen er vår, og den er registrert. Det kan hjelpe å prøve igjen."]
    },
    StoreUnavailable: {
      heading: "Vi er utilgjengelige et øyeblikk",
      lines: ["Ingenting ble lagret, og ingenting er tapt. Prøv igjen om noen sekunder."]
    }
  }
} satisfies Texts
