import { assert, layer } from "@effect/vitest"
import { type Change, Journal } from "@treff/domain/events"
import { accountLifecycle, companyLifecycle } from "@treff/domain/identity"
import { invitationLifecycle } from "@treff/domain/invitations"
import { offerLifecycle, offerSentLifecycle } from "@treff/domain/offers"
import { allEvents } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  anInvitation,
  anOffer,
  aSend,
  enrolled,
  factsOf,
  founded,
  invited,
  newId,
  now,
  sentOut,
  written
} from "../fixtures/index.ts"
import type { StoredKind, TestStore } from "./test-store.ts"

/** As much of a lifecycle as is needed here. */
interface Keyed {
  readonly kind: string
  readonly uniqueKeys?: (state: never) => ReadonlyArray<ReadonlyArray<string | number>>
}

/**
 * A lifecycle with the change that writes one first, and changes that come after it, each made anew. See
 * docs/writing-an-adapter.md.
 */
export interface UniquenessCase {
  readonly kind: StoredKind
  readonly keysOf: (change: Change) => ReadonlyArray<string>
  readonly first: Change
  /** Another one that shares nothing with the first. */
  readonly another: () => Change
  /** For each key of the first, another one that shares this key and no other. */
  readonly rivals: ReadonlyArray<() => Change>
}

/**
 * A case for every lifecycle: the first of each has all the keys that one can have. See docs/writing-an-adapter.md.
 */
export const uniquenessCases = (): ReadonlyArray<UniquenessCase> => {
  const acme = aCompany()
  const offer = anOffer()
  const send = aSend(offer)
  const invitation = anInvitation(acme, { email: "Ada@b.example" })
  const somebody = (changes: object = {}) => ({ ...factsOf(aCandidate()), username: newId(), ...changes })
  const ada = somebody({ email: "Ada@b.example", username: "Ada.Berg" })
  const company = () => ({ id: newId(), name: "Acme", creatorId: null, createdAt: now })
  const caseOf = ({ kind, uniqueKeys }: Keyed, others: Omit<UniquenessCase, "kind" | "keysOf">): UniquenessCase => ({
    kind: kind as StoredKind,
    keysOf: ({ state }) => uniqueKeys?.(state as never).map((key) => JSON.stringify(key)) ?? [],
    ...others
  })
  return [
    caseOf(companyLifecycle, { first: founded(company()), another: () => founded(company()), rivals: [] }),
    caseOf(offerLifecycle, { first: written(offer), another: () => written({ ...offer, id: newId() }), rivals: [] }),
    caseOf(offerSentLifecycle, {
      first: sentOut(send),
      another: () => sentOut(aSend(offer)),
      rivals: [() => sentOut(aSend(offer, send.candidateId))]
    }),
    caseOf(invitationLifecycle, {
      first: invited(invitation),
      another: () => invited(anInvitation(acme)),
      rivals: [
        () => invited(anInvitation(aCompany(), { tokenHash: invitation.tokenHash })),
        () => invited(anInvitation(acme, { email: "aDA@B.example" }))
      ]
    }),
    caseOf(accountLifecycle, {
      first: enrolled(ada),
      another: () => enrolled(somebody()),
      rivals: [() => enrolled(somebody({ email: "aDA@B.example" })), () => enrolled(somebody({ username: "aDA.bERG" }))]
    })
  ]
}

/** The change that makes of one that was there what another change would have made anew. */
const movedTo = ({ kind, state, events }: Change, { state: { id } }: Change): Change => ({
  kind,
  expectedVersion: 1,
  state: { ...state, id },
  events: events.map((event) => ({
    ...event,
    id: newId(),
    subject: { type: kind, id },
    sequence: 2,
    type: `${kind}.changed`
  }))
})

/**
 * What no two subjects of a lifecycle may have at once is said by its descriptor, and every store keeps to that. See
 * docs/architecture.md.
 */
export const uniqueKeysContract = (store: TestStore) =>
  layer(store.layer)("unique keys", (it) => {
    beforeEach(store.clear)

    it("are tried of every lifecycle, each key on its own", () => {
      const cases = uniquenessCases()
      assert.sameMembers(
        cases.map(({ kind }) => kind as string),
        allEvents.map(({ kind }) => kind)
      )
      for (const { kind, keysOf, first, another, rivals } of cases) {
        const keys = keysOf(first)
        const sharedWith = (change: Change) => keysOf(change).filter((key) => keys.includes(key))
        assert.deepStrictEqual(sharedWith(another()), [], kind)
        const shared = rivals.map((rival) => sharedWith(rival()))
        assert.isTrue(
          shared.every(({ length }) => length === 1),
          kind
        )
        assert.sameMembers(shared.flat(), [...keys], kind)
      }
    })

    for (const [index, { kind }] of uniquenessCases().entries()) {
      it.effect(`of the lifecycle ${kind} are given to one at a time`, () =>
        Effect.gen(function* () {
          const journal = yield* Journal
          const { first, another, rivals } = uniquenessCases()[index] as UniquenessCase
          const options = { at: now }
          const refused = Effect.fnUntraced(function* (...changes: ReadonlyArray<Change>) {
            assert.strictEqual((yield* Effect.flip(journal.commit(changes, options)))._tag, "StaleVersion")
          })
          const ids = Effect.map(
            Effect.suspend(() => store.rowsOf(kind)),
            (rows) => rows.map(({ id }) => id)
          )
          // Two that come at once.
          for (const rival of rivals) yield* refused(first, rival())
          assert.deepStrictEqual(yield* ids, [])
          const beside = another()
          yield* journal.commit([first, beside], options)
          for (const rival of rivals) {
            yield* refused(rival())
            yield* refused(another(), rival())
            assert.deepStrictEqual(yield* journal.commitEach([rival()], options), [])
            // Nor may one that is there become such a one.
            yield* refused(movedTo(rival(), beside))
            assert.deepStrictEqual(yield* journal.commitEach([movedTo(rival(), beside)], options), [])
          }
          assert.sameMembers(yield* ids, [first.state.id, beside.state.id])
          // Whoever has the keys keeps them.
          yield* journal.commit([movedTo(first, first), movedTo(another(), beside)], options)
          assert.deepStrictEqual(
            (yield* store.rowsOf(kind)).map(({ version }) => version),
            [2, 2]
          )
        })
      )
    }
  })
