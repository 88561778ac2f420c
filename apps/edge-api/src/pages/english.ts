import type { Texts } from "./texts.ts"

export const english = {
  language: "en",
  dates: "en-GB",
  timeZone: "Coordinated Universal Time, UTC",
  mistake: "Please check: ",
  invitation: {
    heading: (company) => `Join ${company}`,
    lead: (inviter, company) => `${inviter} invites you to join ${company} on Treff, as a recruiter.`,
    facts: { inviter: "Invited by", invited: "Invitation for", company: "Company", until: "Open until" },
    messageFrom: (inviter) => `${inviter} writes:`,
    signedInAs: (email) => `You are signed in as ${email}.`
  },
  newAccount: {
    heading: "Your account",
    line: (email) => `You will sign in as ${email}, with links that we send there. There is no password to remember.`,
    otherwiseSignedIn: (signedIn, email) =>
      `You are signed in as ${signedIn}. If you go on, you get another account for ${email}, and are signed in with that one.`,
    fields: {
      username: {
        label: "User name",
        hint: "3 to 40 characters: letters from a to z, digits, dots, underscores and hyphens.",
        invalid: "Choose a user name of 3 to 40 letters from a to z, digits, dots, underscores or hyphens."
      },
      firstName: { label: "First name", hint: "", invalid: "Enter your first name, in 1 to 100 characters." },
      lastName: { label: "Last name", hint: "", invalid: "Enter your last name, in 1 to 100 characters." },
      contactNumber: {
        label: "Phone number (optional)",
        hint: "With the country code, for example +44 20 7946 0000.",
        invalid: "Enter the phone number with a plus sign and the country code, or leave it out."
      }
    },
    usernameTaken: "This user name is taken. Choose another one.",
    mistakes: "Please check what you entered",
    submit: (company) => `Join ${company}`
  },
  join: {
    heading: "Join with your account",
    line: "Your name and your user name stay as they are.",
    candidate:
      "Your account is a candidate’s. When you join, it becomes a recruiter’s, and the job offers that are still open to you are withdrawn.",
    submit: (company) => `Join ${company}`
  },
  cannotJoin: {
    AlreadyMember: (company) => ({
      heading: `You belong to ${company} already`,
      lines: ["There is nothing you need to do."]
    }),
    AlreadyInACompany: (company, inviter) => ({
      heading: "You belong to another company",
      lines: [
        `One account belongs to one company, so you can’t join ${company} with this one.`,
        `You can leave your company first: one of its hiring managers can do that for you. Or ask ${inviter} to invite you at another address.`
      ]
    }),
    IsAHiringManager: (company, inviter) => ({
      heading: "Your account is a hiring manager’s",
      lines: [
        `Hiring managers have a company of their own, so you can’t join ${company} as a recruiter with this account.`,
        `Ask ${inviter} to invite you at another address.`
      ]
    })
  },
  signInFirst: {
    heading: "Sign in to accept",
    line: (email) => `${email} has an account in Treff already. Only its owner can accept, so please sign in first.`,
    after: "When you have signed in, open the link of the invitation again.",
    submit: "Send me a sign-in link",
    again: "Signed in already? If you come from a webmail, we can’t see that yet.",
    loadAgain: "Load this page again"
  },
  somebodyElse: {
    heading: "You are signed in with another account",
    line: (signedIn, email) =>
      `You are signed in as ${signedIn}, and the invitation is for ${email}. Sign out first, then sign in as ${email}.`
  },
  decline: {
    summary: "I don’t want to join",
    line: (inviter) => `We will tell ${inviter}, and for 30 days you will not be invited into this company again.`,
    submit: "Decline the invitation"
  },
  closed: {
    expired: (until, inviter) => ({
      heading: "This invitation has lapsed",
      lines: [`It was open until ${until}.`, `Ask ${inviter} to send it again, and open the link in the new email.`]
    }),
    accepted: (company, email) => ({
      heading: "This invitation has been used",
      lines: [`Somebody has joined ${company} with it. If that was you, sign in as ${email}.`]
    }),
    acceptedByYou: (company) => ({
      heading: `You have joined ${company}`,
      lines: ["You used this invitation already. There is nothing else you need to do."]
    }),
    revoked: (company, inviter) => ({
      heading: "This invitation was withdrawn",
      lines: [`${company} has withdrawn it. If you did not expect that, ask ${inviter}.`]
    }),
    declined: (inviter) => ({
      heading: "This invitation was declined",
      lines: [`${inviter} knows. If you have changed your mind, you can be invited again after 30 days.`]
    }),
    unknown: {
      heading: "This link leads to no invitation",
      lines: [
        "It may have been cut short, or a newer email has replaced it. Open the link in the latest invitation that you have received.",
        "If that does not help, ask whoever invited you to send the invitation again."
      ]
    }
  },
  done: {
    accepted: {
      heading: "Welcome to Treff",
      lines: ["You have joined the company, and you are signed in.", "Next time, sign in with your email address."]
    },
    declined: {
      heading: "You have declined",
      lines: ["Whoever invited you is told. There is nothing else you need to do."]
    },
    nothing: {
      heading: "That is all",
      lines: ["Your answer to an invitation is shown here for a few minutes. There is nothing to show now."]
    },
    toSignIn: "To the sign-in page"
  },
  signIn: {
    heading: "Sign in",
    line: "We send a link to your email address. There is no password to remember.",
    email: { label: "Email address", hint: "", invalid: "Enter an email address, such as kim@mail.example." },
    submit: "Send me a sign-in link",
    confirm: {
      heading: "Sign in to Treff",
      lines: ["One more click, and you are in. The link works once."],
      submit: "Sign in"
    },
    asked: {
      heading: "Look into your mailbox",
      lines: [
        "If there is an account with that address, an email with a link is on its way.",
        "The link works once, within 15 minutes. If nothing comes, look into your spam folder too."
      ]
    },
    again: "Use another address",
    tokenUnknown: {
      heading: "This link no longer works",
      lines: ["It has been used, or its 15 minutes are over. We can send you another one."]
    },
    signedIn: {
      heading: "You are signed in",
      lines: ["If you came because of an invitation, open the link in its email again."]
    },
    signOut: "Sign out"
  },
  trouble: {
    tryAgain: "Try again",
    BadRequest: {
      heading: "We can’t read this",
      lines: ["What arrived is not what our form sends. Open the link in your email again, and start over."]
    },
    CrossOrigin: {
      heading: "This did not come from our page",
      lines: ["So we have changed nothing. Open the link in your email again, and send the form from there."]
    },
    MethodNotAllowed: {
      heading: "There is nothing to see here",
      lines: ["Open the link in your email again."]
    },
    StaleVersion: {
      heading: "Somebody else was faster",
      lines: ["Something changed at the same moment, and nothing was saved. Please try again."]
    },
    BodyTooLarge: {
      heading: "That was too much",
      lines: ["What arrived is larger than our form can be. Open the link in your email again, and start over."]
    },
    MediaTypeNotSupported: {
      heading: "We can’t read this",
      lines: ["What arrived is not what our form sends. Open the link in your email again, and start over."]
    },
    Unexpected: {
      heading: "Something went wrong here",
      lines: ["This is a mistake of ours, and it was recorded. Trying again may help."]
    },
    StoreUnavailable: {
      heading: "We are out of reach for a moment",
      lines: ["Nothing was saved, and nothing is lost. Please try again in a few seconds."]
    }
  }
} satisfies Texts
