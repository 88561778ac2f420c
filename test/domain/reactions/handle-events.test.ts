import { assert, describe, expect, it } from "@effect/vitest"
import { aCandidate, aSend, newId, now, steps } from "@treff/contract-tests/fixtures"
import { Journal, type PublishedEvent, StoreUnavailable } from "@treff/domain/events"
import { removeMember } from "@treff/domain/identity"
import {
  acceptInvitation,
  declineInvitation,
  expireDueInvitations,
  type Invitation,
  inviteRecruiter,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import {
  archiveOffer,
  changeOfferSentStatus,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  OfferSends,
  readOfferSent,
  sendOffer,
  transferOffer,
  withdrawEndedSends,
  withdrawOfferSent
} from "@treff/domain/offers"
import { allReactions, handleEvents, sendDueMails } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { failing, type Ports, story, type World } from "../story.ts"

/** Who was notified of what, by which channels: in the words of the tables. */
const notified = ({ acme, candidate, other, state }: World): ReadonlyArray<string> => {
  const names = new Map([
    [acme.recruiter.id, "owner"],
    [acme.colleague.id, "colleague"],
    [acme.admin.id, "admin"],
    [acme.manager.id, "manager"],
    [candidate.id, "candidate"],
    [other.id, "other candidate"]
  ])
  return [...state.notifications.values()]
    .map(({ recipientId, template, eventId, deliveries }) => {
      const channels = deliveries.map(({ channel }) => channel).join(" and ")
      return `${state.events.get(eventId)?.type} -> ${names.get(recipientId) ?? "somebody"}: ${template} by ${channels}`
    })
    .sort()
}

/** The consumer gets all that happened, twice, the second time in another order. */
const consumed = Effect.fnUntraced(function* (world: World) {
  yield* handleEvents(world.published(), allReactions)
  yield* handleEvents(world.published().toReversed(), allReactions)
})

/** What happens to a send of the owner's offer that somebody else of the company has made, or the owner. */
type Deed = (world: World, send: ReturnType<World["send"]>) => Effect.Effect<unknown, unknown, Ports>
const byOwner = ({ acme }: World, { id }: { readonly id: string }) => ({ caller: acme.recruiter, id })
const byCandidate = ({ candidate }: World, { id }: { readonly id: string }) => ({ caller: candidate, id })
const ofOffer = ({ acme }: World, { offerId }: ReturnType<World["send"]>) => ({ caller: acme.admin, id: offerId })
const deeds: Record<string, Deed> = {
  "viewed by the candidate": ({ candidate }, { id }) => readOfferSent(candidate, id, { views: true }),
  "viewed, says the owner": (world, send) => changeOfferSentStatus(byOwner(world, send), "viewed"),
  "answered by the candidate": (world, send) =>
    Effect.andThen(
      changeOfferSentStatus(byCandidate(world, send), "viewed"),
      changeOfferSentStatus(byCandidate(world, send), "responded")
    ),
  "answered by telephone, says the owner": (world, send) => changeOfferSentStatus(byOwner(world, send), "responded"),
  "withdrawn by the candidate": (world, send) => withdrawOfferSent(byCandidate(world, send)),
  "withdrawn by the owner": (world, send) => withdrawOfferSent(byOwner(world, send)),
  "offer deleted": (world, send) => deleteOffer(ofOffer(world, send)),
  "offer archived": (world, send) => archiveOffer(ofOffer(world, send)),
  "offer expired": (world, send) =>
    Effect.andThen(
      TestClock.setTime(world.now({ id: send.offerId })?.value.jobStartsAt ?? 0),
      expireDueOffers("jobStartsAt", 1)
    ),
  "offer disabled": (world, send) => disableOffer(ofOffer(world, send))
}

describe("who is notified of what of a send", () => {
  const table = (sender: "owner" | "colleague", before: (world: World) => void = () => {}) =>
    Effect.forEach(Object.entries(deeds), ([name, deed]) =>
      story(function* (world) {
        const senderId = sender === "owner" ? world.acme.recruiter.id : world.acme.colleague.id
        const send = world.send(world.offer(), { senderId })
        before(world)
        yield* deed(world, send) as Effect.Effect<unknown, never, Ports>
        yield* consumed(world)
        return [name, ...notified(world).map((line) => `  ${line}`)].join("\n")
      })
    ).pipe(Effect.map((rows) => rows.join("\n")))

  it.effect("its candidate, by mail too, with the message, the title and the company's name", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const offer = world.offer({ title: "Baker" })
      const request = { offerId: offer.id, candidateId: candidate.id, message: "For you" }
      const { value } = yield* sendOffer(acme.recruiter, request)
      yield* consumed(world)
      assert.deepStrictEqual(notified(world), ["offerSent.created -> candidate: offer-sent by inbox and mail"])
      for (const { data } of world.notifications()) {
        assert.deepStrictEqual<unknown>(data, {
          offerSentId: value.value.id,
          offerId: offer.id,
          title: "Baker",
          companyName: "A company",
          message: "For you"
        })
      }
    })
  )

  it.effect("where its offer's owner has sent it", () =>
    Effect.map(table("owner"), (rows) =>
      expect(rows).toMatchInlineSnapshot(`
      "viewed by the candidate
        offerSent.viewed -> owner: offer-sent-viewed by inbox
      viewed, says the owner
      answered by the candidate
        offerSent.responded -> owner: offer-sent-responded by inbox and mail
        offerSent.viewed -> owner: offer-sent-viewed by inbox
      answered by telephone, says the owner
      withdrawn by the candidate
        offerSent.deleted -> owner: offer-sent-withdrawn by inbox and mail
      withdrawn by the owner
      offer deleted
        offerSent.deleted -> candidate: offer-ended by inbox and mail
      offer archived
        offerSent.deleted -> candidate: offer-ended by inbox and mail
      offer expired
        offerSent.deleted -> candidate: offer-ended by inbox and mail
      offer disabled"
    `)
    )
  )

  it.effect("where another has sent it", () =>
    Effect.map(table("colleague"), (rows) =>
      expect(rows).toMatchInlineSnapshot(`
      "viewed by the candidate
        offerSent.viewed -> colleague: offer-sent-viewed by inbox
        offerSent.viewed -> owner: offer-sent-viewed by inbox
      viewed, says the owner
        offerSent.viewed -> colleague: offer-sent-viewed by inbox
      answered by the candidate
        offerSent.responded -> colleague: offer-sent-responded by inbox and mail
        offerSent.responded -> owner: offer-sent-responded by inbox and mail
        offerSent.viewed -> colleague: offer-sent-viewed by inbox
        offerSent.viewed -> owner: offer-sent-viewed by inbox
      answered by telephone, says the owner
        offerSent.responded -> colleague: offer-sent-responded by inbox and mail
        offerSent.viewed -> colleague: offer-sent-viewed by inbox
      withdrawn by the candidate
        offerSent.deleted -> colleague: offer-sent-withdrawn by inbox and mail
        offerSent.deleted -> owner: offer-sent-withdrawn by inbox and mail
      withdrawn by the owner
      offer deleted
        offerSent.deleted -> candidate: offer-ended by inbox and mail
      offer archived
        offerSent.deleted -> candidate: offer-ended by inbox and mail
      offer expired
        offerSent.deleted -> candidate: offer-ended by inbox and mail
      offer disabled"
    `)
    )
  )

  it.effect("where the owner has left the company: its admins instead", () =>
    Effect.gen(function* () {
      for (const deed of ["viewed by the candidate", "answered by the candidate", "withdrawn by the candidate"]) {
        yield* story(function* (world) {
          const send = world.send(world.offer(), { senderId: world.acme.colleague.id })
          world.leaves(world.acme.recruiter)
          yield* deeds[deed]?.(world, send) as Effect.Effect<unknown, never, Ports>
          yield* consumed(world)
          const recipients = new Set(notified(world).map((line) => line.replace(/.* -> (\w+):.*/, "$1")))
          assert.sameMembers([...recipients], ["admin", "manager", "colleague"], deed)
        })
      }
    })
  )

  it.effect("where the sender has left the company: the owner only, and each once who is both", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const one = world.send(world.offer(), { senderId: acme.colleague.id })
      world.leaves(acme.colleague)
      yield* withdrawOfferSent({ caller: candidate, id: one.id })
      yield* consumed(world)
      assert.deepStrictEqual(notified(world), ["offerSent.deleted -> owner: offer-sent-withdrawn by inbox and mail"])
      // An admin who sent an offer whose owner has left is both.
      const two = world.send(world.offer({ ownerId: acme.colleague.id }), { senderId: acme.admin.id })
      yield* withdrawOfferSent({ caller: candidate, id: two.id })
      yield* consumed(world)
      assert.strictEqual(world.notifications().filter(({ recipientId }) => recipientId === acme.admin.id).length, 1)
    })
  )

  it.effect("with the title of now, and the candidate's name", () =>
    story(function* (world) {
      const { candidate } = world
      const offer = world.offer({ title: "Of now" })
      const send = world.send(offer, { title: "Of then" })
      yield* changeOfferSentStatus({ caller: candidate, id: send.id }, "viewed")
      yield* consumed(world)
      assert.deepStrictEqual<unknown>(world.notifications()[0]?.data, {
        offerSentId: send.id,
        offerId: offer.id,
        title: "Of now",
        candidate: { id: candidate.id, firstName: "Cleo", lastName: "Vik" }
      })
    })
  )

  it.effect("says to a candidate nowhere who sent it, nor of which company", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const offer = world.offer({ ownerId: acme.colleague.id })
      yield* sendOffer(acme.admin, { offerId: offer.id, candidateId: candidate.id, message: null })
      yield* handleEvents(world.published(), allReactions)
      yield* deleteOffer({ caller: acme.manager, id: offer.id })
      yield* consumed(world)
      const data = world.notifications().filter(({ recipientId }) => recipientId === candidate.id)
      assert.strictEqual(data.length, 2)
      for (const secret of [acme.id, acme.admin.id, acme.colleague.id, acme.manager.id]) {
        assert.notInclude(JSON.stringify(data), secret)
      }
    })
  )
})

