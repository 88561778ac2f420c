import * as fc from "fast-check"
import { type Call, type Flow, outage, type Step } from "./flow.ts"
import { invitationStep } from "./flows/invitations.ts"
import { offerStep } from "./flows/offers.ts"
import { removal } from "./flows/people.ts"
import { sendStep } from "./flows/sends.ts"
import { flows, type World } from "./world.ts"

const jobs = flows.flatMap((flow) => flow.jobs ?? [])
const deliver = { type: "deliver", outage: null } as const

/** All that happens beside the calls; `waits` are the hours for which nothing happens. */
const otherwise = (waits: ReadonlyArray<number>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ type: fc.constant("advance"), hours: fc.constantFrom(...waits) }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant("job"), job: fc.constantFrom(...jobs.map(({ name }) => name)), outage })
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom("relay", "deliver", "deliver"), outage }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("redeliver", "forget") }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("queue"), refuses: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("post"), post: fc.constantFrom("open", "down", "deferred", "lost") })
    }
  )

/** A candidate becomes a recruiter of the company whose offers they have not answered. */
const candidateJoins = fc
  .subarray<Step>([sendStep("read", "cleo"), offerStep("create", { who: "ada" }), sendStep("send", "ada"), deliver])
  .map((some) => [
    offerStep("create", { who: "olga" }),
    sendStep("send", "mia"),
    ...some,
    invitationStep({ command: "invite", who: "leo", to: "cleo", isUpper: false }),
    invitationStep({ command: "accept", who: "cleo", target: 0, link: "present", isFresh: false, username: "" }),
    deliver
  ])

/** Whoever owns an offer, or has sent it, leaves the company, and the others go on with it. */
const ownerLeaves = fc
  .subarray<Step>([
    { type: "advance", hours: 1 },
    offerStep("archive"),
    offerStep("disable"),
    sendStep("read", "cleo"),
    sendStep("respond", "cleo"),
    deliver,
    offerStep("transfer", { to: "olga" }),
    sendStep("withdraw", "cleo"),
    deliver
  ])
  .map((some) => [offerStep("create", { who: "ada" }), sendStep("send", "ada"), removal("ada"), ...some])

/** A story of all flows, or mostly of one, which then begins last and says how long one waits. */
const storyOf = (favourite: Flow<Call, World> | null): fc.Arbitrary<ReadonlyArray<Step>> => {
  const calls = flows.map((flow) => ({
    weight: flow.weight * (flow === favourite ? 6 : 1),
    arbitrary: flow.calls.map((call): Step => ({ type: "call", flow: flow.name, call }))
  }))
  const weight = Math.ceil(calls.reduce((sum, each) => sum + each.weight, 0) * 0.4)
  const waits = (favourite === null ? flows : [favourite]).flatMap((flow) => flow.waits)
  const others = flows.filter((flow) => flow !== favourite)
  return fc
    .tuple(
      fc.shuffledSubarray([...others.keys()]),
      fc.tuple(...others.map(({ life }) => life)),
      favourite?.life ?? fc.oneof(candidateJoins, ownerLeaves),
      fc.array(fc.oneof(...calls, { weight, arbitrary: otherwise(waits) }), {
        minLength: 3,
        maxLength: 40,
        size: "+1"
      })
    )
    .map(([order, lives, life, rest]) => [...order.flatMap((index) => lives[index] ?? []), ...life, ...rest])
}
export const story = fc.oneof(storyOf(null), ...flows.filter(({ weight }) => weight > 1).map(storyOf))
