import type { Texts } from "./texts.ts"

const looksAfterIt = "You receive this email because you look after this offer in Treff."

const invitedThem = "You receive this email because you sent this invitation in Treff."

const ended = {
  offer_archived: "The company has closed it for everyone it was sent to.",
  offer_deleted: "The company has taken it back from everyone it was sent to.",
  offer_expired: "Its closing date has passed, so it has ended for everyone it was sent to."
}

export const english: Texts = {
  language: "en",
  dates: "en-GB",
  messageFrom: (name) => `${name} writes:`,
  copyAddress: "If the button does not work, copy this address into your browser:",
  "offer-sent": ({ title, company }) => ({
    subject: `${company} has sent you a job offer: ${title}`,
    heading: `${company} has sent you a job offer`,
    lines: ["You can read the whole offer in Treff, and answer it there."],
    why: "You receive this email because a company sent you a job offer in Treff."
  }),
  "offer-sent-viewed": ({ title, candidate }) => ({
    subject: `${candidate} has viewed the offer “${title}”`,
    heading: `${candidate} has viewed this offer`,
    lines: ["We will write to you as soon as they answer."],
    why: looksAfterIt
  }),
  "offer-sent-responded": ({ title, candidate }) => ({
    subject: `${candidate} has answered the offer “${title}”`,
    heading: `${candidate} has answered this offer`,
    lines: ["You will find the answer in Treff. Candidates appreciate a quick reply."],
    why: looksAfterIt
  }),
  "offer-sent-withdrawn": ({ title, candidate }) => ({
    subject: `${candidate} has withdrawn from the offer “${title}”`,
    heading: `${candidate} has withdrawn from this offer`,
    lines: ["They do not wish to take it further. There is nothing you need to do."],
    why: looksAfterIt
  }),
  "offer-ended": ({ title, reason }) => ({
    subject: `The job offer “${title}” is no longer available`,
    heading: "This job offer is no longer available",
    lines: [ended[reason], "There is nothing you need to do. We wish you all the best."],
    why: "You receive this email because this job offer had been sent to you in Treff."
  }),
  "offer-handed-over": ({ title, newOwner }) => ({
    subject: `${newOwner} has taken over the offer “${title}”`,
    heading: `${newOwner} has taken over this offer`,
    lines: ["It was in your hands until now. Thank you for looking after it."],
    why: "You receive this email because you looked after this offer in Treff until now."
  }),
  "offer-taken-over": ({ title, formerOwner }) => ({
    subject: `You have taken over the offer “${title}”`,
    heading: "You have taken over this offer",
    lines: [`${formerOwner} looked after it until now. From now on, we will write to you when candidates answer it.`],
    why: "You receive this email because you look after this offer in Treff from now on."
  }),
  invitation: ({ inviter, company, until, address }) => ({
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
  "invitation-accepted": ({ member, email }) => ({
    subject: `${member} has accepted your invitation`,
    heading: `${member} has accepted your invitation`,
    lines: [`You had sent it to ${email}.`, "As a recruiter, they can now send job offers for your company in Treff."],
    why: invitedThem
  }),
  "invitation-declined": ({ email }) => ({
    subject: `${email} has declined your invitation`,
    heading: `${email} has declined your invitation`,
    lines: ["They do not wish to join your company in Treff. There is nothing you need to do."],
    why: invitedThem
  }),
  "sign-in": ({ minutes, until, address }) => ({
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
  })
}
