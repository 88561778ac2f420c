import { assert, layer } from "@effect/vitest"
import { Deliveries, Journal, type StoreUnavailable } from "@treff/domain/events"
import { type Account, type Caller, type CallerStale, personOf } from "@treff/domain/identity"
import {
  type Invitation,
  type InvitationOrder,
  Invitations,
  invitationLifecycle,
  invitationOrders,
  invitationStatuses,
  type MailedInvitation
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import { type MailOutcome, Notifications } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  aManager,
  aNotification,
  anInvitation,
  anInvitationEvent,
  anyInstant,
  anyInvitation,
  everybodyOf,
  factsOf,
  hour,
  invited,
  newId,
  now
} from "../fixtures/index.ts"
import { contradictions } from "./accounts-contract.ts"
import { mailIdOf } from "./notification.ts"
import type { TestStore } from "./test-store.ts"

const times = { at: now, since: now - day }
const all = { status: null, order: "createdAt", descending: true, at: now, number: 0, size: 100 } as const
const nobody = { isMember: false, pending: null, declinedAt: null }
const noIds = ["", "no uuid", "'; drop table invitation", "0", "\0"]

const callerOf = ({ id, role, subRole, companyId }: Account): Caller => ({ id, role, subRole, companyId })
/** As everybody sees it but who sends mails. */
const withoutToken = (invitation: Invitation): Invitation => ({ ...invitation, sealedToken: null })
const idsOf = (rows: ReadonlyArray<{ readonly value: { readonly id: string } }>) => rows.map(({ value }) => value.id)

/** Writes invitations as they are given, each with one event: that it was sent, when it was made. */
const write = (...invitations: ReadonlyArray<Invitation>) =>
  Effect.flatMap(Effect.service(Journal), (journal) =>
    journal.commit(
      invitations.map((invitation) => ({
        ...invited(invitation),
        events: [anInvitationEvent(invitation, { occurredAt: invitation.createdAt })]
      })),
      { at: now }
    )
  )

