import { content, now } from "@treff/contract-tests/fixtures"
import { day } from "@treff/domain/kernel"
import { type OfferContent, type OfferField, offerIssues, offerLimits } from "@treff/domain/offers"
import { assert, describe, it } from "vitest"

const fieldsOf = (changes: Partial<OfferContent>) => offerIssues(content(changes), now).map(({ field }) => field)
const start = content().jobStartsAt
const astral = "🥐" // one code point, two UTF-16 units

const good: ReadonlyArray<readonly [what: string, changes: Partial<OfferContent>]> = [
  ["an offer as it should be", {}],
  ["a title of 200 letters", { title: "a".repeat(200) }],
  ["a title of 200 characters beyond the basic plane", { title: astral.repeat(200) }],
  ["a title of one character", { title: astral }],
  ["line breaks and spaces within a text", { description: "Bread\n\n and  cake" }],
  ["a description of 20,000", { description: "ø".repeat(20_000) }],
  ["a salary of 200", { salary: "1".repeat(200) }],
  ["no attachment", { attachmentUrl: null }],
  ["a job that starts in a millisecond", { jobStartsAt: now + 1, contractEndsAt: null }],
  ["an expiry a millisecond after the job's start", { expiresAt: start + 1 }],
  ["a contract of a millisecond", { contractEndsAt: start + 1 }],
  ["a contract without an end", { contractEndsAt: null }],
  ["a permanent employment", { employmentType: "permanent", contractEndsAt: null }],
  ["a quiz that is required", { quizRequired: true }]
]

const bad: ReadonlyArray<
  readonly [what: string, changes: Partial<OfferContent>, ...fields: ReadonlyArray<OfferField>]
> = [
  ["an empty title", { title: "" }, "title"],
  ["a title of 201 letters", { title: "a".repeat(201) }, "title"],
  ["a title of 201 characters beyond the basic plane", { title: astral.repeat(201) }, "title"],
  ["a title that is not trimmed", { title: " Baker" }, "title"],
  ["a title of spaces", { title: "  " }, "title"],
  ["a title that ends in a line break", { title: "Baker\n" }, "title"],
  ["a NUL, which no store can keep", { title: "Ba\0ker" }, "title"],
  ["half of a surrogate pair at the end", { title: "Baker \ud83e" }, "title"],
  ["half of a surrogate pair at the beginning", { description: "\udd50 Baker" }, "description"],
  ["an empty description", { description: "" }, "description"],
  ["a description of 20,001", { description: "ø".repeat(20_001) }, "description"],
  ["an empty salary", { salary: "" }, "salary"],
  ["a salary of 201", { salary: "1".repeat(201) }, "salary"],
  ["an attachment that is not https", { attachmentUrl: "http://example.org/a.pdf" }, "attachmentUrl"],
  ["an attachment that is a script", { attachmentUrl: "javascript:alert(1)//https://" }, "attachmentUrl"],
  ["an empty attachment", { attachmentUrl: "" }, "attachmentUrl"],
  [
    "an attachment that is too long",
    { attachmentUrl: `https://example.org/${"a".repeat(offerLimits.attachmentUrl)}` },
    "attachmentUrl"
  ],
  ["a NUL in the attachment", { attachmentUrl: "https://example.org/\0" }, "attachmentUrl"],
  ["a job that starts now", { jobStartsAt: now }, "jobStartsAt"],
  ["a job that has started", { jobStartsAt: now - day }, "jobStartsAt"],
  ["a job that starts as the offer expires", { expiresAt: start }, "jobStartsAt"],
  ["a job that starts after the offer has expired", { expiresAt: start - 1 }, "jobStartsAt"],
  ["an expiry now", { expiresAt: now }, "jobStartsAt", "expiresAt"],
  ["a contract that ends as it starts", { contractEndsAt: start }, "contractEndsAt"],
  ["a contract that ends before it starts", { contractEndsAt: start - 1 }, "contractEndsAt"],
  ["an end of a permanent employment", { employmentType: "permanent" }, "contractEndsAt"],
  [
    "an end of a permanent employment, before its start too",
    { employmentType: "permanent", contractEndsAt: start },
    "contractEndsAt",
    "contractEndsAt"
  ],
  [
    "everything at once",
    { title: "", description: "", salary: "", attachmentUrl: "ftp://", jobStartsAt: 0, expiresAt: 0 },
    "title",
    "description",
    "salary",
    "attachmentUrl",
    "jobStartsAt",
    "jobStartsAt",
    "expiresAt"
  ]
]

describe("what may be written of an offer", () => {
  it.each(good)("%s: yes", (_, changes) => assert.deepStrictEqual(fieldsOf(changes), []))
  it.each(bad.map(([what, changes, ...fields]) => [what, changes, fields] as const))("%s: no", (_, changes, fields) =>
    assert.deepStrictEqual(fieldsOf(changes), fields)
  )

  it("each issue says what is wrong in a sentence", () => {
    for (const [, changes] of bad) {
      for (const { message } of offerIssues(content(changes), now)) assert.match(message, /^must /)
    }
  })
})
