import { assert, layer } from "@effect/vitest"
import { type MailedSignIn, SignIns } from "@treff/domain/identity"
import { Notifications } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import { aCandidate, aCompany, aNotification, hour, newId, now } from "../fixtures/index.ts"
import { mailIdOf } from "./notification.ts"
import type { TestStore } from "./test-store.ts"

const minute = 60_000
const limit = { atMost: 5, since: now - hour }

/** A request as somebody makes it just now, and its mail. */
const aRequest = (email: string, createdAt = now) => {
  const id = newId()
  const expiresAt = createdAt + 15 * minute
  return {
    request: { id, email, secret: { hash: `hash of ${id}`, sealed: `sealed ${id}` }, createdAt, expiresAt },
    mail: aNotification(id, id, ["mail"], { template: "sign-in", data: { signInId: id, expiresAt } })
  }
}

/** What the port `SignIns` has to do: one-time links, each of which is used once. See docs/flows/identity.md. */
export const signInsContract = (store: TestStore) =>
  layer(store.layer)("SignIns", (it) => {
    beforeEach(store.clear)

    const ask = Effect.fnUntraced(function* (
      email: string,
      { createdAt = now, ...changes }: Partial<typeof limit> & { readonly createdAt?: number } = {}
    ) {
      const made = aRequest(email, createdAt)
      yield* (yield* SignIns).request(made.request, made.mail, { ...limit, ...changes })
      return made
    })
    const count = Effect.map(
      Effect.suspend(() => store.rowsOf("signIn")),
      ({ length }) => length
    )
    const mailsAt = (at: number) =>
      Effect.flatMap(Effect.service(Notifications), (notifications) => notifications.claimMails(at, 1_000))

    it.effect("writes a request, and its mail, which is due at once", () =>
      Effect.gen(function* () {
        const { request, mail } = yield* ask("Nobody@b.example")
        const { secret, ...facts } = request
        assert.deepStrictEqual(yield* store.rowsOf("signIn"), [
          { ...facts, tokenHash: secret.hash, sealedToken: secret.sealed, usedAt: null }
        ])
        assert.deepStrictEqual(
          (yield* mailsAt(now)).map(({ id }) => id),
          [mailIdOf(mail)]
        )
      })
    )

    it.effect(
      "writes as many of one address as may be, in any letter case, with their mails, and of others as many",
      () =>
        Effect.gen(function* () {
          for (let times = 0; times < 7; times++) yield* ask(times % 2 === 0 ? "Ada@b.example" : "ADA@B.example")
          assert.strictEqual(yield* count, 5)
          yield* ask("bo@b.example")
          assert.strictEqual(yield* count, 6)
          assert.strictEqual((yield* mailsAt(now)).length, 6)
        })
    )

    it.effect("counts those after an instant, and not at it", () =>
      Effect.gen(function* () {
        for (const createdAt of [now - hour, now - hour + 1, now - 1])
          yield* ask("ada@b.example", { createdAt, since: 0 })
        yield* ask("ada@b.example", { atMost: 2 })
        assert.strictEqual(yield* count, 3)
        yield* ask("ada@b.example", { atMost: 3 })
        assert.strictEqual(yield* count, 4)
      })
    )

    it.effect("lets five of thirty at once through", () =>
      Effect.gen(function* () {
        const asks = Array.from({ length: 30 }, (_, turn) => ask(turn % 2 === 0 ? "Ada@b.example" : "ada@b.example"))
        yield* Effect.all(asks, { concurrency: "unbounded" })
        assert.strictEqual(yield* count, 5)
        assert.strictEqual((yield* mailsAt(now)).length, 5)
      })
    )

    it.effect("uses a link up once, for whose address it is, and forgets its token", () =>
      Effect.gen(function* () {
        const signIns = yield* SignIns
        const recruiter = { ...aCompany().recruiter, version: 3, email: "Ada@B.example", username: "ada", locale: "nb" }
        yield* store.seed([recruiter, aCandidate()])
        const { request } = yield* ask("aDA@b.example")
        const account = yield* signIns.take(request.secret.hash, now + 1)
        assert.deepInclude(account, recruiter)
        const [row] = yield* store.rowsOf("signIn")
        assert.deepInclude(row, { usedAt: now + 1, sealedToken: null })
        assert.isNull(yield* signIns.take(request.secret.hash, now + 2))
        assert.deepInclude((yield* store.rowsOf("signIn"))[0], { usedAt: now + 1 })
      })
    )

    it.effect("answers one of ten at once", () =>
      Effect.gen(function* () {
        const signIns = yield* SignIns
        const candidate = aCandidate()
        yield* store.seed([candidate])
        const { request } = yield* ask(candidate.email)
        const takes = Array.from({ length: 10 }, () => signIns.take(request.secret.hash, now))
        const taken = yield* Effect.all(takes, { concurrency: "unbounded" })
        assert.strictEqual(taken.filter((account) => account !== null).length, 1)
      })
    )

    it.effect("answers nobody at the instant at which its time is over, nor by a hash that is none", () =>
      Effect.gen(function* () {
        const signIns = yield* SignIns
        const candidate = aCandidate()
        yield* store.seed([candidate])
        const { request } = yield* ask(candidate.email)
        const { hash, sealed } = request.secret
        assert.isNull(yield* signIns.take(hash, request.expiresAt))
        for (const none of ["", hash.toUpperCase(), sealed, "%", request.id])
          assert.isNull(yield* signIns.take(none, now))
        assert.strictEqual((yield* signIns.take(hash, request.expiresAt - 1))?.id, candidate.id)
      })
    )

    it.effect("answers nobody where there is no account with that address (any more)", () =>
      Effect.gen(function* () {
        const signIns = yield* SignIns
        const { request } = yield* ask("nobody@b.example")
        assert.isNull(yield* signIns.take(request.secret.hash, now))
      })
    )

    const recorded = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
      const outcomes = ids.map((id, index) =>
        index % 2 === 0
          ? ({ id, status: "sent", error: null } as const)
          : ({ id, status: "failed", error: "there is no such account any more" } as const)
      )
      yield* (yield* Notifications).recordMailOutcomes(outcomes, now)
    })

    it.effect(
      "forgets what was asked until an instant, the oldest first, as many as it may at once, and their notifications",
      () =>
        Effect.gen(function* () {
          const signIns = yield* SignIns
          const made = [
            yield* ask("cy@b.example", { createdAt: now }),
            yield* ask("bo@b.example", { createdAt: now - 1 }),
            yield* ask("ada@b.example", { createdAt: now - 2 })
          ]
          const [kept, second, first] = made.map(({ request }) => request.id)
          yield* recorded((yield* mailsAt(now)).map(({ id }) => id))
          const left = Effect.map(store.rowsOf("signIn"), (rows) => rows.map(({ id }) => id))
          assert.strictEqual(yield* signIns.forget(now - 3, 10), 0)
          assert.strictEqual(yield* signIns.forget(now - 1, 1), 1)
          assert.sameMembers(yield* left, [second, kept])
          assert.strictEqual(yield* signIns.forget(now - 1, 10), 1)
          assert.strictEqual(yield* signIns.forget(now - 1, 10), 0)
          assert.deepStrictEqual(yield* left, [kept])
          for (const { request } of made.slice(1)) assert.isNull(yield* signIns.take(request.secret.hash, now))
          assert.deepStrictEqual(
            (yield* store.rowsOf("notification")).map(({ recipientId }) => recipientId),
            [kept]
          )
          // With their deliveries: nothing is left of an address that nobody has a use for.
          assert.strictEqual((yield* store.rowsOf("notificationDelivery")).length, 1)
          assert.isNotEmpty(first)
        })
    )

    it.effect("knows of each for its mail whose address it is, in which language, and its present token", () =>
      Effect.gen(function* () {
        const signIns = yield* SignIns
        const candidate = { ...aCandidate(), email: "Ada@b.example", locale: "nb" }
        yield* store.seed([candidate, aCandidate()])
        const [known, unknown, used] = [
          yield* ask("aDA@b.example"),
          yield* ask("nobody@b.example"),
          yield* ask("ada@B.example")
        ]
        yield* signIns.take(used.request.secret.hash, now + 1)
        const { expiresAt, secret } = known.request
        const open = { expiresAt, usedAt: null, sealedToken: secret.sealed }
        const expected: Readonly<Record<string, MailedSignIn>> = {
          [known.request.id]: { ...open, email: "Ada@b.example", locale: "nb" },
          // The address that was asked for is nobody's, and is not where a mail would go.
          [unknown.request.id]: { ...open, email: null, locale: null, sealedToken: unknown.request.secret.sealed },
          [used.request.id]: { expiresAt, usedAt: now + 1, sealedToken: null, email: "Ada@b.example", locale: "nb" }
        }
        const ids = [used.request.id, newId(), "no uuid", "", known.request.id, unknown.request.id, known.request.id]
        assert.deepStrictEqual(
          yield* signIns.mailed(ids),
          ids.map((id) => expected[id] ?? null)
        )
        assert.deepStrictEqual(yield* signIns.mailed([]), [])
      })
    )

    it.effect("forgets none whose mail is still to be sent, or might be on its way", () =>
      Effect.gen(function* () {
        const signIns = yield* SignIns
        const [one, two] = [yield* ask("ada@b.example"), yield* ask("bo@b.example")]
        assert.strictEqual(yield* signIns.forget(now, 10), 0)
        assert.strictEqual((yield* mailsAt(now)).length, 2)
        assert.strictEqual(yield* signIns.forget(now, 10), 0)
        yield* recorded([mailIdOf(one.mail)])
        yield* (yield* Notifications).recordMailOutcomes(
          [{ id: mailIdOf(two.mail), status: "queued", error: "busy" }],
          now
        )
        assert.strictEqual(yield* signIns.forget(now, 10), 1)
        assert.deepStrictEqual(
          (yield* store.rowsOf("signIn")).map(({ id }) => id),
          [two.request.id]
        )
        assert.deepStrictEqual(
          (yield* mailsAt(now + hour)).map(({ id }) => id),
          [mailIdOf(two.mail)]
        )
      })
    )

    it.effect("lets several forget at once, beside whoever records mails, and none dies", () =>
      Effect.gen(function* () {
        const signIns = yield* SignIns
        for (let times = 0; times < 20; times++) yield* ask(`${times}@b.example`)
        const ids = (yield* mailsAt(now)).map(({ id }) => id)
        const sweeps = Array.from({ length: 5 }, () => signIns.forget(now, 10))
        const recording = [ids, ids.toReversed()].map((some) => Effect.as(recorded(some), 0))
        const forgotten = yield* Effect.all([...sweeps, ...recording, ...sweeps], { concurrency: "unbounded" })
        const rest = yield* signIns.forget(now, 20)
        assert.strictEqual(
          forgotten.reduce((sum, some) => sum + some, rest),
          20
        )
        assert.strictEqual(yield* count, 0)
        assert.deepStrictEqual(yield* mailsAt(now + hour), [])
      })
    )
  })
