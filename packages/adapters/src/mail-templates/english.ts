import type { Texts } from "./texts.ts"

const looksAfterIt = "You receive this email because you look after this offer in Treff."

const ended = {
  offer_archived: "The company has closed it for everyone it was sent to.",
  offer_deleted: "The company has taken it back from everyone it was sent to.",
  offer_expired: "Its closing date has passed, so it has ended for everyone it was sent to."
}

export const english = {
  language: "en",
  messageFrom: (company) => `${company} writes:`,
  "offer-sent": (title, company) => ({
    subject: `${company} has sent you a job offer: ${title}`,
    heading: `${company} has sent you a job offer`,
    lines: ["You can read the whole offer in Treff, and answer it there."],
    why: "You receive this email because a company sent you a job offer in Treff."
  }),
  "offer-sent-viewed": (title, candidate) => ({
    subject: `${candidate} has viewed the offer “${title}”`,
    heading: `${candidate} has viewed this offer`,
    lines: ["We will write to you as soon as they answer."],
    why: looksAfterIt
  }),
  "offer-sent-responded": (title, candidate) => ({
    subject: `${candidate} has answered the offer “${title}”`,
    heading: `${candidate} has answered this offer`,
    lines: ["You will find the answer in Treff. Candidates appreciate a quick reply."],
    why: looksAfterIt
  }),
  "offer-sent-withdrawn": (title, candidate) => ({
    subject: `${candidate} has withdrawn from the offer “${title}”`,
    heading: `${candidate} has withdrawn from this offer`,
    lines: ["They do not wish to take it further. There is nothing you need to do."],
    why: looksAfterIt
  }),
  "offer-ended": (title, reason) => ({
    subject: `The job offer “${title}” is no longer available`,
    heading: "This job offer is no longer available",
    lines: [ended[reason], "There is nothing you need to do. We wish you all the best."],
    why: "You receive this email because this job offer had been sent to you in Treff."
  }),
  "offer-handed-over": (title, newOwner) => ({
    subject: `${newOwner} has taken over the offer “${title}”`,
    heading: `${newOwner} has taken over this offer`,
    lines: ["It was in your hands until now. Thank you for looking after it."],
    why: "You receive this email because you looked after this offer in Treff until now."
  }),
  "offer-taken-over": (title, formerOwner) => ({
    subject: `You have taken over the offer “${title}”`,
    heading: "You have taken over this offer",
    lines: [`${formerOwner} looked after it until now. From now on, we will write to you when candidates answer it.`],
    why: "You receive this email because you look after this offer in Treff from now on."
  })
} satisfies Texts
