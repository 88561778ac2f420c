import type { InvalidCompanyName, InvalidEmail } from "@treff/domain/identity"
import type { Problems } from "../../http/problem.ts"
import { invalidInput } from "../../http/shared-problems.ts"

/** The problems of members, companies and signing in. */
export const identityProblems = {
  InvalidCompanyName: {
    ...invalidInput,
    issues: ({ message }: InvalidCompanyName) => [{ pointer: "/name", message }]
  },
  InvalidEmail: {
    ...invalidInput,
    issues: ({ message }: InvalidEmail) => [{ pointer: "/email", message }]
  },
  SignInTokenUnknown: {
    status: 400,
    code: "token-unknown",
    title: "The link is not known",
    detail: "A link signs in once, within 15 minutes. Ask for another one."
  },
  MemberNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "Your company has no such member. Check the id."
  },
  MemberIsYou: {
    status: 409,
    code: "own-membership",
    title: "That is you",
    detail: "Nobody removes themselves. Ask another hiring manager of your company."
  },
  MemberIsCreator: {
    status: 409,
    code: "company-creator",
    title: "They made the company",
    detail: "Whoever made the company stays in it. There is nothing to do."
  },
  NotARecruiter: {
    status: 409,
    code: "illegal-transition",
    title: "Not a recruiter",
    detail: "Only recruiters have a sub-role. List the members to see who is one."
  }
} as const satisfies Problems