describe("who is notified of a transfer", () => {
  const transferred = Effect.fnUntraced(function* (world: World, change: (world: World) => void = () => {}) {
    const offer = world.offer({ title: "Baker" })
    yield* transferOffer({ caller: world.acme.admin, id: offer.id }, world.acme.colleague.id)
    change(world)
    return offer
  })

  it.effect("both recruiters, by mail too, each with who the other is", () =>
    story(function* (world) {
      const { recruiter, colleague } = world.acme
      world.state.accounts.set(colleague.id, { ...colleague, firstName: "Finn" })
      const offer = yield* transferred(world)
      yield* consumed(world)
      assert.deepStrictEqual(notified(world), [
        "offer.transferred -> colleague: offer-taken-over by inbox and mail",
        "offer.transferred -> owner: offer-handed-over by inbox and mail"
      ])
      const data = Object.fromEntries(world.notifications().map(({ template, data }) => [template, data]))
      const about = { offerId: offer.id, title: "Baker" }
      assert.deepStrictEqual<unknown>(data, {
        "offer-handed-over": { ...about, newOwner: { id: colleague.id, firstName: "Finn", lastName: "Hansen" } },
        "offer-taken-over": { ...about, formerOwner: { id: recruiter.id, firstName: "Kim", lastName: "Hansen" } }
      })
    })
  )

  it.effect("not whoever did it, nor who has left; nobody once it is no longer true or the offer is gone", () =>
    story(function* (world) {
      const { acme, globex, state } = world
      const own = world.offer({ ownerId: acme.admin.id })
      yield* transferOffer({ caller: acme.admin, id: own.id }, acme.colleague.id)
      yield* handleEvents(world.published(), allReactions)
      assert.deepStrictEqual(notified(world), ["offer.transferred -> colleague: offer-taken-over by inbox and mail"])
      state.notifications.clear()
      yield* transferred(world)
      // Whoever works for another company by now has left, too.
      state.accounts.set(acme.recruiter.id, { ...acme.recruiter, companyId: globex.id })
      yield* handleEvents(world.published(), allReactions)
      assert.deepStrictEqual(notified(world), ["offer.transferred -> colleague: offer-taken-over by inbox and mail"])
      state.notifications.clear()
      state.accounts.set(acme.recruiter.id, acme.recruiter)
      const back = yield* transferred(world)
      yield* transferOffer({ caller: acme.manager, id: back.id }, acme.recruiter.id)
      const [there] = world.published().slice(-2) as [PublishedEvent]
      yield* handleEvents([there], allReactions)
      assert.deepStrictEqual(notified(world), [])
      const gone = yield* transferred(world)
      yield* deleteOffer({ caller: acme.admin, id: gone.id })
      yield* handleEvents(world.published().slice(-2), allReactions)
      assert.deepStrictEqual(notified(world), [])
    })
  )
})

