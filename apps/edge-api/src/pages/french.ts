import type { Texts } from "./texts.ts"

// `\u00a0`: the space that French sets before a colon and within its quotation marks, where no line may break. No name
// follows `de` or `que`, which would have to be elided before a vowel.
export const french = {
  language: "fr",
  dates: "fr-FR",
  timeZone: "temps universel coordonné, UTC",
  mistake: "À vérifier\u00a0: ",
  invitation: {
    heading: (company) => `Rejoindre ${company}`,
    lead: (inviter, company) =>
      `${inviter} vous invite à rejoindre l’équipe de recrutement chez ${company}, sur Treff.`,
    facts: {
      inviter: "Invitation envoyée par",
      invited: "Invitation pour",
      company: "Entreprise",
      until: "Valable jusqu’au"
    },
    messageFrom: (inviter) => `${inviter} vous écrit\u00a0:`,
    signedInAs: (email) => `Vous utilisez le compte ${email}.`
  },
  newAccount: {
    heading: "Votre compte",
    line: (email) =>
      `Vous vous connecterez avec l’adresse ${email}, par des liens que nous y enverrons. Aucun mot de passe à retenir.`,
    otherwiseSignedIn: (signedIn, email) =>
      `Vous utilisez le compte ${signedIn}. Si vous continuez, un autre compte sera créé pour ${email}, et vous serez sur celui-là.`,
    fields: {
      username: {
        label: "Nom d’utilisateur",
        hint: "De 3 à 40 caractères\u00a0: lettres de a à z sans accent, chiffres, points, tirets bas et traits d’union.",
        invalid:
          "Choisissez un nom d’utilisateur de 3 à 40 lettres de a à z sans accent, chiffres, points, tirets bas ou traits d’union."
      },
      firstName: { label: "Prénom", hint: "", invalid: "Indiquez votre prénom, en 1 à 100 caractères." },
      lastName: { label: "Nom", hint: "", invalid: "Indiquez votre nom, en 1 à 100 caractères." },
      contactNumber: {
        label: "Numéro de téléphone (facultatif)",
        hint: "Avec l’indicatif du pays, par exemple +33 1 99 00 12 34.",
        invalid: "Indiquez le numéro avec le signe plus et l’indicatif du pays, ou laissez ce champ vide."
      }
    },
    usernameTaken: "Ce nom d’utilisateur est déjà pris. Choisissez-en un autre.",
    mistakes: "Merci de vérifier votre saisie",
    submit: (company) => `Rejoindre ${company}`
  },
  join: {
    heading: "Rejoindre avec votre compte",
    line: "Votre nom et votre nom d’utilisateur ne changent pas.",
    candidate:
      "Votre compte est un compte de candidature. Si vous acceptez, il devient un compte de recrutement, et les offres d’emploi auxquelles vous pouvez encore répondre sont retirées.",
    submit: (company) => `Rejoindre ${company}`
  },
  cannotJoin: {
    AlreadyMember: (company) => ({
      heading: `Vous faites déjà partie de l’équipe\u00a0: ${company}`,
      lines: ["Vous n’avez rien à faire."]
    }),
    AlreadyInACompany: (company, inviter) => ({
      heading: "Vous appartenez à une autre entreprise",
      lines: [
        `Un compte appartient à une seule entreprise\u00a0: avec celui-ci, vous ne pouvez pas rejoindre ${company}.`,
        `Vous pouvez d’abord quitter votre entreprise, en vous adressant à ses responsables du recrutement. Ou demandez à ${inviter} de vous inviter à une autre adresse.`
      ]
    }),
    IsAHiringManager: (company, inviter) => ({
      heading: "Votre compte est un compte de responsable du recrutement",
      lines: [
        `Un tel compte a sa propre entreprise\u00a0: il ne permet pas de rejoindre ${company} pour y recruter.`,
        `Demandez à ${inviter} de vous inviter à une autre adresse.`
      ]
    })
  },
  signInFirst: {
    heading: "Connectez-vous pour accepter",
    line: (email) =>
      `L’adresse ${email} a déjà un compte dans Treff. Seule la personne à qui il appartient peut accepter\u00a0: connectez-vous d’abord.`,
    after: "Une fois la connexion faite, ouvrez à nouveau le lien de l’invitation.",
    submit: "Recevoir un lien de connexion",
    again: "Connexion déjà faite\u00a0? Si vous venez d’une messagerie web, nous ne le voyons pas encore.",
    loadAgain: "Recharger cette page"
  },
  somebodyElse: {
    heading: "Vous utilisez un autre compte",
    line: (signedIn, email) =>
      `Vous utilisez le compte ${signedIn}, et l’invitation est pour ${email}. Déconnectez-vous, puis connectez-vous avec l’adresse ${email}.`
  },
  decline: {
    summary: "Je ne souhaite pas accepter",
    line: (inviter) =>
      `Nous préviendrons ${inviter}, et cette entreprise ne pourra pas vous inviter à nouveau pendant 30 jours.`,
    submit: "Décliner l’invitation"
  },
  closed: {
    expired: (until, inviter) => ({
      heading: "Cette invitation n’est plus valable",
      lines: [
        `Elle était valable jusqu’au ${until}.`,
        `Demandez à ${inviter} de vous la renvoyer, puis ouvrez le lien du nouvel e-mail.`
      ]
    }),
    accepted: (company, email) => ({
      heading: "Cette invitation a déjà servi",
      lines: [
        `Quelqu’un s’en est servi pour rejoindre ${company}. Si c’était vous, connectez-vous avec l’adresse ${email}.`
      ]
    }),
    acceptedByYou: (company) => ({
      heading: `Vous avez rejoint ${company}`,
      lines: ["Vous avez déjà utilisé cette invitation. Vous n’avez rien d’autre à faire."]
    }),
    revoked: (company, inviter) => ({
      heading: "Cette invitation a été retirée",
      lines: [`${company} l’a retirée. Si cela vous surprend, posez la question à ${inviter}.`]
    }),
    declined: (inviter) => ({
      heading: "Cette invitation a été déclinée",
      lines: [
        `Nous avons prévenu ${inviter}. Si vous avez changé d’avis, une nouvelle invitation sera possible après 30 jours.`
      ]
    }),
    unknown: {
      heading: "Ce lien ne mène à aucune invitation",
      lines: [
        "Il a peut-être été coupé, ou un e-mail plus récent l’a remplacé. Ouvrez le lien de la dernière invitation que vous avez reçue.",
        "Si cela ne suffit pas, demandez à la personne à l’origine de l’invitation de la renvoyer."
      ]
    }
  },
  done: {
    accepted: {
      heading: "Bienvenue sur Treff",
      lines: [
        "Vous avez rejoint l’entreprise, et la connexion est faite.",
        "La prochaine fois, connectez-vous avec votre adresse e-mail."
      ]
    },
    declined: {
      heading: "Vous avez décliné l’invitation",
      lines: ["La personne à l’origine de l’invitation en est informée. Vous n’avez rien d’autre à faire."]
    },
    nothing: {
      heading: "C’est tout",
      lines: [
        "Votre réponse à une invitation s’affiche ici pendant quelques minutes. Il n’y a rien à afficher pour l’instant."
      ]
    },
    toSignIn: "Vers la page de connexion"
  },
  signIn: {
    heading: "Connexion",
    line: "Nous envoyons un lien à votre adresse e-mail. Aucun mot de passe à retenir.",
    email: {
      label: "Adresse e-mail",
      hint: "",
      invalid: "Indiquez une adresse e-mail, par exemple kim@mail.example."
    },
    submit: "Recevoir un lien de connexion",
    confirm: {
      heading: "Connexion à Treff",
      lines: ["Encore un clic, et vous y êtes. Le lien ne fonctionne qu’une fois."],
      submit: "Me connecter"
    },
    asked: {
      heading: "Consultez votre messagerie",
      lines: [
        "S’il existe un compte avec cette adresse, un e-mail contenant un lien est en route.",
        "Le lien fonctionne une fois, pendant 15 minutes. Si rien n’arrive, regardez aussi dans les courriers indésirables."
      ]
    },
    again: "Utiliser une autre adresse",
    tokenUnknown: {
      heading: "Ce lien ne fonctionne plus",
      lines: ["Il a déjà servi, ou ses 15 minutes sont écoulées. Nous pouvons vous en envoyer un autre."]
    },
    signedIn: {
      heading: "La connexion est faite",
      lines: ["Si vous veniez pour une invitation, ouvrez à nouveau le lien de son e-mail."]
    },
    signOut: "Me déconnecter"
  },
  trouble: {
    tryAgain: "Réessayer",
    BadRequest: {
      heading: "Nous ne pouvons pas lire cela",
      lines: [
        "Ce qui est arrivé n’est pas ce que notre formulaire envoie. Ouvrez à nouveau le lien de votre e-mail et recommencez."
      ]
    },
    CrossOrigin: {
      heading: "Ceci ne vient pas de notre page",
      lines: [
        "Nous n’avons donc rien changé. Ouvrez à nouveau le lien de votre e-mail et envoyez le formulaire depuis cette page."
      ]
    },
    MethodNotAllowed: {
      heading: "Il n’y a rien à voir ici",
      lines: ["Ouvrez à nouveau le lien de votre e-mail."]
    },
    StaleVersion: {
      heading: "Quelqu’un a été plus rapide",
      lines: ["Quelque chose a changé au même instant, et rien n’a été enregistré. Merci de réessayer."]
    },
    BodyTooLarge: {
      heading: "C’était trop long",
      lines: [
        "Ce qui est arrivé dépasse ce que notre formulaire peut contenir. Ouvrez à nouveau le lien de votre e-mail et recommencez."
      ]
    },
    MediaTypeNotSupported: {
      heading: "Nous ne pouvons pas lire cela",
      lines: [
        "Ce qui est arrivé n’est pas ce que notre formulaire envoie. Ouvrez à nouveau le lien de votre e-mail et recommencez."
      ]
    },
    Unexpected: {
      heading: "Une erreur s’est produite chez nous",
      lines: ["L’erreur vient de nous, et elle a été consignée. Réessayer peut suffire."]
    },
    StoreUnavailable: {
      heading: "Nous sommes injoignables pour un instant",
      lines: ["Rien n’a été enregistré, et rien n’est perdu. Merci de réessayer dans quelques secondes."]
    }
  }
} satisfies Texts
