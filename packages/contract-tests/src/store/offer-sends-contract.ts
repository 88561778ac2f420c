import { assert, layer } from "@effect/vitest"
import { type Change, Journal } from "@treff/domain/events"
import { type Caller, personOf } from "@treff/domain/identity"
import { countedAtMost, day, type PageRequest } from "@treff/domain/kernel"
import {
  mayAccessSend,
  type Offer,
  OfferSends,
  type OfferSent,
  type OfferSentCursor,
  Offers,
  offerSentStatuses,
  offerStatuses,
  sendVisibility
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  anOffer,
  anyInstant,
  anyOffer,
  aSend,
  aSendEvent,
  everybodyOf,
  hour,
  newId,
  now,
  partiesOf,
  removed,
  sentOut,
  steps,
  takenBack,
  written
} from "../fixtures/index.ts"
import { contradictions } from "./accounts-contract.ts"
import type { TestStore } from "./test-store.ts"

const all = { status: null, offerId: null, candidateId: null, at: now, page: { number: 1, limit: 100 } } as const
const nothing = { rows: [], more: false, total: 0 }
const noIds = ["", "no uuid", "'; drop table offer_sent", "0", "\0"]

const commit = (...changes: ReadonlyArray<Change>) =>
  Effect.flatMap(Effect.service(Journal), (journal) => journal.commit(changes, { at: now }))
const write = (...values: ReadonlyArray<Offer | OfferSent>) =>
  commit(...values.map((value) => ("candidateId" in value ? sentOut(value) : written(value))))

const idsOf = (rows: ReadonlyArray<{ readonly value: { readonly id: string } }>) => rows.map(({ value }) => value.id)
const outline = ({ id, companyId, ownerId, title, term, status, jobStartsAt, expiresAt }: Offer) => ({
  ...{ id, companyId, ownerId, title, term, status, jobStartsAt, expiresAt }
})
const newestFirst = (sends: ReadonlyArray<OfferSent>) =>
  sends.toSorted((a, b) => b.sentAt - a.sentAt || (a.id < b.id ? 1 : -1))