describe("who is notified of what of an invitation", () => {
  const ada = { username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null }
  type InvitationDeed = (world: World, invitation: Invitation) => Effect.Effect<unknown, unknown, Ports>
  const change = ({ acme }: World, { id }: Invitation) => ({ caller: acme.manager, id })
  const accept: InvitationDeed = (world, invitation) =>
    acceptInvitation({ token: world.tokenOf(invitation), caller: null, profile: Effect.succeed(ada) })
  const decline: InvitationDeed = (world, invitation) => declineInvitation(world.tokenOf(invitation))
  const resend: InvitationDeed = (world, invitation) => resendInvitation(change(world, invitation))
  const revoke: InvitationDeed = (world, invitation) => revokeInvitation(change(world, invitation))
  const invite = (world: World) =>
    Effect.map(
      inviteRecruiter(world.acme.manager, { email: "Ada@b.example", personalMessage: "Come and bake", locale: "nb" }),
      ({ value }) => value
    )

  /** Who was notified of what of an invitation, by which channels. */
  const notifiedOf = ({ acme, state }: World, invitation: Invitation): ReadonlyArray<string> =>
    [...state.notifications.values()].map(({ recipientId, template, deliveries, eventId }) => {
      const who = { [acme.manager.id]: "inviter", [invitation.id]: "the address" }[recipientId] ?? "somebody"
      const channels = deliveries.map(({ channel }) => channel).join(" and ")
      return `${state.events.get(eventId)?.type} -> ${who}: ${template} by ${channels}`
    })

  it.effect("its address, by mail alone, with the inviter's words and names; of each token once", () =>
    story(function* (world) {
      const { acme, state } = world
      state.companies.set(acme.id, { id: acme.id, version: 0, name: "Acme", creatorId: null, createdAt: 0 })
      const invitation = yield* invite(world)
      const [first] = world.notifications()
      assert.isUndefined(first)
      yield* consumed(world)
      const mail = "the address: invitation by mail"
      assert.deepStrictEqual(notifiedOf(world, invitation), [`invitation.created -> ${mail}`])
      const { id, firstName, lastName } = acme.manager
      assert.deepInclude<unknown>(world.notifications()[0], {
        companyId: null,
        data: {
          invitationId: invitation.id,
          resends: 0,
          expiresAt: invitation.expiresAt,
          personalMessage: "Come and bake",
          companyName: "Acme",
          inviter: { id, firstName, lastName }
        }
      })
      assert.deepStrictEqual(world.deliveries(), [{ channel: "mail", status: "queued", error: null, sentAt: null }])
      yield* TestClock.adjust("1 hour")
      yield* resend(world, invitation) as Effect.Effect<unknown, never, Ports>
      yield* consumed(world)
      assert.deepStrictEqual(notifiedOf(world, invitation), [
        `invitation.created -> ${mail}`,
        `invitation.resent -> ${mail}`
      ])
      assert.deepInclude<unknown>(world.notifications()[1]?.data, {
        resends: 1,
        expiresAt: invitation.expiresAt + 3_600_000
      })
    })
  )

  it.effect("no token, sealed or hashed, anywhere", () =>
    story(function* (world) {
      const invitation = yield* invite(world)
      yield* resend(world, invitation) as Effect.Effect<unknown, never, Ports>
      yield* consumed(world)
      assert.notMatch(JSON.stringify([world.notifications(), [...world.state.events.values()]]), /token \d|hash of/)
    })
  )

  it.effect("the inviter of the answer, in the inbox and by mail, with who it is", () =>
    story(function* (world) {
      const one = yield* invite(world)
      const account = (yield* accept(world, one) as Effect.Effect<unknown, never, Ports>) as { readonly id: string }
      yield* consumed(world)
      const two = world.invitation({ email: "Bo@b.example" })
      yield* decline(world, two) as Effect.Effect<unknown, never, Ports>
      yield* consumed(world)
      assert.deepStrictEqual(notifiedOf(world, one).slice(1), [
        "invitation.accepted -> inviter: invitation-accepted by inbox and mail",
        "invitation.declined -> inviter: invitation-declined by inbox and mail"
      ])
      const [, accepted, declined] = world.notifications()
      const member = { id: account.id, firstName: "Ada", lastName: "Berg" }
      assert.deepInclude<unknown>(accepted, {
        companyId: world.acme.id,
        data: { invitationId: one.id, email: "Ada@b.example", member }
      })
      assert.deepInclude<unknown>(declined, {
        companyId: world.acme.id,
        data: { invitationId: two.id, email: "Bo@b.example" }
      })
    })
  )

  it.effect("nobody of a revocation, nor of an expiry", () =>
    story(function* (world) {
      yield* revoke(world, world.invitation()) as Effect.Effect<unknown, never, Ports>
      world.invitation({ expiresAt: now })
      yield* expireDueInvitations(1)
      assert.strictEqual(world.published().length, 2)
      yield* consumed(world)
      assert.deepStrictEqual(world.notifications(), [])
    })
  )

  it.effect("not an inviter who has left the company, for another or for none, or whose account is gone", () =>
    story(function* (world) {
      const { acme, globex, state } = world
      for (const deed of [accept, decline]) {
        for (const companyId of [null, globex.id, undefined]) {
          const invitation = world.invitation({ email: `${newId()}@b.example` })
          const profile = { ...ada, username: `u-${state.accounts.size}` }
          if (deed === decline) yield* decline(world, invitation) as Effect.Effect<unknown, never, Ports>
          else {
            const token = world.tokenOf(invitation)
            yield* acceptInvitation({ token, caller: null, profile: Effect.succeed(profile) })
          }
          if (companyId === undefined) state.accounts.delete(acme.manager.id)
          else state.accounts.set(acme.manager.id, { ...acme.manager, companyId })
          yield* consumed(world)
          state.accounts.set(acme.manager.id, acme.manager)
          assert.deepStrictEqual(notifiedOf(world, invitation), [])
        }
      }
    })
  )

  const lates: ReadonlyArray<readonly [what: string, deed: InvitationDeed]> = [
    ["it is revoked", revoke],
    ["it is declined", decline],
    ["it is accepted", accept],
    ["it was sent again", resend],
    ["it has expired, swept or not", () => TestClock.adjust("72 hours")]
  ]
  it.effect.each(lates)("its address by a mail that is then not sent, and says so, once %s", ([, deed]) =>
    story(function* (world) {
      const invitation = yield* invite(world)
      const created = world.published()
      yield* deed(world, invitation) as Effect.Effect<unknown, never, Ports>
      const { handled, mails } = yield* handleEvents(created, allReactions)
      assert.deepStrictEqual([handled.size, mails], [1, true])
      yield* sendDueMails(allReactions)
      assert.strictEqual(world.mailbox.size, 0)
      assert.deepStrictEqual(world.deliveries(), [
        { channel: "mail", status: "skipped", error: "by now there is nothing to tell", sentAt: null }
      ])
    })
  )

  it.effect("nobody once the invitation is gone", () =>
    story(function* (world) {
      const invitation = yield* invite(world)
      world.state.invitations.delete(invitation.id)
      const { handled, mails } = yield* handleEvents(world.published(), allReactions)
      assert.deepStrictEqual([handled.size, mails], [1, false])
      assert.deepStrictEqual(world.notifications(), [])
    })
  )

  it.effect("its address the present token only, of two events that come at once", () =>
    story(function* (world) {
      const invitation = yield* invite(world)
      yield* resend(world, invitation) as Effect.Effect<unknown, never, Ports>
      const { handled, mails } = yield* handleEvents(world.published(), allReactions)
      assert.deepStrictEqual([handled.size, mails], [2, true])
      yield* sendDueMails(allReactions)
      assert.deepStrictEqual(
        [...world.mailbox.values()].map(({ text }) => /token=(\S+)/.exec(text)?.[1]),
        ["token%202"]
      )
      assert.deepStrictEqual(
        world.deliveries().map(({ status }) => status),
        ["skipped", "sent"]
      )
    })
  )
})