/** What the port `Invitations` has to do. See docs/flows/invitations.md. */
export const invitationsContract = (store: TestStore) =>
  layer(store.layer)("Invitations", (it) => {
    beforeEach(store.clear)

    /** Two companies, each with its name and its creator. */
    const world = Effect.gen(function* () {
      const [acme, globex] = [aCompany(), aCompany()]
      const mia = { ...acme.manager, firstName: "Mia", lastName: "Ørsted", version: 4, locale: "nb" }
      yield* store.seed([...everybodyOf(acme), ...everybodyOf(globex), mia])
      yield* store.seedCompany({ id: acme.id, name: "Acme", creatorId: acme.admin.id, createdAt: now })
      return { acme: { ...acme, manager: mia }, globex }
    })
    /** What is known of each address, by the address. */
    const inviteesOf = Effect.fnUntraced(function* (caller: Caller, ...emails: ReadonlyArray<string>) {
      const { invitees } = yield* (yield* Invitations).findForInviting(caller, emails, times)
      return Object.fromEntries(invitees.map(({ email, ...known }) => [email, known]))
    })

    it.effect("finds what inviting needs: the inviter's own account, the company, and each of the addresses", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        const candidate = { ...aCandidate(), email: "Cleo@b.example" }
        const recruiter = { ...acme.recruiter, email: "Ada@b.example" }
        yield* store.seed([candidate, recruiter])
        const open = anInvitation(acme, { email: "Open@b.example", personalMessage: "🥐 'quoted' \\ %s $1\n" })
        const expired = anInvitation(acme, { email: "expired@b.example", expiresAt: now - 1 })
        const foreign = anInvitation(globex, { email: "foreign@b.example" })
        yield* write(open, expired, foreign)
        const found = yield* invitations.findForInviting(
          acme.manager,
          [
            "ada@B.EXAMPLE",
            "cleo@b.example",
            "OPEN@b.example",
            "expired@b.example",
            "foreign@b.example",
            "new@b.example"
          ],
          times
        )
        const { invitees, tallies, ...rest } = found
        assert.deepStrictEqual(rest, {
          caller: callerOf(acme.manager),
          inviter: { version: 4, value: factsOf(acme.manager) },
          companyId: acme.id
        })
        assert.sameDeepMembers(
          [...invitees],
          [
            { ...nobody, email: "ada@b.example", isMember: true },
            { ...nobody, email: "cleo@b.example" },
            { ...nobody, email: "open@b.example", pending: { version: 1, value: withoutToken(open) } },
            // As it is written: it is for the one who asks to let time pass.
            { ...nobody, email: "expired@b.example", pending: { version: 1, value: withoutToken(expired) } },
            { ...nobody, email: "foreign@b.example" },
            { ...nobody, email: "new@b.example" }
          ]
        )
      })
    )

    it.effect("finds of an address when it declined last, and of what is over nothing else", () =>
      Effect.gen(function* () {
        const { acme, globex } = yield* world
        const of = (email: string, changes: Partial<Invitation>) => anInvitation(acme, { email, ...changes })
        yield* write(
          of("ada@b.example", { status: "declined", updatedAt: now - 9 }),
          of("ADA@b.example", { status: "declined", updatedAt: now - 5 }),
          of("ada@b.example", { status: "declined", updatedAt: now - 7 }),
          anInvitation(globex, { email: "ada@b.example", status: "declined", updatedAt: now - 1 }),
          ...(["accepted", "revoked", "expired"] as const).map((status) => of("bo@b.example", { status }))
        )
        assert.deepStrictEqual(yield* inviteesOf(acme.manager, "ada@b.example", "bo@b.example"), {
          "ada@b.example": { ...nobody, declinedAt: now - 5 },
          "bo@b.example": nobody
        })
      })
    )

    it.effect("finds for an inviter without a company nothing of anybody, but what they have sent", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme } = yield* world
        const mia = aManager(null)
        yield* store.seed([mia, aCandidate()])
        yield* write(anInvitation(acme, { inviterId: mia.id, email: "open@b.example" }))
        const { invitees, companyId, tallies } = yield* invitations.findForInviting(
          mia,
          ["open@b.example", mia.email, acme.recruiter.email],
          times
        )
        assert.isNull(companyId)
        for (const { email: _, ...known } of invitees) assert.deepStrictEqual(known, nobody)
        assert.deepStrictEqual(tallies, { open: { count: 0, until: null }, sent: { count: 1, until: now + day } })
        assert.deepStrictEqual((yield* invitations.findForInviting(mia, [], times)).invitees, [])
      })
    )

    it.effect("counts what is open in the company after an instant, and until when the first of it is", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        const open = (at: number) =>
          Effect.map(
            invitations.findForInviting(acme.manager, [], { at, since: at - day }),
            ({ tallies }) => tallies.open
          )
        assert.deepStrictEqual(yield* open(now), { count: 0, until: null })
        yield* write(
          anInvitation(acme, { expiresAt: now + 2 }),
          anInvitation(acme, { expiresAt: now + 1, inviterId: acme.admin.id }),
          anInvitation(acme, { expiresAt: now }),
          anInvitation(globex),
          ...invitationStatuses.filter((status) => status !== "pending").map((status) => anInvitation(acme, { status }))
        )
        assert.deepStrictEqual(yield* open(now - 1), { count: 3, until: now })
        assert.deepStrictEqual(yield* open(now), { count: 2, until: now + 1 })
        assert.deepStrictEqual(yield* open(now + 1), { count: 1, until: now + 2 })
        assert.deepStrictEqual(yield* open(now + 2), { count: 0, until: null })
      })
    )

    it.effect(
      "counts what the caller has sent after an instant, again or for the first time, whatever became of it",
      () =>
        Effect.gen(function* () {
          const invitations = yield* Invitations
          const journal = yield* Journal
          const { acme } = yield* world
          const other = aManager(acme.id)
          yield* store.seed([other])
          const first = anInvitation(acme, { createdAt: now - 3 * hour, status: "revoked" })
          const second = anInvitation(acme, { createdAt: now - 2 * hour })
          yield* write(first, second, anInvitation(acme, { inviterId: other.id }))
          const resent = (actorId: string, expectedVersion: number, occurredAt: number) =>
            journal.commit(
              [
                {
                  ...invited({ ...second, resends: expectedVersion }, expectedVersion),
                  events: [
                    anInvitationEvent(second, {
                      sequence: expectedVersion + 1,
                      type: "invitation.resent",
                      data: { inviterId: acme.manager.id, resends: expectedVersion, expiresAt: now },
                      actor: { kind: "hiring_manager", id: actorId },
                      occurredAt
                    })
                  ]
                }
              ],
              { at: now }
            )
          yield* resent(acme.manager.id, 1, now - hour)
          yield* resent(other.id, 2, now)
          yield* journal.commit([invited({ ...second, status: "revoked" }, 3)], { at: now })
          const sent = (since: number, caller: Caller = acme.manager) =>
            Effect.map(invitations.findForInviting(caller, [], { at: now, since }), ({ tallies }) => tallies.sent)
          assert.deepStrictEqual(yield* sent(now - 4 * hour), { count: 3, until: now + hour })
          assert.deepStrictEqual(yield* sent(now - 3 * hour), { count: 2, until: now + hour })
          assert.deepStrictEqual(yield* sent(now - 3 * hour + 1), { count: 2, until: now + hour - 1 })
          assert.deepStrictEqual(yield* sent(now - hour), { count: 0, until: null })
          // Whoever sends it again has sent it.
          assert.deepStrictEqual(yield* sent(now - 1, other), { count: 2, until: now + 1 })
          const { found } = yield* invitations.find(acme.manager, second.id, { at: now, since: now - 4 * hour })
          assert.deepStrictEqual(found?.tallies.sent, { count: 3, until: now + hour })
        })
    )

    it.effect("finds one of the company, with who made that and what there is of its address", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        const expired = anInvitation(acme, { email: "ADA@b.example", status: "expired", resends: 2, locale: "fr" })
        const newer = anInvitation(acme, { email: "ada@b.example" })
        yield* write(expired, newer, anInvitation(globex, { email: "ada@b.example" }))
        const invitee = { ...nobody, email: "ada@b.example", pending: { version: 1, value: withoutToken(newer) } }
        const tallies = { open: { count: 1, until: now + 3 * day }, sent: { count: 2, until: now + day } }
        for (const [id, value] of [
          [expired.id, expired],
          [expired.id.toUpperCase(), expired],
          [newer.id, withoutToken(newer)]
        ] as const) {
          assert.deepStrictEqual(yield* invitations.find(acme.manager, id, times), {
            caller: callerOf(acme.manager),
            found: { version: 1, value, creatorId: acme.admin.id, invitee, tallies }
          })
        }
        yield* store.seed([{ ...acme.recruiter, email: "ada@B.example" }])
        assert.isTrue((yield* invitations.find(acme.manager, expired.id, times)).found?.invitee.isMember)
      })
    )

    it.effect("finds none of another company, nor for who has none, nor what does not exist", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        const outside = aManager(null)
        yield* store.seed([outside])
        const invitation = anInvitation(acme)
        yield* write(invitation)
        for (const caller of [globex.manager, outside]) {
          assert.deepStrictEqual(yield* invitations.find(caller, invitation.id, times), {
            caller: callerOf(caller),
            found: null
          })
        }
        for (const id of [newId(), ...noIds]) {
          assert.isNull((yield* invitations.find(acme.manager, id, times)).found, id)
        }
      })
    )

    it.effect(
      "finds one by its token's hash, with the company's name, the inviter and whose address it is by now",
      () =>
        Effect.gen(function* () {
          const invitations = yield* Invitations
          const { acme } = yield* world
          const { id, firstName, lastName, email } = acme.manager
          const beside = {
            companyName: "Acme",
            inviter: { id, firstName, lastName, email },
            account: null,
            usernameTaken: false
          }
          for (const status of invitationStatuses) {
            const invitation = anInvitation(acme, { status, email: `${status}@B.example` })
            yield* write(invitation)
            const found = yield* invitations.findByToken(invitation.tokenHash, null)
            assert.deepStrictEqual(found, { version: 1, value: withoutToken(invitation), ...beside })
          }
          const candidate = { ...aCandidate(), version: 6, email: "Pending@b.EXAMPLE", username: "Cleo", locale: "fr" }
          yield* store.seed([candidate])
          const pending = (yield* store.rowsOf("invitation")).find(({ status }) => status === "pending")
          const found = yield* invitations.findByToken(String(pending?.tokenHash), null)
          assert.deepStrictEqual(found?.account, { version: 6, value: factsOf(candidate) })
        })
    )

    it.effect("says whether a user name is somebody's, in any letter case", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        yield* store.seed([{ ...globex.recruiter, username: "Ada_Berg" }])
        const invitation = anInvitation(acme)
        yield* write(invitation)
        for (const [username, taken] of [
          ["ada_berg", true],
          ["ADA_BERG", true],
          ["adaxberg", false],
          ["ada", false],
          ["", false],
          [null, false]
        ] as const) {
          const found = yield* invitations.findByToken(invitation.tokenHash, username)
          assert.strictEqual(found?.usernameTaken, taken, String(username))
        }
      })
    )

    it.effect("finds none by a hash that is none, nor by what is close to one", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme } = yield* world
        const invitation = anInvitation(acme)
        yield* write(invitation)
        const { id, tokenHash, sealedToken } = invitation
        for (const none of [
          ...noIds.slice(0, 4),
          id,
          sealedToken ?? "",
          tokenHash.toUpperCase(),
          `${tokenHash} `,
          "%"
        ]) {
          assert.isNull(yield* invitations.findByToken(none, null), none)
        }
      })
    )

    /** In the order that is asked for, ties by id the same way; texts by code point. */
    const sorted = (rows: ReadonlyArray<Invitation>, order: InvitationOrder, descending: boolean, at: number) => {
      const key = (invitation: Invitation): string | number =>
        order === "email"
          ? invitation.email.toLowerCase()
          : order === "status"
            ? invitationLifecycle.asOf(invitation, at).state.status
            : invitation[order]
      const up = rows.toSorted((a, b) => {
        const [one, two] = [key(a), key(b)]
        return one < two ? -1 : one > two ? 1 : a.id < b.id ? -1 : 1
      })
      return (descending ? up.toReversed() : up).map(({ id }) => id)
    }

    it.effect("lists what is of the company, each with who sent it, and gives no sealed token away", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        const one = anInvitation(acme, { personalMessage: "🥐 'quoted' \\ %s\n", locale: "fr" })
        const two = anInvitation(acme, { createdAt: now - 1, inviterId: acme.admin.id, status: "revoked", resends: 2 })
        yield* write(one, two, anInvitation(globex))
        const queued = { status: "queued", error: null } as const
        assert.deepStrictEqual(yield* invitations.list(acme.manager, all), {
          caller: callerOf(acme.manager),
          rows: [
            { value: withoutToken(one), inviter: personOf(acme.manager), delivery: queued },
            { value: two, inviter: personOf(acme.admin), delivery: queued }
          ],
          total: 2
        })
        const outside = aManager(null)
        yield* store.seed([outside])
        const none = { caller: callerOf(outside), rows: [], total: 0 }
        assert.deepStrictEqual(yield* invitations.list(outside, all), none)
      })
    )

    it.effect("lists in each order, down and up, ties by id, page by page, and counts all", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme } = yield* world
        const emails = [
          "b@x.eu",
          "A@x.eu",
          "a.b@x.eu",
          "a_b@x.eu",
          "a-b@x.eu",
          "B1@x.eu",
          "aB@x.eu",
          "Z@x.eu",
          "a'b@x.eu"
        ]
        const writtenInvitations = emails.map((email, index) =>
          anInvitation(acme, {
            email,
            status: invitationStatuses[(index * 2) % 5] ?? "pending",
            createdAt: now - (index % 3) * hour,
            // Some have expired, and of these some are written so.
            expiresAt: now + ((index % 4) - 1) * hour
          })
        )
        yield* write(...writtenInvitations)
        for (const order of invitationOrders) {
          for (const descending of [true, false]) {
            const query = { ...all, order, descending }
            const expected = sorted(writtenInvitations, order, descending, now)
            const { rows, total } = yield* invitations.list(acme.manager, query)
            assert.deepStrictEqual([idsOf(rows), total], [expected, 9], `${order} ${descending}`)
            for (let number = 0; number < 4; number++) {
              const page = yield* invitations.list(acme.manager, { ...query, number, size: 4 })
              const [ids, count] = [expected.slice(number * 4, number * 4 + 4), 9]
              assert.deepStrictEqual([idsOf(page.rows), page.total], [ids, count], `${order} ${number}`)
            }
          }
        }
      })
    )

    it.effect("filters by what each is at that instant, swept or not, as the lifecycle has it", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme } = yield* world
        const writtenInvitations = fc
          .sample(anyInvitation, { numRuns: 60, seed: 7 })
          .map((invitation) => ({ ...invitation, companyId: acme.id, inviterId: acme.manager.id }))
        yield* write(...writtenInvitations)
        for (const at of fc.sample(anyInstant, { numRuns: 4, seed: 7 })) {
          for (const status of invitationStatuses) {
            const so = writtenInvitations.filter(
              (invitation) => invitationLifecycle.asOf(invitation, at).state.status === status
            )
            for (const order of invitationOrders) {
              const { rows, total } = yield* invitations.list(acme.manager, { ...all, status, order, at })
              assert.deepStrictEqual(
                [idsOf(rows), total],
                [sorted(so, order, true, at), so.length],
                `${status} ${order}`
              )
            }
          }
          const { rows } = yield* invitations.list(acme.manager, { ...all, order: "status", descending: false, at })
          assert.deepStrictEqual(idsOf(rows), sorted(writtenInvitations, "status", false, at))
        }
      })
    )

    it.effect("says what became of the mail with the present token, and nothing of those before", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const notifications = yield* Notifications
        const deliveries = yield* Deliveries
        const { acme } = yield* world
        const [invitation, other] = [anInvitation(acme, { resends: 1 }), anInvitation(acme, { createdAt: now - 1 })]
        const data = { inviterId: acme.manager.id, resends: 1, expiresAt: invitation.expiresAt }
        const events = [
          anInvitationEvent(invitation),
          anInvitationEvent(invitation, { sequence: 2, type: "invitation.resent", data })
        ]
        const journal = yield* Journal
        yield* journal.commit([{ ...invited(invitation), events }, invited(other)], { at: now })
        const deliveryOf = Effect.map(
          Effect.suspend(() => invitations.list(acme.manager, all)),
          ({ rows }) => rows.map(({ delivery }) => delivery)
        )
        const queued = { status: "queued", error: null } as const
        assert.deepStrictEqual(yield* deliveryOf, [queued, queued])
        const facts = { invitationId: invitation.id, expiresAt: invitation.expiresAt, personalMessage: null }
        const mails = events.map(({ id }, resends) =>
          aNotification(id, invitation.id, ["mail"], {
            template: "invitation",
            data: { ...facts, resends, companyName: "Acme", inviter: personOf(acme.manager) }
          })
        )
        const [former, present] = mails.map(mailIdOf)
        yield* deliveries.markHandled(
          mails.map((mail) => ({ eventId: mail.eventId, notifications: [mail] })),
          now
        )
        const record = (id: string | undefined, outcome: Omit<MailOutcome, "id">) =>
          notifications.recordMailOutcomes([{ id: id ?? "", ...outcome }], now)
        yield* record(former, { status: "failed", error: "of the former" })
        assert.deepStrictEqual(yield* deliveryOf, [queued, queued])
        yield* record(present, { status: "queued", error: "busy" })
        assert.deepStrictEqual(yield* deliveryOf, [{ status: "queued", error: "busy" }, queued])
        yield* record(present, { status: "sent", error: null })
        assert.deepStrictEqual(yield* deliveryOf, [{ status: "sent", error: null }, queued])
      })
    )

    it.effect("says of a mail that was skipped that it failed, and why", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme } = yield* world
        const invitation = anInvitation(acme)
        const change = invited(invitation)
        yield* (yield* Journal).commit([change], { at: now })
        const eventId = change.events[0]?.id ?? ""
        const data = { invitationId: invitation.id, resends: 0 }
        const mail = aNotification(eventId, invitation.id, ["mail"], { template: "invitation", data })
        yield* (yield* Deliveries).markHandled([{ eventId, notifications: [mail] }], now)
        const error = "by now there is nothing to tell"
        yield* (yield* Notifications).recordMailOutcomes([{ id: mailIdOf(mail), status: "skipped", error }], now)
        const { rows } = yield* invitations.list(acme.manager, all)
        assert.deepStrictEqual(
          rows.map(({ delivery }) => delivery),
          [{ status: "failed", error }]
        )
      })
    )

    it.effect("finds what is due: pending as written although its time is over, those that expired first", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        const [one, two, three] = [
          anInvitation(acme, { expiresAt: now - 2 }),
          anInvitation(globex, { expiresAt: now }),
          anInvitation(acme, { expiresAt: now - 1 })
        ]
        yield* write(
          one,
          two,
          three,
          anInvitation(acme, { expiresAt: now + 1 }),
          ...invitationStatuses
            .filter((status) => status !== "pending")
            .map((status) => anInvitation(acme, { status, expiresAt: now - 9 }))
        )
        const due = (at: number, limit: number) => invitations.due(at, limit)
        assert.deepStrictEqual(
          yield* due(now, 10),
          [one, three, two].map((value) => ({ version: 1, value: withoutToken(value) }))
        )
        assert.deepStrictEqual(idsOf(yield* due(now, 2)), [one.id, three.id])
        assert.deepStrictEqual(idsOf(yield* due(now - 1, 10)), [one.id, three.id])
        assert.deepStrictEqual(yield* due(now - 3, 10), [])
      })
    )

    it.effect("knows the circumstances of each, in the given order, and of what is gone that it is", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        const candidate = { ...aCandidate(), email: "Cleo@b.example", firstName: "Cleo", lastName: "Vik" }
        const leaver = { ...acme.colleague, companyId: null }
        yield* store.seed([candidate, leaver])
        const one = anInvitation(acme, { email: "CLEO@b.example", status: "accepted" })
        const two = anInvitation(globex)
        const three = anInvitation(acme, { inviterId: leaver.id })
        yield* write(one, two, three)
        const gone = { invitation: null, companyName: null, inviter: null, account: null }
        const ids = [two.id, newId(), one.id, ...noIds, three.id, one.id]
        const known = {
          [one.id]: {
            invitation: one,
            companyName: "Acme",
            inviter: { ...personOf(acme.manager), companyId: acme.id },
            account: personOf(candidate)
          },
          [two.id]: {
            invitation: withoutToken(two),
            companyName: "A company",
            inviter: { ...personOf(globex.manager), companyId: globex.id },
            account: null
          },
          [three.id]: {
            invitation: withoutToken(three),
            companyName: "Acme",
            inviter: { ...personOf(leaver), companyId: null },
            account: null
          }
        }
        assert.deepStrictEqual(
          yield* invitations.circumstances(ids),
          ids.map((id) => known[id] ?? gone)
        )
        assert.deepStrictEqual(yield* invitations.circumstances([]), [])
      })
    )

    it.effect("knows of each for its mail the address, the language and the present token, in the given order", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        // Whoever has that address by now has another language, which is no matter.
        yield* store.seed([{ ...aCandidate(), email: "ada@b.example", locale: "nb" }])
        const one = anInvitation(acme, { email: "Ada@b.example", locale: "fr", resends: 2 })
        const two = anInvitation(globex, { status: "revoked", expiresAt: now - 1 })
        yield* write(one, two)
        const mailed = ({ status, resends, expiresAt, email, locale, sealedToken }: Invitation): MailedInvitation => ({
          ...{ status, resends, expiresAt, email, locale, sealedToken }
        })
        assert.isNotNull(one.sealedToken)
        const known: Readonly<Record<string, MailedInvitation>> = { [one.id]: mailed(one), [two.id]: mailed(two) }
        const ids = [two.id, newId(), one.id, ...noIds, one.id]
        assert.deepStrictEqual(
          yield* invitations.mailed(ids),
          ids.map((id) => known[id] ?? null)
        )
        assert.deepStrictEqual(yield* invitations.mailed([]), [])
      })
    )

    it.effect("refuses a caller whose account says something else", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme, globex } = yield* world
        for (const [what, caller] of contradictions(acme.recruiter, globex.id)) {
          for (const ask of [
            invitations.findForInviting(caller, [], times),
            invitations.find(caller, newId(), times),
            invitations.list(caller, all)
          ]) {
            const failure = yield* Effect.flip<unknown, CallerStale | StoreUnavailable, never>(ask)
            assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
          }
        }
      })
    )

    it.effect("answers for the company of now to a caller who names none", () =>
      Effect.gen(function* () {
        const invitations = yield* Invitations
        const { acme } = yield* world
        const invitation = anInvitation(acme)
        yield* write(invitation)
        const caller = { ...acme.manager, companyId: null }
        assert.strictEqual((yield* invitations.findForInviting(caller, [], times)).companyId, acme.id)
        assert.strictEqual((yield* invitations.find(caller, invitation.id, times)).found?.value.id, invitation.id)
        assert.strictEqual((yield* invitations.list(caller, all)).total, 1)
      })
    )
  })
