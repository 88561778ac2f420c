import { assert, describe, it } from "@effect/vitest"
import { hour, now } from "@treff/contract-tests/fixtures"
import { forgetSignIns, requestSignIn, signIn, signInLifetime, signInLimit } from "@treff/domain/identity"
import { allReactions, sendDueMails } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story, type World } from "../../story.ts"

const minute = 60_000

/** The tokens of all the links that were asked for, in their order. */
const tokens = ({ state }: World) =>
  [...state.signIns.values()].map(({ tokenHash }) => tokenHash.slice("hash of ".length))
const lastToken = (world: World) => tokens(world).at(-1) ?? ""

describe("asking for a link to sign in", () => {
  it.effect("writes a request for a quarter of an hour, and its mail", () =>
    story(function* (world) {
      const { candidate, state } = world
      yield* requestSignIn(candidate.email)
      const [request, ...more] = [...state.signIns.values()]
      assert.deepStrictEqual(more, [])
      assert.deepStrictEqual<unknown>(request, {
        id: request?.id,
        email: candidate.email,
        tokenHash: "hash of token 1",
        sealedToken: "sealed token 1",
        createdAt: now,
        expiresAt: now + 15 * minute,
        usedAt: null
      })
      const [mail, ...others] = world.notifications()
      assert.deepStrictEqual(others, [])
      assert.deepInclude<unknown>(mail, {
        template: "sign-in",
        eventId: request?.id,
        recipientId: request?.id,
        companyId: null,
        data: { signInId: request?.id, expiresAt: now + 15 * minute }
      })
      assert.deepStrictEqual(world.deliveries(), [{ channel: "mail", status: "queued", error: null, sentAt: null }])
      assert.strictEqual(state.events.size, 0)
    })
  )

  it.effect("does the very same for an address that is nobody's", () =>
    story(function* (world) {
      yield* requestSignIn(world.candidate.email)
      yield* requestSignIn("nobody@b.example")
      assert.strictEqual(world.state.signIns.size, 2)
      assert.strictEqual(world.notifications().length, 2)
      yield* sendDueMails(allReactions)
      // Who sends the mail looks.
      assert.deepStrictEqual(
        world.deliveries().map(({ status, error }) => [status, error]),
        [
          ["sent", null],
          ["failed", "there is no such account any more"]
        ]
      )
      assert.deepStrictEqual(
        [...world.mailbox.values()].map(({ to }) => to),
        [world.candidate.email]
      )
    })
  )

  it.effect("is refused of what is no address", () =>
    story(function* (world) {
      for (const email of ["", "ada", "ada@b", "ada@b.example\nBcc: eve@b.example", "a\0@b.example"]) {
        assert.strictEqual((yield* Effect.flip(requestSignIn(email)))._tag, "InvalidEmail")
      }
      assert.strictEqual(world.state.signIns.size, 0)
    })
  )

  it.effect("writes five an hour of an address, in any letter case, and nothing of more, saying nothing", () =>
    story(function* (world) {
      const { email } = world.candidate
      const count = () => [world.state.signIns.size, world.notifications().length]
      for (let times = 0; times < signInLimit.atMost; times++) {
        yield* requestSignIn(times % 2 === 0 ? email : email.toUpperCase())
        yield* TestClock.adjust(10 * minute)
      }
      // The first was an hour ago but for ten minutes and a millisecond.
      yield* TestClock.adjust(10 * minute - 1)
      yield* requestSignIn(email)
      assert.deepStrictEqual(count(), [5, 5])
      yield* requestSignIn(world.other.email)
      assert.deepStrictEqual(count(), [6, 6])
      yield* TestClock.adjust(1)
      yield* requestSignIn(email)
      assert.deepStrictEqual(count(), [7, 7])
      yield* requestSignIn(email)
      assert.deepStrictEqual(count(), [7, 7])
    })
  )
})