describe("a candidate who becomes a recruiter", () => {
  const joins = Effect.fnUntraced(function* (world: World) {
    const { candidate } = world
    const invitation = world.invitation({ email: candidate.email })
    const profile = Effect.fail("none")
    yield* Effect.orDie(acceptInvitation({ token: world.tokenOf(invitation), caller: candidate, profile }))
  })

  it.effect(
    "has what they have not answered withdrawn, of which the company's side is notified as of any withdrawal",
    () =>
      story(function* (world) {
        const { globex } = world
        const open = world.send(world.offer())
        const elsewhere = world.send(world.offer({ companyId: globex.id, ownerId: globex.recruiter.id }))
        const answered = world.send(world.offer(), steps("responded"))
        yield* joins(world)
        const { handled, unfinished } = yield* handleEvents(world.published(), allReactions)
        assert.deepStrictEqual([handled.size, unfinished], [2, []])
        assert.deepStrictEqual(
          [open, elsewhere, answered].map((send) => world.sendNow(send)?.value.status),
          ["withdrawn", "withdrawn", "responded"]
        )
        yield* consumed(world)
        assert.includeMembers(
          [...notified(world)],
          [
            "offerSent.deleted -> owner: offer-sent-withdrawn by inbox and mail",
            "offerSent.deleted -> somebody: offer-sent-withdrawn by inbox and mail"
          ]
        )
      })
  )

  it.effect("with more than one call may do is unfinished, and goes on; what else there was is handled", () =>
    story(function* (world) {
      for (let count = 0; count < 3; count++) world.send(world.offer())
      yield* joins(world)
      const events = world.published()
      const joined = events.filter(({ type }) => type === "account.joined")
      const journal = yield* Journal
      const skipping = Journal.of({
        ...journal,
        commitEach: (changes, options) => journal.commitEach(changes.slice(1), options)
      })
      const first = yield* Effect.provideService(handleEvents(events, allReactions), Journal, skipping)
      assert.deepStrictEqual(first.unfinished, joined)
      assert.deepStrictEqual([first.handled.size, first.progress], [1, true])
      const locked = Journal.of({ ...journal, commitEach: () => Effect.succeed([]) })
      const stuck = yield* Effect.provideService(handleEvents(joined, allReactions), Journal, locked)
      assert.deepStrictEqual([stuck.unfinished, stuck.progress], [joined, false])
      assert.strictEqual((yield* handleEvents(joined, allReactions)).handled.size, 1)
      assert.isTrue([...world.state.offerSends.values()].every(({ value }) => value.status === "withdrawn"))
    })
  )

  it.effect("is the only one: who makes a company, comes back or leaves has nothing withdrawn", () =>
    story(function* (world) {
      const { acme } = world
      const send = world.send(world.offer(), { candidateId: acme.colleague.id })
      yield* removeMember({ caller: acme.manager, id: acme.colleague.id })
      const left = { ...acme.colleague, companyId: null }
      const invitation = world.invitation({ email: left.email })
      const token = world.tokenOf(invitation)
      yield* Effect.orDie(acceptInvitation({ token, caller: left, profile: Effect.fail("none") }))
      assert.include(
        world.published().map(({ type }) => type),
        "account.joined"
      )
      yield* consumed(world)
      assert.strictEqual(world.sendNow(send)?.value.status, "sent")
    })
  )
})

