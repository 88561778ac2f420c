import { assert } from "vitest"
import type { Stage } from "../stage.ts"
import { inviting } from "./inviting.ts"

/** What is done to an invitation beside its acceptance: what that answers when it is first and second, and what it leaves. */
const rivals = {
  revoked: { first: "204", second: "400 illegal-transition", leaves: "400 invitation-not-open" },
  declined: { first: "204", second: "400 invitation-not-open", leaves: "400 invitation-not-open" },
  resent: { first: "200", second: "400 illegal-transition", leaves: "400 token-unknown" }
} as const
export type Rival = keyof typeof rivals
export const rivalNames = Object.keys(rivals) as ReadonlyArray<Rival>

/** Accepts invitations while something else is done to them, six at a time: exactly one of the two is, and is in the log. */
export const acceptAgainst = async (stage: Stage, manager: string, rival: Rival, turns: number) => {
  const people = inviting(stage)
  const { first, second, leaves } = rivals[rival]
  const said = ({ status, json }: Awaited<ReturnType<Stage["call"]>>) => [status, json?.code].filter(Boolean).join(" ")
  const won = { accepted: 0, rivalled: 0 }
  const race = async (acceptFirst: boolean) => {
    const { id, email, link } = await people.invited(manager)
    const accept = () => people.accept(link).then(said)
    const other = () =>
      ({
        revoked: () => people.revoke(manager, id),
        declined: () => people.decline(link),
        resent: () => people.resend(manager, id)
      })
        [rival]()
        .then(said)
    const [one, two] = await Promise.all(acceptFirst ? [accept(), other()] : [other(), accept()])
    const [accepted, rivalled] = acceptFirst ? [one, two] : [two, one]
    const isAccepted = accepted === "200"
    won[isAccepted ? "accepted" : "rivalled"]++
    assert.deepStrictEqual([accepted, rivalled], isAccepted ? ["200", second] : [leaves, first])
    const { rows } = await stage.pool.query(
      `select (select count(*)::int from account where lower(email) = lower($2)) as accounts,
         array(select split_part(type, '.', 2) from event where subject_id = $1 order by sequence) as types`,
      [id, email]
    )
    const types = ["created", isAccepted ? "accepted" : rival]
    assert.deepStrictEqual(rows[0], { accounts: isAccepted ? 1 : 0, types })
  }
  for (let turn = 0; turn < turns; turn++) {
    await Promise.all(Array.from({ length: 6 }, (_, index) => race(index % 2 === 0)))
  }
  return won
}
