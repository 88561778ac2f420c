import { identityProblems } from "../flows/identity/problems.ts"
import { invitationProblems } from "../flows/invitations/problems.ts"
import { notificationProblems } from "../flows/notifications/problems.ts"
import { offerProblems } from "../flows/offers/problems.ts"
import type { ProblemKind } from "../http/problem.ts"
import { requestProblems, serviceProblems } from "../http/shared-problems.ts"

/** Every problem that the API answers, by status, and within one flow by flow. */
export const allProblems: ReadonlyArray<ProblemKind> = [
  requestProblems,
  offerProblems,
  notificationProblems,
  invitationProblems,
  identityProblems,
  serviceProblems
]
  .flatMap((problems) => Object.values<ProblemKind>(problems))
  .toSorted((one, other) => one.status - other.status)