describe("an event that comes late", () => {
  const lates: ReadonlyArray<readonly [what: string, deed: Deed]> = [
    ["the candidate has withdrawn", (world, send) => withdrawOfferSent(byCandidate(world, send))],
    ["a recruiter has taken it back", (world, send) => withdrawOfferSent(byOwner(world, send))],
    ["its offer is archived", (world, send) => archiveOffer(ofOffer(world, send))],
    ["its offer is deleted", (world, send) => deleteOffer(ofOffer(world, send))],
    [
      "its offer is in its next term",
      (world, send) => Effect.andThen(archiveOffer(ofOffer(world, send)), enableOffer(ofOffer(world, send)))
    ],
    ["its offer's date has passed", () => TestClock.adjust("11 days")],
    [
      "its candidate's account is gone",
      ({ state }, { candidateId }) => Effect.sync(() => state.accounts.delete(candidateId))
    ]
  ]
  it.effect.each(lates)("notifies nobody once %s", ([, deed]) =>
    story(function* (world) {
      const { acme, candidate } = world
      const { value } = yield* sendOffer(acme.recruiter, {
        offerId: world.offer().id,
        candidateId: candidate.id,
        message: null
      })
      yield* changeOfferSentStatus({ caller: candidate, id: value.value.id }, "viewed")
      const events = world.published()
      yield* deed(world, value.value) as Effect.Effect<unknown, never, Ports>
      const { handled, mails } = yield* handleEvents(events, allReactions)
      assert.strictEqual(handled.size, 2)
      assert.isFalse(mails)
      assert.deepStrictEqual(notified(world), [])
    })
  )

  it.effect("notifies no candidate of an offer that is disabled by now, and the company's side all the same", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const offerId = world.offer().id
      const { value } = yield* sendOffer(acme.recruiter, { offerId, candidateId: candidate.id, message: null })
      yield* changeOfferSentStatus({ caller: candidate, id: value.value.id }, "viewed")
      yield* disableOffer({ caller: acme.admin, id: offerId })
      yield* consumed(world)
      assert.deepStrictEqual(notified(world), ["offerSent.viewed -> owner: offer-sent-viewed by inbox"])
    })
  )

  it.effect("of a withdrawal notifies nobody once the offer is gone", () =>
    story(function* (world) {
      const send = world.send(world.offer())
      yield* withdrawOfferSent(byCandidate(world, send))
      const events = world.published()
      yield* archiveOffer(ofOffer(world, send))
      yield* handleEvents(events, allReactions)
      assert.deepStrictEqual(notified(world), [])
    })
  )
})