describe("signing in by a link", () => {
  it.effect("answers whose it is, once", () =>
    story(function* (world) {
      const { candidate, state } = world
      yield* requestSignIn(candidate.email.toUpperCase())
      const token = lastToken(world)
      assert.deepStrictEqual(yield* signIn(token), candidate)
      assert.deepInclude([...state.signIns.values()][0], { usedAt: now, sealedToken: null })
      for (let times = 0; times < 2; times++) {
        assert.deepStrictEqual<unknown>(yield* Effect.flip(signIn(token)), { _tag: "SignInTokenUnknown" })
      }
    })
  )

  it.effect("as the account is by then", () =>
    story(function* (world) {
      yield* requestSignIn(world.acme.recruiter.email)
      world.leaves(world.acme.recruiter)
      assert.deepInclude(yield* signIn(lastToken(world)), { id: world.acme.recruiter.id, companyId: null, version: 1 })
    })
  )

  it.effect("until the last millisecond of its quarter of an hour", () =>
    story(function* (world) {
      yield* requestSignIn(world.candidate.email)
      yield* requestSignIn(world.candidate.email)
      const [one = "", two = ""] = tokens(world)
      yield* TestClock.adjust(signInLifetime - 1)
      yield* signIn(one)
      yield* TestClock.adjust(1)
      assert.deepStrictEqual<unknown>(yield* Effect.flip(signIn(two)), { _tag: "SignInTokenUnknown" })
    })
  )

  it.effect("each of several links works, whichever is used first", () =>
    story(function* (world) {
      for (let times = 0; times < 3; times++) yield* requestSignIn(world.candidate.email)
      for (const token of tokens(world).toReversed()) {
        assert.strictEqual((yield* signIn(token)).id, world.candidate.id)
      }
    })
  )

  it.effect("is refused of a token that is none, and where there is no such account", () =>
    story(function* (world) {
      yield* requestSignIn("nobody@b.example")
      for (const token of [lastToken(world), "", "guessed", "\0", "hash of token 1", "sealed token 1"]) {
        assert.deepStrictEqual<unknown>(yield* Effect.flip(signIn(token)), { _tag: "SignInTokenUnknown" })
      }
    })
  )
})

describe("the mail with the link", () => {
  it.effect(
    "is sent to the account's own address, in its language, with the token in it, which is then forgotten",
    () =>
      story(function* (world) {
        const { candidate, mailbox, state } = world
        world.account({ ...candidate, locale: "nb" })
        yield* requestSignIn(candidate.email.toUpperCase())
        yield* sendDueMails(allReactions)
        const [mail] = [...mailbox.values()]
        assert.deepInclude(mail, { to: candidate.email, template: "sign-in" })
        assert.include(mail?.text, "https://treff.example/sign-in?token=token%201")
        assert.isNull([...state.signIns.values()][0]?.sealedToken)
        assert.strictEqual((yield* signIn(lastToken(world))).id, candidate.id)
      })
  )

  it.effect("is not sent once the link is used, or its time is over", () =>
    story(function* (world) {
      const { candidate, mailbox } = world
      yield* requestSignIn(candidate.email)
      yield* signIn(lastToken(world))
      yield* sendDueMails(allReactions)
      yield* requestSignIn(candidate.email)
      yield* TestClock.adjust(signInLifetime)
      yield* sendDueMails(allReactions)
      assert.strictEqual(mailbox.size, 0)
      assert.deepStrictEqual(
        world.deliveries().map(({ status, error }) => [status, error]),
        Array(2).fill(["skipped", "by now there is nothing to tell"])
      )
    })
  )
})

describe("forgetting", () => {
  it.effect("what counts no more: after an hour, with its notification, once its mail is sent or given up", () =>
    story(function* (world) {
      const { candidate } = world
      yield* requestSignIn(candidate.email)
      yield* sendDueMails(allReactions)
      yield* requestSignIn("nobody@b.example")
      yield* TestClock.adjust(hour - 1)
      yield* requestSignIn(candidate.email)
      assert.deepStrictEqual(yield* forgetSignIns(1), { finished: true })
      assert.strictEqual(world.state.signIns.size, 3)
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* forgetSignIns(1), { finished: true })
      assert.deepStrictEqual(tokens(world), ["token 2", "token 3"])
      yield* sendDueMails(allReactions)
      assert.deepStrictEqual(yield* forgetSignIns(1), { finished: true })
      assert.deepStrictEqual(tokens(world), ["token 3"])
      assert.strictEqual(world.notifications().length, 1)
    })
  )

  it.effect("takes a thousand at a time, and says whether that was all", () =>
    story(function* (world) {
      for (let count = 0; count < 1_001; count++) {
        world.state.signIns.set(`${count}`, {
          id: `${count}`,
          email: "ada@b.example",
          tokenHash: `${count}`,
          sealedToken: null,
          createdAt: now - hour,
          expiresAt: now,
          usedAt: null
        })
      }
      assert.deepStrictEqual(yield* forgetSignIns(1), { finished: false })
      assert.strictEqual(world.state.signIns.size, 1)
      assert.deepStrictEqual(yield* forgetSignIns(1), { finished: true })
      assert.strictEqual(world.state.signIns.size, 0)
    })
  )
})