/** What the port `OfferSends` has to do. See docs/flows/offer-sends.md. */
export const offerSendsContract = (store: TestStore) =>
  layer(store.layer)("OfferSends", (it) => {
    beforeEach(store.clear)

    /** Two companies with everybody in them, two candidates, and an offer of acme's recruiter. */
    const makeWorld = Effect.gen(function* () {
      const acme = aCompany()
      const globex = aCompany()
      const cleo = { ...aCandidate(), firstName: "Cleo", lastName: "Ørsted" }
      const dag = { ...aCandidate(), firstName: "Dag", lastName: "Vik" }
      yield* store.seed([...everybodyOf(acme), ...everybodyOf(globex), cleo, dag])
      return { acme, globex, cleo, dag }
    })
    type World = Effect.Success<typeof makeWorld>
    const ofRecruiter = ({ acme }: World, changes: Partial<Offer> = {}) =>
      anOffer({ companyId: acme.id, ownerId: acme.recruiter.id, ...changes })

    it.effect("finds a send as it was written, with its offer, its candidate and its steps so far", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, cleo } = world
        const offer = ofRecruiter(world, { status: "disabled", title: "Bäcker 🥐 'quoted' \"twice\" \\ %s $1" })
        const send = aSend(offer, cleo.id, {
          ...steps("responded", now + 2),
          senderId: acme.admin.id,
          message: 'Zeile 1\nZeile 2\t{"a": [1]}',
          title: "Another, then",
          sentAt: now - 1,
          updatedAt: now + 3
        })
        const data = partiesOf(send)
        const events = [
          aSendEvent(send),
          { ...aSendEvent(send, { sequence: 2, type: "offerSent.viewed", data }), occurredAt: now + 1 },
          {
            ...aSendEvent(send, { sequence: 3, type: "offerSent.responded", data }),
            actor: { kind: "candidate", id: cleo.id } as const
          }
        ]
        yield* write(offer)
        yield* commit({ kind: "offerSent", expectedVersion: 0, state: send, events })
        for (const member of [acme.recruiter, acme.colleague, acme.admin, acme.manager, cleo]) {
          const { caller, found } = yield* sends.find(member, send.id)
          const { id, role, subRole, companyId } = member
          assert.deepStrictEqual(caller, { id, role, subRole, companyId })
          assert.deepStrictEqual(found, {
            version: 3,
            value: send,
            offer: { version: 1, value: offer },
            candidate: { ...personOf(cleo), email: cleo.email },
            history: [
              { status: "sent", at: now, by: "recruiter" },
              { status: "viewed", at: now + 1, by: "recruiter" },
              { status: "responded", at: now, by: "candidate" }
            ]
          })
        }
      })
    )

    it.effect("says of each step whose it was: a hiring manager's is a recruiter's, and the system's its own", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const offer = ofRecruiter(world)
        const send = aSend(offer, world.cleo.id)
        const signed = (["hiring_manager", "system"] as const).map((kind, index) => ({
          ...aSendEvent(send, { sequence: index + 1 }),
          actor: { kind, id: null }
        }))
        yield* write(offer)
        yield* commit({ kind: "offerSent", expectedVersion: 0, state: send, events: signed })
        const { found } = yield* sends.find(world.cleo, send.id)
        assert.deepStrictEqual(
          found?.history.map(({ by }) => by),
          ["recruiter", "system"]
        )
      })
    )

    it.effect("finds a send whatever became of its offer, even when that is deleted", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const offer = ofRecruiter(world, { status: "archived", jobStartsAt: now - day, term: 5 })
        const send = aSend(offer, world.cleo.id, { term: 2 })
        yield* write(offer, send)
        assert.deepStrictEqual((yield* sends.find(world.acme.admin, send.id)).found?.offer?.value, offer)
        yield* commit(removed(offer, 1))
        const { found } = yield* sends.find(world.acme.admin, send.id)
        assert.deepStrictEqual({ value: found?.value, offer: found?.offer }, { value: send, offer: null })
      })
    )

    it.effect("finds whatever is of the caller's company, and of every company for a candidate", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const send = aSend(ofRecruiter(world), world.cleo.id)
        yield* write(send)
        for (const caller of everybodyOf(world.globex)) assert.isNull((yield* sends.find(caller, send.id)).found)
        // Whether it is theirs is for the domain to say.
        assert.strictEqual((yield* sends.find(world.dag, send.id)).found?.value.id, send.id)
      })
    )

    it.effect(
      "finds by ids in any case, and nothing under an id that is unknown or none, or once it is withdrawn",
      () =>
        Effect.gen(function* () {
          const sends = yield* OfferSends
          const world = yield* makeWorld
          const { acme, cleo } = world
          const offer = ofRecruiter(world)
          const send = aSend(offer, cleo.id)
          yield* write(offer, send)
          const [sendId, offerId, candidateId] = [send.id, offer.id, cleo.id].map((id) => id.toUpperCase())
          assert.ok(sendId !== undefined && offerId !== undefined && candidateId !== undefined)
          assert.strictEqual((yield* sends.find(acme.admin, sendId)).found?.value.id, send.id)
          assert.strictEqual((yield* sends.findReceived(cleo, offerId)).received?.value.id, send.id)
          const forSending = yield* sends.findForSending(acme.admin, offerId, [candidateId])
          assert.strictEqual(forSending.offer?.value.id, offer.id)
          assert.deepStrictEqual(forSending.addressees, [{ version: 0, value: personOf(cleo), sent: "sent" }])
          for (const filter of [{ offerId }, { candidateId }, { offerId, candidateId }]) {
            assert.deepStrictEqual(idsOf((yield* sends.list(acme.admin, { ...all, ...filter })).page.rows), [send.id])
          }
          const ofOffer = yield* sends.listOfOffer(acme.admin, offerId, all)
          assert.deepStrictEqual([ofOffer.ownerId, ...idsOf(ofOffer.page.rows)], [acme.recruiter.id, send.id])
          for (const id of [...noIds, newId(), `${send.id}0`]) {
            assert.isNull((yield* sends.find(acme.admin, id)).found, id)
            const { offer: none, received } = yield* sends.findReceived(cleo, id)
            assert.deepStrictEqual({ none, received }, { none: null, received: null })
            const { offer: noOffer, addressees } = yield* sends.findForSending(acme.admin, id, [id, cleo.id])
            assert.deepStrictEqual(
              { noOffer, ids: addressees.map(({ value }) => value.id) },
              { noOffer: null, ids: [cleo.id] }
            )
            for (const filter of [{ offerId: id }, { candidateId: id }]) {
              assert.deepStrictEqual((yield* sends.list(acme.admin, { ...all, ...filter })).page, nothing)
            }
            const { ownerId, page } = yield* sends.listOfOffer(acme.admin, id, all)
            assert.deepStrictEqual({ ownerId, page }, { ownerId: null, page: nothing })
          }
          yield* commit(takenBack(send, 1, "candidate"))
          for (const caller of [acme.admin, cleo]) assert.isNull((yield* sends.find(caller, send.id)).found)
          assert.isNull((yield* sends.findReceived(cleo, offer.id)).received)
          for (const caller of [acme.admin, acme.recruiter, cleo]) {
            assert.deepStrictEqual((yield* sends.list(caller, all)).page, nothing)
          }
          assert.deepStrictEqual((yield* sends.listOfOffer(acme.admin, offer.id, all)).page, nothing)
          assert.deepStrictEqual((yield* sends.listReceivedOffers(cleo, all)).page, nothing)
        })
    )

    it.effect("finds a received offer of any company and in any state, with the caller's send of its term only", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { cleo, dag } = world
        for (const status of offerStatuses) {
          const offer = ofRecruiter(world, { status, term: 2 })
          const [before, mine] = [aSend(offer, cleo.id, { term: 1 }), aSend(offer, cleo.id, steps("viewed"))]
          yield* write(offer, before)
          assert.isNull((yield* sends.findReceived(cleo, offer.id)).received)
          yield* write(mine)
          const { caller, offer: found, received } = yield* sends.findReceived(cleo, offer.id)
          assert.strictEqual(caller.id, cleo.id)
          assert.deepStrictEqual(found, { version: 1, value: offer })
          assert.deepStrictEqual(received, (yield* sends.find(cleo, mine.id)).found)
          const ofAnother = yield* sends.findReceived(dag, offer.id)
          assert.deepStrictEqual([ofAnother.offer?.value.id, ofAnother.received], [offer.id, null])
        }
      })
    )

    it.effect("finds what sending needs: the company's own offer, and what each candidate has of its term", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, globex, cleo, dag } = world
        const others = [aCandidate(), { ...aCandidate(), version: 7 }, aCandidate()] as const
        yield* store.seed(others)
        const offer = ofRecruiter(world, { term: 2 })
        const [viewed, withdrawn, fresh] = others
        yield* write(
          offer,
          aSend(offer, cleo.id),
          aSend(offer, dag.id, { term: 1 }),
          aSend(offer, viewed.id, steps("viewed")),
          aSend(ofRecruiter(world), fresh.id)
        )
        const back = aSend(offer, withdrawn.id)
        yield* write(back)
        yield* commit(takenBack(back, 1, "candidate"))
        const candidates = [cleo, dag, ...others]
        const nobody = [acme.recruiter.id, acme.manager.id, newId(), "no uuid"]
        const ids = [...candidates.map(({ id }) => id), ...nobody, cleo.id]
        const { caller, offer: found, addressees } = yield* sends.findForSending(acme.colleague, offer.id, ids)
        assert.strictEqual(caller.id, acme.colleague.id)
        assert.deepStrictEqual(found, { version: 1, value: offer })
        const expected = (["sent", null, "viewed", "withdrawn", null] as const).map((sent, index) => {
          const candidate = candidates[index]
          return candidate && { version: candidate.version, value: personOf(candidate), sent }
        })
        assert.sameDeepMembers([...addressees], expected)
        const elsewhere = yield* sends.findForSending(globex.admin, offer.id, [cleo.id])
        assert.isNull(elsewhere.offer)
        assert.deepStrictEqual(elsewhere.addressees, [{ version: 0, value: personOf(cleo), sent: null }])
        assert.deepStrictEqual((yield* sends.findForSending(acme.admin, offer.id, [])).addressees, [])
      })
    )

    it.effect("refuses a caller whose account says something else, at every door", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const { acme, globex } = yield* makeWorld
        const tryDoors = Effect.fnUntraced(function* (what: string, caller: Caller) {
          const doors: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
            sends.find(caller, newId()),
            sends.findReceived(caller, newId()),
            sends.findForSending(caller, newId(), [newId()]),
            sends.list(caller, all),
            sends.listOfOffer(caller, newId(), all),
            sends.listReceivedOffers(caller, all)
          ]
          for (const door of doors) {
            const failure = (yield* Effect.flip(door)) as object
            assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
          }
        })
        for (const [what, caller] of contradictions(acme.recruiter, globex.id)) yield* tryDoors(what, caller)
        yield* store.seed([{ ...acme.recruiter, companyId: null }])
        yield* tryDoors("has left", acme.recruiter)
      })
    )

    it.effect("sees the company of now for a caller who claims none; without one, nothing", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { manager, recruiter } = world.acme
        const offer = ofRecruiter(world)
        const send = aSend(offer, world.cleo.id)
        yield* write(offer, send)
        const idsFoundBy = Effect.fnUntraced(function* (caller: Caller) {
          return [
            (yield* sends.find(caller, send.id)).found?.value.id,
            (yield* sends.findForSending(caller, offer.id, [])).offer?.value.id,
            ...idsOf((yield* sends.list(caller, all)).page.rows),
            ...idsOf((yield* sends.listOfOffer(caller, offer.id, all)).page.rows)
          ]
        })
        for (const member of [manager, recruiter]) {
          const claimed = { ...member, companyId: null }
          assert.deepStrictEqual(yield* idsFoundBy(claimed), [send.id, offer.id, send.id, send.id])
          yield* store.seed([claimed])
          assert.deepStrictEqual(yield* idsFoundBy(claimed), [undefined, undefined])
        }
      })
    )

    it.effect("lists what is in sight: of the company, of own offers, or of the candidate", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, globex, cleo, dag } = world
        const [own, colleagues] = [ofRecruiter(world), ofRecruiter(world, { ownerId: acme.colleague.id })]
        const foreign = anOffer({ companyId: globex.id, ownerId: globex.recruiter.id })
        // The owner of the offer decides, not the sender.
        const [one, two, three, four] = [
          aSend(own, cleo.id, { senderId: acme.colleague.id, sentAt: now - 4 }),
          aSend(colleagues, cleo.id, { senderId: acme.recruiter.id, sentAt: now - 3 }),
          aSend(colleagues, dag.id, { sentAt: now - 2 }),
          aSend(foreign, cleo.id, { sentAt: now - 1 })
        ] as const
        yield* write(own, colleagues, foreign, one, two, three, four)
        const sees = (caller: Caller) => Effect.map(sends.list(caller, all), ({ page }) => idsOf(page.rows))
        for (const caller of [acme.admin, acme.manager]) {
          assert.deepStrictEqual(yield* sees(caller), [three.id, two.id, one.id])
        }
        assert.deepStrictEqual(yield* sees(acme.recruiter), [one.id])
        assert.deepStrictEqual(yield* sees(acme.colleague), [three.id, two.id])
        assert.deepStrictEqual(yield* sees(globex.admin), [four.id])
        assert.deepStrictEqual(yield* sees(cleo), [four.id, two.id, one.id])
        assert.deepStrictEqual(yield* sees(dag), [three.id])
      })
    )

    it.effect("lists with the title of now and the candidate's name", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const offer = ofRecruiter(world, { title: "Of now" })
        const send = aSend(offer, world.cleo.id, { title: "Of then" })
        yield* write(offer, send)
        const row = { value: send, title: "Of now", candidate: personOf(world.cleo) }
        for (const caller of [world.acme.admin, world.acme.recruiter, world.cleo]) {
          assert.deepStrictEqual((yield* sends.list(caller, all)).page, { rows: [row], more: false, total: 1 })
        }
        const { ownerId, page } = yield* sends.listOfOffer(world.acme.recruiter, offer.id, all)
        assert.deepStrictEqual({ ownerId, rows: page.rows }, { ownerId: offer.ownerId, rows: [row] })
      })
    )

    it.effect("filters by status, offer and candidate, alone and together", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, cleo, dag } = world
        const offers = [
          ofRecruiter(world),
          ofRecruiter(world, { status: "disabled" }),
          ofRecruiter(world, { ownerId: acme.colleague.id })
        ]
        const made = offers.flatMap((offer, index) => [
          aSend(offer, cleo.id, { ...steps(offerSentStatuses[index] ?? "sent"), sentAt: now - index }),
          aSend(offer, dag.id, { sentAt: now - 10 - index })
        ])
        yield* write(...offers, ...made)
        for (const caller of [acme.admin, acme.recruiter, cleo]) {
          const mine = made.filter((send) => {
            const offer = offers.find(({ id }) => id === send.offerId) as Offer
            return mayAccessSend(caller, send, offer) && (caller !== cleo || offer.status === "active")
          })
          for (const status of [null, ...offerSentStatuses]) {
            for (const offerId of [null, ...offers.map(({ id }) => id), newId()]) {
              for (const candidateId of [null, cleo.id, dag.id, newId()]) {
                const { page } = yield* sends.list(caller, { ...all, status, offerId, candidateId })
                const expected = mine.filter(
                  (send) =>
                    (status === null || send.status === status) &&
                    (offerId === null || send.offerId === offerId) &&
                    (candidateId === null || send.candidateId === candidateId)
                )
                assert.deepStrictEqual(
                  idsOf(page.rows),
                  newestFirst(expected).map(({ id }) => id)
                )
                assert.strictEqual(page.total, expected.length)
              }
            }
          }
        }
      })
    )

    it.effect("lists the sends of one offer and who owns it, for whoever may access it", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, globex, cleo, dag } = world
        const [offer, beside] = [ofRecruiter(world), ofRecruiter(world)]
        const [one, two] = [aSend(offer, cleo.id, { sentAt: now - 1 }), aSend(offer, dag.id, steps("viewed"))]
        yield* write(offer, beside, one, two, aSend(beside, cleo.id))
        const ask = (caller: Caller, status: OfferSent["status"] | null = null) =>
          Effect.map(sends.listOfOffer(caller, offer.id, { ...all, status }), ({ ownerId, page }) => [
            ownerId,
            ...idsOf(page.rows),
            page.total
          ])
        for (const caller of [acme.admin, acme.manager, acme.recruiter]) {
          assert.deepStrictEqual(yield* ask(caller), [acme.recruiter.id, two.id, one.id, 2])
          assert.deepStrictEqual(yield* ask(caller, "sent"), [acme.recruiter.id, one.id, 1])
          assert.deepStrictEqual(yield* ask(caller, "responded"), [acme.recruiter.id, 0])
        }
        assert.deepStrictEqual(yield* ask(acme.colleague), [acme.recruiter.id, 0])
        assert.deepStrictEqual(yield* ask(globex.admin), [null, 0])
        // What is left of an offer that has ended is its owner.
        yield* commit({ ...written({ ...offer, status: "archived" }, 1) })
        assert.deepStrictEqual(yield* ask(acme.admin), [acme.recruiter.id, 0])
      })
    )

    it.effect("goes through each list page by page and by cursor, missing nothing and repeating nothing", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, cleo } = world
        // Many share an instant, so that they differ by their ids only.
        const people = Array.from({ length: 5 }, () => aCandidate())
        yield* store.seed(people)
        const offers = Array.from({ length: 5 }, (_, index) =>
          ofRecruiter(world, { createdAt: now - (index % 2) * hour })
        )
        const made = offers.flatMap((offer, index) =>
          [cleo, ...people].slice(0, 5).map(({ id }, place) =>
            aSend(offer, id, {
              ...steps(index % 2 === 0 ? "sent" : "viewed"),
              sentAt: now - Math.floor(place / 2) * hour
            })
          )
        )
        const ended = ofRecruiter(world, { jobStartsAt: now })
        yield* write(...offers, ended, ...made, aSend(ended, cleo.id))
        const [offer] = offers as [Offer]
        type Rows = ReadonlyArray<{ readonly value: OfferSent }>
        const lists = {
          "of the company": { caller: acme.admin, query: all, expected: made },
          "of own offers": { caller: acme.recruiter, query: all, expected: made },
          "of own offers, by status": {
            caller: acme.recruiter,
            query: { ...all, status: "viewed" },
            expected: made.filter(({ status }) => status === "viewed")
          },
          "of one offer": {
            caller: acme.recruiter,
            query: { ...all, offerId: offer.id },
            expected: made.filter(({ offerId }) => offerId === offer.id)
          },
          "of a candidate": {
            caller: cleo,
            query: all,
            expected: made.filter(({ candidateId }) => candidateId === cleo.id)
          }
        } as const
        for (const [name, { caller, query, expected }] of Object.entries(lists)) {
          const list = (page: PageRequest<OfferSentCursor>) =>
            Effect.map(sends.list(caller, { ...query, page }), ({ page }) => page)
          const listedAtOnce = yield* list({ number: 1, limit: 100 })
          const { total } = listedAtOnce
          const rows: Rows = listedAtOnce.rows
          assert.deepStrictEqual(
            idsOf(rows),
            newestFirst(expected).map(({ id }) => id),
            name
          )
          assert.deepStrictEqual([total, listedAtOnce.more], [expected.length, false], name)
          let cursor: OfferSentCursor | null = null
          for (let number = 1; number <= Math.ceil(total / 4); number++) {
            const part = { ids: idsOf(rows.slice((number - 1) * 4, number * 4)), more: number * 4 < total, total }
            const shape = ({ rows, ...rest }: typeof listedAtOnce) => ({ ids: idsOf(rows), ...rest })
            assert.deepStrictEqual(shape(yield* list({ number, limit: 4 })), part, name)
            const page: typeof listedAtOnce = yield* list({ after: cursor, limit: 4 })
            assert.deepStrictEqual(shape(page), part, name)
            cursor = page.rows.at(-1)?.value ?? null
          }
          assert.deepStrictEqual(yield* list({ after: cursor, limit: 4 }), { rows: [], more: false, total })
          for (const number of [99, 1_000_000]) {
            assert.deepStrictEqual(yield* list({ number, limit: 100 }), { rows: [], more: false, total }, name)
          }
          assert.isFalse((yield* list({ number: 1, limit: total })).more)
        }
        const byOffer = yield* sends.listOfOffer(acme.admin, offer.id, { ...all, page: { number: 2, limit: 2 } })
        const inOrder = newestFirst(made.filter(({ offerId }) => offerId === offer.id)).map(({ id }) => id)
        assert.deepStrictEqual(
          [...idsOf(byOffer.page.rows), byOffer.page.more, byOffer.page.total],
          [...inOrder.slice(2, 4), true, 5]
        )
      })
    )

    it.effect("lists received offers, the newest first, page by page and by cursor", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, globex, cleo, dag } = world
        const offers = [0, 1, 1, 1, 2, 3].map((age, index) =>
          anOffer({ companyId: index % 2 === 0 ? acme.id : globex.id, createdAt: now - age * hour, term: 2 })
        )
        const unseen = [
          anOffer({ status: "disabled" }),
          anOffer({ status: "archived" }),
          anOffer({ status: "expired" }),
          anOffer({ expiresAt: now })
        ]
        const [beforeMine, notMine] = [anOffer({ term: 2 }), anOffer()]
        yield* write(...offers, ...unseen, beforeMine, notMine)
        yield* write(
          // The order is that of the offers, whenever they were sent.
          ...offers.map((offer, index) => aSend(offer, cleo.id, { sentAt: now + index })),
          ...unseen.map((offer) => aSend(offer, cleo.id)),
          ...offers.slice(0, 1).map((offer) => aSend(offer, cleo.id, { term: 1 })),
          aSend(beforeMine, cleo.id, { term: 1 }),
          aSend(notMine, dag.id)
        )
        const rows = offers.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        const list = (page: PageRequest<{ readonly createdAt: number; readonly id: string }>) =>
          Effect.map(sends.listReceivedOffers(cleo, { at: now, page }), ({ page }) => page)
        assert.deepStrictEqual(yield* list({ number: 1, limit: 100 }), { rows, more: false, total: 6 })
        assert.deepStrictEqual(yield* list({ number: 2, limit: 2 }), { rows: rows.slice(2, 4), more: true, total: 6 })
        assert.deepStrictEqual(yield* list({ number: 9, limit: 2 }), { rows: [], more: false, total: 6 })
        assert.deepStrictEqual(yield* list({ after: null, limit: 3 }), { rows: rows.slice(0, 3), more: true, total: 6 })
        for (let index = 0; index < 6; index++) {
          assert.deepStrictEqual(yield* list({ after: rows[index] ?? null, limit: 2 }), {
            rows: rows.slice(index + 1, index + 3),
            more: index < 3,
            total: 6
          })
        }
        assert.deepStrictEqual((yield* sends.listReceivedOffers(acme.admin, all)).page, nothing)
      })
    )

    it.effect("knows at any instant which sends may be seen, as sendVisibility does", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const context = yield* Effect.context<OfferSends | Journal>()
        const anyCase = fc.tuple(
          fc.array(fc.tuple(anyOffer, fc.integer({ min: 1, max: 3 })), { maxLength: 8 }),
          anyInstant
        )
        const property = fc.asyncProperty(anyCase, ([cases, at]) =>
          Effect.runPromiseWith(context)(
            Effect.gen(function* () {
              const { acme, cleo } = yield* makeWorld
              const pairs = cases.map(([offer, term]) => {
                const own = { ...offer, id: newId(), companyId: acme.id, ownerId: acme.recruiter.id }
                return { offer: own, send: aSend(own, cleo.id, { term }) }
              })
              yield* write(...pairs.flatMap(({ offer, send }) => [offer, send]))
              const withVisibility = (wanted: ReadonlyArray<string>) =>
                pairs.filter(({ offer, send }) => wanted.includes(sendVisibility(send, offer, at)))
              const ids = (expected: typeof pairs) => expected.map(({ send }) => send.id)
              for (const caller of [acme.admin, acme.recruiter, cleo]) {
                const { page } = yield* sends.list(caller, { ...all, at })
                const expected = withVisibility(caller === cleo ? ["open"] : ["open", "hidden"])
                assert.sameMembers(idsOf(page.rows), ids(expected))
                assert.strictEqual(page.total, expected.length)
              }
              const received = yield* sends.listReceivedOffers(cleo, { ...all, at })
              assert.sameMembers(
                received.page.rows.map(({ id }) => id),
                withVisibility(["open"]).map(({ offer }) => offer.id)
              )
              for (const { offer, send } of pairs) {
                const { page } = yield* sends.listOfOffer(acme.admin, offer.id, { ...all, at })
                assert.deepStrictEqual(idsOf(page.rows), sendVisibility(send, offer, at) === "gone" ? [] : [send.id])
              }
            })
          )
        )
        yield* Effect.promise(() => fc.assert(property, { numRuns: 20 }))
      })
    )

    // One test for the offers and their sends, since to write ten thousand of either takes long.
    it.effect("counts sends and offers up to ten thousand, and says when there are more", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const sends = yield* OfferSends
        const journal = yield* Journal
        const world = yield* makeWorld
        const { acme, cleo } = world
        const add = (count: number) =>
          journal.commitEach(
            Array.from({ length: count }, () => ofRecruiter(world)).flatMap((offer) => [
              written(offer),
              sentOut(aSend(offer, cleo.id))
            ]),
            { at: now }
          )
        const lists = (number: number) =>
          Effect.map(
            Effect.all([
              ...[acme.admin, acme.recruiter].map((caller) =>
                offers.list(caller, { status: "active", at: now, page: { number, limit: 1 } })
              ),
              ...[acme.admin, acme.recruiter, cleo].map((caller) =>
                sends.list(caller, { ...all, page: { number, limit: 1 } })
              ),
              sends.listReceivedOffers(cleo, { at: now, page: { number, limit: 1 } })
            ]),
            (listed) => listed.map(({ page: { rows, more, total } }) => ({ rows: rows.length, more, total }))
          )
        const six = <A>(list: A) => Array.from({ length: 6 }, () => list)
        for (let batch = 0; batch < 5; batch++) yield* add(2_000)
        assert.deepStrictEqual(yield* lists(1), six({ rows: 1, more: true, total: countedAtMost }))
        yield* add(2)
        assert.deepStrictEqual(yield* lists(1), six({ rows: 1, more: true, total: countedAtMost + 1 }))
        // What is not counted is there nevertheless.
        assert.deepStrictEqual(yield* lists(10_002), six({ rows: 1, more: false, total: countedAtMost + 1 }))
      })
    )

    it.effect("knows what has ended with a term: that and what came before, withdrawn ones too, nothing later", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { cleo, dag } = world
        const offer = ofRecruiter(world, { term: 3, title: "Of now" })
        const [first, second, back, later] = [
          aSend(offer, cleo.id, { term: 1, title: "Of then" }),
          aSend(offer, cleo.id, { term: 2, ...steps("responded") }),
          aSend(offer, dag.id, { term: 2, message: "For you" }),
          aSend(offer, cleo.id, { term: 3 })
        ] as const
        yield* write(offer, first, second, back, later, aSend(ofRecruiter(world), cleo.id))
        yield* commit(takenBack(back, 1, "candidate"))
        const before = [
          { version: 1, value: first, title: "Of now" },
          { version: 1, value: second, title: "Of now" },
          { version: 2, value: { ...back, status: "withdrawn", message: null }, title: "Of now" }
        ]
        const ended = (term: number, limit = 10, offerId = offer.id) => sends.ended([{ offerId, term }], limit)
        assert.sameDeepMembers<unknown>([...(yield* ended(2))], before)
        assert.strictEqual((yield* ended(2, 2)).length, 2)
        assert.deepStrictEqual(yield* ended(0), [])
        for (const id of [newId(), "no uuid"]) assert.deepStrictEqual(yield* ended(9, 10, id), [])
        // Whatever is said of it: while the store does not say so, too, a term has not ended.
        assert.sameDeepMembers<unknown>([...(yield* ended(3))], before)
        for (const [index, status] of (["disabled", "archived", "expired"] as const).entries()) {
          yield* commit(written({ ...offer, status }, index + 1))
          assert.strictEqual((yield* ended(3)).length, status === "disabled" ? 3 : 4, status)
          assert.strictEqual((yield* ended(2)).length, 3, status)
        }
        yield* commit(removed(offer, 4))
        assert.strictEqual((yield* ended(3)).length, 4)
        assert.deepStrictEqual(
          (yield* ended(1)).map(({ title }) => title),
          ["Of then"]
        )
      })
    )

    it.effect("knows what has ended of several offers at once, up to a limit in all", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const people = [world.cleo, world.dag]
        const offers = [2, 3, 4].map((term) => ofRecruiter(world, { term, status: "archived" }))
        const made = offers.flatMap((offer) => people.map(({ id }) => aSend(offer, id)))
        const before = offers.map((offer) => aSend(offer, world.cleo.id, { term: offer.term - 1 }))
        yield* write(...offers, ...made, ...before)
        const ended = (limit: number, first = 1) =>
          sends.ended(
            offers.map(({ id, term }, index) => ({ offerId: id, term: index < first ? term : term - 1 })),
            limit
          )
        const idOf = ({ id }: OfferSent) => id
        assert.sameMembers(idsOf(yield* ended(10, 3)), [...made, ...before].map(idOf))
        assert.sameMembers(idsOf(yield* ended(10)), [...made.slice(0, 2), ...before].map(idOf))
        assert.strictEqual((yield* ended(3)).length, 3)
        assert.deepStrictEqual(yield* sends.ended([], 10), [])
      })
    )

    it.effect("knows the circumstances of sends, in the order in which it is asked", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, globex, cleo, dag } = world
        const offer = ofRecruiter(world, { title: "Of now", status: "disabled", term: 2 })
        const foreign = anOffer({ companyId: globex.id, ownerId: globex.recruiter.id })
        const [mine, theirs, back] = [
          aSend(offer, cleo.id, { message: "For you", senderId: acme.admin.id }),
          aSend(foreign, cleo.id),
          aSend(offer, dag.id)
        ] as const
        yield* write(offer, foreign, mine, theirs, back)
        yield* commit(takenBack(back, 1, "candidate"))
        const key = (send: OfferSent) => ({ id: send.id, ...partiesOf(send) })
        const nobody = { ...key(mine), id: newId(), candidateId: newId(), senderId: newId(), offerId: newId() }
        const noUuids = { id: "no", offerId: "no", candidateId: "no", senderId: "no", term: 1 }
        const about = {
          offer: outline(offer),
          companyName: "A company",
          ownerHasLeft: false,
          senderHasLeft: false,
          adminIds: []
        }
        const unknown = {
          sent: null,
          offer: null,
          companyName: null,
          candidate: null,
          ownerHasLeft: true,
          senderHasLeft: true,
          adminIds: []
        }
        const asked = [key(theirs), nobody, key(back), noUuids, key(mine), key(mine)]
        assert.deepStrictEqual(yield* sends.circumstances(asked), [
          { ...about, sent: theirs, offer: outline(foreign), candidate: personOf(cleo) },
          unknown,
          { ...about, sent: null, candidate: personOf(dag) },
          unknown,
          { ...about, sent: mine, candidate: personOf(cleo) },
          { ...about, sent: mine, candidate: personOf(cleo) }
        ])
        assert.deepStrictEqual(yield* sends.circumstances([]), [])
        yield* commit(removed(offer, 1))
        const [gone] = yield* sends.circumstances([key(mine)])
        assert.deepStrictEqual(gone, { ...unknown, sent: mine, candidate: personOf(cleo) })
      })
    )

    it.effect("knows what sends and offers have come to, in the order in which it is asked", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { cleo, dag, globex } = world
        const offer = ofRecruiter(world, { title: "Of now", status: "disabled", term: 4 })
        const foreign = anOffer({ companyId: globex.id, ownerId: globex.recruiter.id })
        const [open, back, gone] = [aSend(offer, cleo.id), aSend(offer, dag.id), aSend(foreign, dag.id)] as const
        const answered = aSend(foreign, cleo.id, steps("responded"))
        yield* write(offer, foreign, open, back, gone, answered)
        yield* commit(takenBack(back, 1, "candidate"), takenBack(gone))
        const unknown = { sent: null, offer: null }
        const cases: ReadonlyArray<readonly [string | null, string, unknown]> = [
          [answered.id, foreign.id, { sent: { term: 1, status: "responded" }, offer: outline(foreign) }],
          [open.id, offer.id, { sent: { term: 4, status: "sent" }, offer: outline(offer) }],
          // One that its candidate has withdrawn is there; one that was deleted is not.
          [back.id, offer.id, { sent: { term: 4, status: "withdrawn" }, offer: outline(offer) }],
          [gone.id, foreign.id, { sent: null, offer: outline(foreign) }],
          // Of an offer alone; and each is looked up for itself.
          [null, offer.id, { sent: null, offer: outline(offer) }],
          [open.id, newId(), { sent: { term: 4, status: "sent" }, offer: null }],
          [newId(), newId(), unknown],
          ...noIds.map((id) => [id, id, unknown] as const),
          [open.id, offer.id, { sent: { term: 4, status: "sent" }, offer: outline(offer) }]
        ]
        assert.deepStrictEqual<unknown>(
          yield* sends.states(cases.map(([offerSentId, offerId]) => ({ offerSentId, offerId }))),
          cases.map(([, , state]) => state)
        )
        assert.deepStrictEqual(yield* sends.states([]), [])
        yield* commit(removed(offer, 1))
        assert.deepStrictEqual(yield* sends.states([{ offerSentId: open.id, offerId: offer.id }]), [
          { sent: { term: 4, status: "sent" }, offer: null }
        ])
      })
    )

    it.effect("knows who of the owner and the sender has left, and whom to notify instead of the owner", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { acme, globex, cleo } = world
        const offer = ofRecruiter(world)
        const send = aSend(offer, cleo.id, { senderId: acme.colleague.id })
        yield* write(offer, send)
        const circumstances = Effect.map(
          sends.circumstances([{ id: send.id, ...partiesOf(send) }]),
          ([found]) => found && { owner: found.ownerHasLeft, sender: found.senderHasLeft, admins: found.adminIds }
        )
        yield* store.seed([{ ...acme.colleague, companyId: null }])
        assert.deepStrictEqual(yield* circumstances, { owner: false, sender: true, admins: [] })
        const admins = [acme.admin.id, acme.manager.id].sort()
        for (const companyId of [null, globex.id]) {
          yield* store.seed([{ ...acme.recruiter, companyId }])
          assert.deepStrictEqual(yield* circumstances, { owner: true, sender: true, admins })
        }
        const many = Array.from({ length: 120 }, () => ({
          ...acme.manager,
          id: newId(),
          email: `${newId()}@example.org`
        }))
        yield* store.seed(many)
        const { admins: notified = [] } = (yield* circumstances) ?? {}
        assert.deepStrictEqual([...notified], [...admins, ...many.map(({ id }) => id)].sort().slice(0, 100))
      })
    )

    it.effect("knows what people have not answered, of whichever offers, up to a limit", () =>
      Effect.gen(function* () {
        const sends = yield* OfferSends
        const world = yield* makeWorld
        const { cleo, dag } = world
        const offers = Array.from({ length: 5 }, (_, index) =>
          ofRecruiter(world, { status: offerStatuses[index % offerStatuses.length] ?? "active" })
        )
        const [one, two, three, four, five] = offers as [Offer, Offer, Offer, Offer, Offer]
        const open = [
          aSend(one, cleo.id, { message: "For you" }),
          aSend(two, cleo.id, steps("viewed")),
          aSend(three, dag.id),
          aSend({ ...one, term: 2 }, cleo.id)
        ]
        const back = aSend(four, cleo.id)
        yield* write(
          ...offers,
          ...open,
          back,
          aSend(five, cleo.id, steps("responded")),
          aSend(four, dag.id, steps("responded"))
        )
        yield* commit(takenBack(back, 1, "candidate"))
        const unanswered = (ids: ReadonlyArray<string>, limit = 10) => sends.unanswered(ids, limit)
        const rows = open.map((value) => ({ version: 1, value }))
        assert.sameDeepMembers<unknown>([...(yield* unanswered([cleo.id, dag.id]))], rows)
        const ofCleo = rows.filter(({ value }) => value.candidateId === cleo.id)
        assert.sameDeepMembers<unknown>([...(yield* unanswered([cleo.id]))], ofCleo)
        assert.strictEqual((yield* unanswered([cleo.id, dag.id], 2)).length, 2)
        for (const ids of [[], [newId()], [world.acme.recruiter.id], noIds]) {
          assert.deepStrictEqual(yield* unanswered(ids), [])
        }
        assert.strictEqual((yield* unanswered([...noIds, dag.id])).length, 1)
      })
    )
  })