describe("handling events", () => {
  it.effect("notifies each once, however often and by however many at once they are handled", () =>
    story(function* (world) {
      const { acme } = world
      const offer = world.offer()
      for (const { id: candidateId } of [world.candidate, world.other]) {
        yield* sendOffer(acme.admin, { offerId: offer.id, candidateId, message: null })
      }
      const tries = Array.from({ length: 20 }, () => handleEvents(world.published(), allReactions))
      const outcomes = yield* Effect.all(tries, { concurrency: "unbounded" })
      assert.strictEqual(
        outcomes.reduce((sum, { handled }) => sum + handled.size, 0),
        2
      )
      assert.strictEqual(outcomes.filter(({ mails }) => mails).length, 1)
      assert.strictEqual(world.notifications().length, 2)
      assert.strictEqual(world.deliveries().length, 4)
    })
  )

  it.effect("says whether there are mails to be sent because of them", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const mails = Effect.map(
        Effect.suspend(() => handleEvents(world.published(), allReactions)),
        ({ mails }) => mails
      )
      const send = world.send(world.offer())
      yield* disableOffer({ caller: acme.admin, id: world.offer().id })
      assert.isFalse(yield* mails)
      yield* changeOfferSentStatus({ caller: candidate, id: send.id }, "viewed")
      assert.isFalse(yield* mails)
      yield* changeOfferSentStatus({ caller: candidate, id: send.id }, "responded")
      assert.isTrue(yield* mails)
      assert.isFalse(yield* mails)
      yield* archiveOffer({ caller: acme.admin, id: send.offerId })
      assert.isTrue(yield* mails)
      assert.isFalse(yield* mails)
    })
  )

  it.effect("handles all of them in one batch, whatever they are of, or none when the store does not answer", () =>
    story(function* (world) {
      const { acme, candidate, other } = world
      const [one, two] = [world.send(world.offer()), world.send(world.offer(), { candidateId: other.id })]
      yield* changeOfferSentStatus({ caller: candidate, id: one.id }, "viewed")
      yield* archiveOffer({ caller: acme.admin, id: two.offerId })
      yield* transferOffer({ caller: acme.admin, id: one.offerId }, acme.colleague.id)
      const events = world.published()
      const gone = new StoreUnavailable({ operation: "Journal.commitEach", cause: "gone" })
      const broken = Layer.merge(failing(world, gone), Layer.mock(Journal, { commitEach: () => Effect.fail(gone) }))
      assert.strictEqual(yield* Effect.flip(Effect.provide(handleEvents(events, allReactions), broken)), gone)
      assert.strictEqual(world.state.receipts.size, 0)
      assert.deepStrictEqual(notified(world), [])
      const { handled, unfinished } = yield* handleEvents(events, allReactions)
      assert.sameMembers(
        [...handled],
        events.map(({ id }) => id)
      )
      assert.deepStrictEqual(unfinished, [])
      assert.deepStrictEqual(notified(world), [
        "offer.transferred -> colleague: offer-taken-over by inbox and mail",
        "offer.transferred -> owner: offer-handed-over by inbox and mail",
        "offerSent.deleted -> other candidate: offer-ended by inbox and mail",
        "offerSent.viewed -> colleague: offer-sent-viewed by inbox",
        "offerSent.viewed -> owner: offer-sent-viewed by inbox"
      ])
    })
  )

  it.effect("that it does not know, or of what is gone, is done with at once", () =>
    story(function* (world) {
      const send = aSend(world.offer())
      const event = { id: newId(), subject: { type: "offer", id: send.offerId }, sequence: 9, occurredAt: now } as const
      const system = { kind: "system", id: null } as const
      const { handled, unfinished } = yield* handleEvents(
        [{ ...event, type: "offer.archived", data: { term: 1 }, actor: system }],
        allReactions
      )
      assert.deepStrictEqual([handled.size, unfinished.length], [0, 0])
      const nothing = { handled: new Set<string>(), unfinished: [], progress: false, mails: false }
      assert.deepStrictEqual(yield* handleEvents([], allReactions), nothing)
    })
  )
})

