import { type SignInContent, signInLifetime } from "@treff/domain/identity"
import { type MailsOf, mail } from "./mail.ts"

/** The mail with a link to sign in. See docs/flows/identity.md. */
export const identityMails: MailsOf<SignInContent> = {
  "sign-in": mail({
    facts: ({ expiresAt }, { instant, address }) => ({
      minutes: signInLifetime / 60_000,
      until: instant(expiresAt),
      address: address("sign-in")
    }),
    english: ({ minutes, until, address }) => ({
      subject: "Your link to sign in to Treff",
      heading: "Sign in to Treff",
      lines: ["Somebody asked for a link to sign in with this email address. If it was you, here it is."],
      link: {
        address,
        button: "Sign in",
        lines: [
          `The link works once, and is good for ${minutes} minutes, until ${until}.`,
          "If you did not ask for it, you can ignore this email.",
          "Never forward this email: whoever has the link can sign in as you."
        ]
      },
      why: "You receive this email because somebody entered this address to sign in to Treff."
    }),
    french: ({ minutes, until, address }) => ({
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
    }),
    norwegian: ({ minutes, until, address }) => ({
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
  })
}
