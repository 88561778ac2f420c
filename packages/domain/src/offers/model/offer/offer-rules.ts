import * as Effect from "effect/Effect"
import { isText, textRule } from "../../../kernel/text.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { OfferContent, OfferField } from "./offer.ts"

/**
 * How long the texts of an offer may be, in code points, after trimming; each is at least 1 long. See
 * docs/flows/offers.md.
 */
export const offerLimits = { title: 200, description: 20_000, salary: 200, attachmentUrl: 2_048 } as const

/** What is wrong with one field, in a sentence for its author. See docs/flows/offers.md. */
export interface FieldIssue {
  readonly field: OfferField
  readonly message: string
}

/** An offer can't be written like this; nothing was. `issues` holds at least one. See docs/flows/offers.md. */
export interface InvalidOffer {
  readonly _tag: "InvalidOffer"
  readonly issues: ReadonlyArray<FieldIssue>
}

/**
 * Every rule that the content of an offer breaks at `at`; none when it may be written. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { offerIssues } from "@treff/domain/offers"
 *
 * const issues = offerIssues({
 *   title: "Baker", description: "Nights", employmentType: "permanent", salary: "32000", attachmentUrl: null,
 *   jobStartsAt: 2_000, expiresAt: 1_500, contractEndsAt: null, quizRequired: false
 * }, 1_000)
 * deepStrictEqual(issues.map(({ field }) => field), ["jobStartsAt"])
 * ```
 */
export const offerIssues = (content: OfferContent, at: Instant): ReadonlyArray<FieldIssue> => {
  const { jobStartsAt, expiresAt, contractEndsAt, employmentType, attachmentUrl } = content
  const issues: Array<FieldIssue> = []
  const expect = (holds: boolean, field: OfferField, message: string) => {
    if (!holds) issues.push({ field, message })
  }
  for (const field of ["title", "description", "salary"] as const) {
    expect(isText(content[field], offerLimits[field]), field, textRule(offerLimits[field]))
  }
  expect(
    attachmentUrl === null || (/^https:\/\//i.test(attachmentUrl) && isText(attachmentUrl, offerLimits.attachmentUrl)),
    "attachmentUrl",
    `must be an https address of at most ${offerLimits.attachmentUrl} characters`
  )
  expect(jobStartsAt > at, "jobStartsAt", "must lie in the future")
  expect(jobStartsAt < expiresAt, "jobStartsAt", "must be earlier than the date on which the offer expires")
  expect(expiresAt > at, "expiresAt", "must lie in the future")
  if (contractEndsAt !== null) {
    expect(employmentType !== "permanent", "contractEndsAt", "must be left out: a permanent employment has no end")
    expect(contractEndsAt > jobStartsAt, "contractEndsAt", "must be later than the date on which the job starts")
  }
  return issues
}

/** Fails with everything that is wrong with the content. */
export const checkContent = (content: OfferContent, at: Instant): Effect.Effect<void, InvalidOffer> => {
  const issues = offerIssues(content, at)
  return issues.length === 0 ? Effect.void : Effect.fail({ _tag: "InvalidOffer", issues })
}