describe("the end of an offer's term", () => {
  const crowd = (world: World, count: number, offer = world.offer()) => {
    for (let made = 0; made < count; made++) {
      const candidate = aCandidate()
      world.state.accounts.set(candidate.id, candidate)
      world.send(offer, { candidateId: candidate.id })
    }
    return offer
  }
  const rowsOf = ({ state }: World, offerId: string) =>
    [...state.offerSends.values()].filter(({ value }) => value.offerId === offerId)

  it.effect("deletes its sends by the system, saying why, and notifies each candidate once", () =>
    story(function* (world) {
      const { acme, other } = world
      for (const [end, reason] of [
        [archiveOffer, "offer_archived"],
        [deleteOffer, "offer_deleted"]
      ] as const) {
        const offer = world.offer({ title: "Baker" })
        const sends = [
          world.send(offer, steps("responded")),
          world.send(offer, { candidateId: other.id, message: "For you" })
        ]
        yield* end({ caller: acme.admin, id: offer.id })
        yield* consumed(world)
        assert.deepStrictEqual(rowsOf(world, offer.id), [])
        for (const send of sends) {
          const [event, ...more] = world.events(send)
          assert.deepStrictEqual(more, [])
          assert.deepInclude<unknown>(event, { type: "offerSent.deleted", actor: { kind: "system", id: null } })
          assert.deepInclude(event?.data, { reason, candidateId: send.candidateId })
        }
        const about = world.notifications().filter(({ data }) => "offerId" in data && data.offerId === offer.id)
        assert.sameDeepMembers<unknown>(
          about.map(({ recipientId, deliveries, data }) => ({
            recipientId,
            channels: deliveries.map(({ channel }) => channel),
            data
          })),
          sends.map(({ id, candidateId }) => ({
            recipientId: candidateId,
            channels: ["inbox", "mail"],
            // With the title of now; of a deleted offer, of when it was sent.
            data: { offerSentId: id, offerId: offer.id, title: "Baker", reason }
          }))
        )
      }
    })
  )

  it.effect("is not written earlier than what was written last, whatever a clock says", () =>
    story(function* (world) {
      const send = world.send(world.offer(), { updatedAt: now + 5 })
      yield* archiveOffer(ofOffer(world, send))
      yield* handleEvents(world.published(), allReactions)
      assert.strictEqual(world.events(send)[0]?.occurredAt, now + 5)
    })
  )

  it.effect("removes what its candidate had withdrawn without an event", () =>
    story(function* (world) {
      const send = world.send(world.offer())
      yield* withdrawOfferSent(byCandidate(world, send))
      yield* handleEvents(world.published(), allReactions)
      const before = world.notifications().length
      yield* archiveOffer(ofOffer(world, send))
      yield* consumed(world)
      assert.isUndefined(world.sendNow(send))
      assert.strictEqual(world.events(send).length, 1)
      assert.strictEqual(world.notifications().length, before)
    })
  )

  it.effect("leaves the sends of a later term alone, and takes those that an earlier one has left", () =>
    story(function* (world) {
      const { acme, candidate, other } = world
      const offer = world.offer()
      const before = world.send(offer)
      const change = { caller: acme.admin, id: offer.id }
      yield* archiveOffer(change)
      yield* enableOffer(change)
      const { value } = yield* sendOffer(acme.admin, { offerId: offer.id, candidateId: other.id, message: null })
      yield* consumed(world)
      assert.isUndefined(world.sendNow(before))
      assert.strictEqual(world.sendNow(value.value)?.value.term, 2)
      assert.deepStrictEqual(
        world
          .notifications()
          .filter(({ template }) => template === "offer-ended")
          .map(({ recipientId }) => recipientId),
        [candidate.id]
      )
      // The end of the second term, handled alone, takes what is left of the first.
      const late = world.send(offer, { term: 1 })
      yield* archiveOffer(change)
      yield* handleEvents(world.published().slice(-1), allReactions)
      assert.isUndefined(world.sendNow(late))
      assert.isUndefined(world.sendNow(value.value))
    })
  )

  it.effect("takes 1,000 sends at a time, each batch in one commit, of whichever offers", () =>
    story(function* (world) {
      const offers = [crowd(world, 1_200), crowd(world, 900)]
      for (const { id } of offers) yield* archiveOffer({ caller: world.acme.admin, id })
      const batches: Array<number> = []
      const journal = yield* Journal
      const counting = Journal.of({
        ...journal,
        commitEach: (changes, options) => {
          batches.push(changes.length)
          return journal.commitEach(changes, options)
        }
      })
      const outcome = yield* Effect.provideService(handleEvents(world.published(), allReactions), Journal, counting)
      assert.deepStrictEqual(batches, [1_000, 1_000, 100])
      assert.strictEqual(outcome.handled.size, 2)
      assert.strictEqual(world.state.offerSends.size, 0)
      assert.strictEqual(new Set(world.notifications().map(({ recipientId }) => recipientId)).size, 2_100)
    })
  )

  it.effect("with more than one call may do is unfinished, and goes on; what else there was is handled", () =>
    story(function* (world) {
      const offer = crowd(world, 2_500)
      const end = { offerId: offer.id, term: 1, reason: "offer_archived" } as const
      yield* archiveOffer({ caller: world.acme.admin, id: offer.id })
      assert.deepStrictEqual(yield* withdrawEndedSends([end], 2), { written: 2_000, finished: false })
      assert.strictEqual(rowsOf(world, offer.id).length, 500)
      assert.deepStrictEqual(yield* withdrawEndedSends([end], 2), { written: 500, finished: true })
      assert.strictEqual(new Set(world.notifications().map(({ recipientId }) => recipientId)).size, 2_500)
      assert.strictEqual(world.notifications().length, 2_500)
      // One call takes twenty batches: of an offer whose sends never end, that many.
      const send = world.send(world.offer())
      yield* changeOfferSentStatus({ caller: world.candidate, id: send.id }, "viewed")
      const [archived, viewed] = world
        .published()
        .filter(({ type, subject }) => type === "offer.archived" || subject.id === send.id) as [
        PublishedEvent,
        PublishedEvent
      ]
      const sends = yield* OfferSends
      const batch = Array.from({ length: 1_000 }, () => ({ version: 1, value: aSend(offer), title: "Baker" }))
      let batches = 0
      const endless = OfferSends.of({
        ...sends,
        ended: () =>
          Effect.as(
            Effect.sync(() => void batches++),
            batch
          )
      })
      const journal = yield* Journal
      const obliging = Journal.of({
        ...journal,
        commitEach: (changes) => Effect.succeed(changes.flatMap(({ events }) => events))
      })
      const first = yield* handleEvents([archived, viewed], allReactions).pipe(
        Effect.provideService(OfferSends, endless),
        Effect.provideService(Journal, obliging)
      )
      assert.strictEqual(batches, 20)
      assert.deepStrictEqual([...first.handled], [viewed.id])
      assert.deepStrictEqual(first.unfinished, [archived])
      assert.isTrue(first.mails)
      const second = yield* handleEvents([archived, viewed], allReactions)
      assert.deepStrictEqual([...second.handled], [archived.id])
      assert.deepStrictEqual(second.unfinished, [])
    })
  )

  it.effect("is unfinished while somebody has one of its sends locked", () =>
    story(function* (world) {
      const offer = crowd(world, 3)
      yield* archiveOffer({ caller: world.acme.admin, id: offer.id })
      const journal = yield* Journal
      const skipping = Journal.of({
        ...journal,
        commitEach: (changes, options) => journal.commitEach(changes.slice(1), options)
      })
      const [event] = world.published() as [PublishedEvent]
      const first = yield* Effect.provideService(handleEvents([event], allReactions), Journal, skipping)
      assert.deepStrictEqual([first.handled.size, first.unfinished, first.mails], [0, [event], true])
      assert.isTrue(first.progress)
      // Where all are locked it gets nowhere, and says so.
      const locked = Journal.of({ ...journal, commitEach: () => Effect.succeed([]) })
      const stuck = yield* Effect.provideService(handleEvents([event], allReactions), Journal, locked)
      assert.deepStrictEqual([stuck.unfinished, stuck.progress, stuck.mails], [[event], false, false])
      assert.strictEqual(rowsOf(world, offer.id).length, 1)
      assert.strictEqual((yield* handleEvents([event], allReactions)).handled.size, 1)
      assert.strictEqual(rowsOf(world, offer.id).length, 0)
    })
  )
})
