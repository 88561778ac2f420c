import { assert, describe, it } from "@effect/vitest"
import { aNotification, hour, newId, now, steps } from "@treff/contract-tests/fixtures"
import { type Channel, type NotificationContent, type Reactions, StoreUnavailable } from "@treff/domain/events"
import {
  acceptInvitation,
  declineInvitation,
  expireDueInvitations,
  type Invitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import {
  type Mail,
  MailDeferred,
  Mailer,
  MailerUnavailable,
  MailRefused,
  Notifications
} from "@treff/domain/notifications"
import type { Offer, OfferNotification, OfferSent } from "@treff/domain/offers"
import { allReactions, type ReactionPorts, sendDueMails } from "@treff/domain/reactions"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { TestClock } from "effect/testing"
import { type Ports, story, type World } from "../story.ts"

const minute = 60_000

/** That somebody is to be notified by mail, of an event of its own; answers the id of the mail. */
const queued = (
  world: World,
  recipientId: string,
  content: NotificationContent,
  companyId: string | null = null,
  channels: ReadonlyArray<Channel> = ["inbox", "mail"]
): string => {
  const { deliveries, ...notification } = aNotification(newId(), recipientId, channels, content, companyId)
  const written = deliveries.map((delivery) =>
    delivery.channel === "mail"
      ? ({ ...delivery, status: "queued", error: null, sentAt: null } as const)
      : ({ ...delivery, status: "sent", error: null, sentAt: now } as const)
  )
  world.state.notifications.set(notification.id, { ...notification, createdAt: now, readAt: null, deliveries: written })
  const id = deliveries.find(({ channel }) => channel === "mail")?.id ?? ""
  world.state.outgoingMails.set(id, { notificationId: notification.id, dueAt: now, attempts: 0 })
  return id
}
const ended = (title = "Baker"): NotificationContent => ({
  template: "offer-ended",
  data: { offerSentId: newId(), offerId: newId(), title, reason: "offer_archived" }
})
const mails = (world: World, count: number) =>
  Array.from({ length: count }, () => queued(world, world.candidate.id, ended()))
/** What has become of a mail by now. */
const mailNow = ({ state }: World, id = "") => {
  const deliveries = [...state.notifications.values()].flatMap(({ deliveries }) => deliveries)
  const { status, error, sentAt } = deliveries.find((delivery) => delivery.id === id) ?? {}
  return { status, error, sentAt }
}

/** A mailer that answers each mail in the given way, and what it was given. */
const mailer = (answer: (mail: Mail, count: number) => ReturnType<Mailer["Service"]["send"]>) => {
  const received: Array<Mail> = []
  return {
    received,
    send: () =>
      Effect.provideService(
        sendDueMails(allReactions),
        Mailer,
        Mailer.of({
          send: (mail) =>
            Effect.suspend(() => {
              received.push(mail)
              return answer(mail, received.length)
            })
        })
      )
  }
}

describe("sending what is due", () => {
  it.effect("sends each mail once, to its recipient, in their language, under the id of its delivery", () =>
    story(function* (world) {
      const { candidate, other, state, mailbox } = world
      state.accounts.set(other.id, { ...other, locale: "fr" })
      const ids = [candidate, other].map(({ id }) => queued(world, id, ended("Baker & Sons")))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 2, finished: true })
      assert.deepStrictEqual(
        [...mailbox.values()].map(({ id, to, template }) => ({ id, to, template })),
        [candidate, other].map(({ email }, index) => ({ id: ids[index], to: email, template: "offer-ended" }))
      )
      const subjects = [...mailbox.values()].map(({ subject }) => subject)
      assert.isTrue(subjects.every((subject) => subject.includes("Baker & Sons")))
      assert.notStrictEqual(subjects[0], subjects[1])
      for (const id of ids) {
        assert.deepStrictEqual(mailNow(world, id), { status: "sent", error: null, sentAt: now + 1_000 })
      }
      // What was written into the inbox stays as it was.
      const inbox = world.deliveries().filter(({ channel }) => channel === "inbox")
      assert.deepStrictEqual(inbox, Array(2).fill({ channel: "inbox", status: "sent", error: null, sentAt: now }))
      yield* TestClock.adjust("9 days")
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 0, finished: true })
      assert.strictEqual(mailbox.size, 2)
    })
  )

  it.effect("takes a hundred at a time, and says whether it got through", () =>
    story(function* (world) {
      mails(world, 150)
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 100, finished: false })
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 50, finished: true })
      assert.strictEqual(world.mailbox.size, 150)
    })
  )

  it.effect("has no more than six on their way at once", () =>
    story(function* (world) {
      mails(world, 40)
      let open = 0
      let most = 0
      const { send } = mailer(() =>
        Effect.gen(function* () {
          most = Math.max(most, ++open)
          yield* Effect.yieldNow
          open--
        })
      )
      assert.strictEqual((yield* send()).sent, 40)
      assert.strictEqual(most, 6)
    })
  )

  it.effect("by eight at once sends each once", () =>
    story(function* (world) {
      mails(world, 700)
      const { received, send } = mailer(() => Effect.yieldNow)
      const sweeps = yield* Effect.all(
        Array.from({ length: 8 }, () => send()),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(
        sweeps.reduce((sum, { sent }) => sum + sent, 0),
        700
      )
      assert.strictEqual(new Set(received.map(({ id }) => id)).size, 700)
      assert.strictEqual(received.length, 700)
    })
  )
})

describe("whether what mails say is still true", () => {
  /** The contexts as they are, each of which notes the templates of the mails that it is asked about. */
  const asked = (questions: Array<ReadonlyArray<string>>): ReadonlyArray<Reactions<ReactionPorts>> =>
    allReactions.map((context) => ({
      ...context,
      stillTrue: (mails, at) => {
        questions.push(mails.map(({ template }) => template))
        return context.stillTrue(mails, at)
      }
    }))

  it.effect("is asked of each context once for all its mails in a batch, and of no context that has none", () =>
    story(function* (world) {
      const questions: Array<ReadonlyArray<string>> = []
      assert.deepStrictEqual(yield* sendDueMails(asked(questions)), { sent: 0, finished: true })
      assert.deepStrictEqual(questions, [])
      mails(world, 2)
      invitationMail(world, world.invitation())
      mails(world, 1)
      assert.deepStrictEqual(yield* sendDueMails(asked(questions)), { sent: 4, finished: true })
      assert.deepStrictEqual(questions, [["offer-ended", "offer-ended", "offer-ended"], ["invitation"]])
    })
  )

  it.effect("is not known where its context has a bug: its mails wait, and those of the others are sent", () =>
    story(function* (world) {
      const [waiting] = mails(world, 1)
      invitationMail(world, world.invitation())
      const broken = allReactions.map(
        (context): Reactions<ReactionPorts> =>
          "offer-ended" in context.templates ? { ...context, stillTrue: () => Effect.die(new Error("a bug")) } : context
      )
      assert.deepStrictEqual(yield* sendDueMails(broken), { sent: 1, finished: true })
      assert.deepStrictEqual(mailNow(world, waiting), {
        status: "queued",
        error: "it could not be checked",
        sentAt: null
      })
      yield* TestClock.adjust(hour)
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 1, finished: true })
      assert.strictEqual(mailNow(world, waiting).status, "sent")
    })
  )

  it.effect("is nobody's to say of a template that no context has: its mail waits, and the others are sent", () =>
    story(function* (world) {
      const unknown = queued(world, world.candidate.id, { template: "of-a-newer-version", data: {} })
      const [known] = mails(world, 1)
      const questions: Array<ReadonlyArray<string>> = []
      assert.deepStrictEqual(yield* sendDueMails(asked(questions)), { sent: 1, finished: true })
      assert.deepStrictEqual(questions, [["offer-ended"]])
      assert.strictEqual(mailNow(world, known).status, "sent")
      assert.deepStrictEqual(mailNow(world, unknown), { status: "queued", error: "it could not be made", sentAt: null })
    })
  )
})

describe("a mail that is not taken", () => {
  it.effect("is failed with the reason where it was refused, and not tried again; the others go on", () =>
    story(function* (world) {
      const [refused, other] = mails(world, 2)
      const { received, send } = mailer(({ id }) =>
        id === refused ? Effect.fail(new MailRefused({ reason: "no such mailbox" })) : Effect.void
      )
      assert.deepStrictEqual(yield* send(), { sent: 1, finished: true })
      assert.deepStrictEqual(mailNow(world, refused), { status: "failed", error: "no such mailbox", sentAt: null })
      assert.strictEqual(mailNow(world, other).status, "sent")
      yield* TestClock.adjust("9 days")
      yield* send()
      assert.strictEqual(received.length, 2)
    })
  )

  it.effect("is tried again at growing distances where it was put off, and failed after three days", () =>
    story(function* (world) {
      const [id] = mails(world, 1)
      const { send } = mailer(() => Effect.fail(new MailDeferred({ reason: "greylisted" })))
      const tries: Array<number> = []
      for (let elapsed = 0; elapsed <= 4 * 24 * 60; elapsed++) {
        const before = world.state.outgoingMails.get(id ?? "")?.attempts
        yield* send()
        if (before !== undefined && world.state.outgoingMails.get(id ?? "")?.attempts !== before) tries.push(elapsed)
        if (elapsed === 0) {
          assert.deepStrictEqual(mailNow(world, id), { status: "queued", error: "greylisted", sentAt: null })
        }
        yield* TestClock.adjust("1 minute")
      }
      assert.deepStrictEqual(tries.slice(0, 6), [0, 1, 6, 31, 91, 151])
      // Every hour until then: the first try that is three days old is the last.
      assert.strictEqual(tries.at(-1), 31 + 60 * Math.ceil((3 * 24 * 60 - 31) / 60))
      assert.deepStrictEqual(mailNow(world, id), { status: "failed", error: "greylisted", sentAt: null })
    })
  )

  it.effect("and is taken later after all is sent, without the reason", () =>
    story(function* (world) {
      const [id] = mails(world, 1)
      const { send } = mailer((_, count) =>
        count < 3 ? Effect.fail(new MailDeferred({ reason: "busy" })) : Effect.void
      )
      yield* send()
      yield* TestClock.adjust("1 minute")
      yield* send()
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* send(), { sent: 1, finished: true })
      assert.deepStrictEqual(mailNow(world, id), { status: "sent", error: null, sentAt: now + 6 * minute })
    })
  )
})

describe("a mail to somebody who is not there", () => {
  it.effect("is failed where there is no such account any more", () =>
    story(function* (world) {
      const [id] = mails(world, 1)
      world.state.accounts.delete(world.candidate.id)
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 0, finished: true })
      assert.deepStrictEqual(mailNow(world, id), {
        status: "failed",
        error: "there is no such account any more",
        sentAt: null
      })
    })
  )

  it.effect("is skipped where it is a matter of a company that they have left", () =>
    story(function* (world) {
      const { acme, globex, state } = world
      for (const companyId of [null, globex.id]) {
        const id = queued(world, acme.recruiter.id, ended(), acme.id)
        state.accounts.set(acme.recruiter.id, { ...acme.recruiter, companyId })
        assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 0, finished: true })
        assert.deepInclude(mailNow(world, id), { status: "skipped", error: "by now there is nothing to tell" })
      }
      state.accounts.set(acme.recruiter.id, acme.recruiter)
      queued(world, acme.recruiter.id, ended(), acme.id)
      assert.strictEqual((yield* sendDueMails(allReactions)).sent, 1)
    })
  )
})

describe("a mailer out of reach", () => {
  it.effect("stops the pass: the rest is not tried, and due again in ten seconds", () =>
    story(function* (world) {
      const ids = mails(world, 100)
      const { received, send } = mailer(() => Effect.fail(new MailerUnavailable({ reason: "nobody answers" })))
      assert.deepStrictEqual(yield* send(), { sent: 0, finished: true })
      assert.isAtMost(received.length, 6)
      // Those who tried say so; why is not for whom the mail is to.
      const errors = ids.flatMap((id) => mailNow(world, id).error ?? [])
      assert.deepStrictEqual(errors, Array(received.length).fill("the mailer is out of reach"))
      assert.isTrue(ids.every((id) => mailNow(world, id).status === "queued"))
      yield* TestClock.adjust("10 seconds")
      const answering = mailer(() => Effect.void)
      assert.strictEqual((yield* answering.send()).sent, 100 - received.length)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* answering.send()).sent, received.length)
    })
  )

  it.effect("is logged once in a pass, with no address", () =>
    story(function* (world) {
      mails(world, 20)
      const logged: Array<unknown> = []
      const logger = Logger.layer([Logger.make(({ message }) => void logged.push(message))])
      const { send } = mailer((mail) => Effect.fail(new MailerUnavailable({ reason: `<${mail.to}>: nobody answers` })))
      yield* Effect.provide(send(), logger)
      assert.deepStrictEqual(logged, [["no mail can be sent", "… nobody answers"]])
    })
  )

  it.effect("lets no mail fail, for however long, and sends all in the end", () =>
    story(function* (world) {
      const ids = mails(world, 20)
      const { send } = mailer(() => Effect.fail(new MailerUnavailable({ reason: "nobody answers" })))
      for (let hours = 0; hours < 100; hours++) {
        yield* send()
        yield* TestClock.adjust("1 hour")
      }
      assert.isTrue(ids.every((id) => mailNow(world, id).status === "queued"))
      assert.isAbove((yield* Clock.currentTimeMillis) - now, 4 * day)
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 20, finished: true })
    })
  )
})

describe("after a crash", () => {
  it.effect("between the mail and its note it is sent again under the same id, once its lease is over", () =>
    story(function* (world) {
      const [id] = mails(world, 1)
      const { received, send } = mailer(() => Effect.void)
      const notifications = yield* Notifications
      const gone = new StoreUnavailable({ operation: "Notifications.recordMailOutcomes", cause: "gone" })
      const crashing = Notifications.of({ ...notifications, recordMailOutcomes: () => Effect.fail(gone) })
      assert.strictEqual(yield* Effect.flip(Effect.provideService(send(), Notifications, crashing)), gone)
      assert.strictEqual(mailNow(world, id).status, "queued")
      yield* TestClock.adjust(5 * minute - 1)
      assert.strictEqual((yield* send()).sent, 0)
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* send()).sent, 1)
      assert.deepStrictEqual(
        received.map((mail) => mail.id),
        [id, id]
      )
      assert.deepStrictEqual(received[0], received[1])
    })
  )
})

describe("a mail that says what is no longer true", () => {
  type OfferTemplate = OfferNotification["template"]
  type Setup = { readonly world: World; readonly offer: Offer; readonly send: OfferSent }
  const circumstances: Record<string, (received: Setup) => void> = {
    "as it was": () => {},
    "offer disabled": ({ world, offer }) => change(world, offer, { status: "disabled" }),
    "offer archived": ({ world, offer }) => change(world, offer, { status: "archived" }),
    "offer past its date": ({ world, offer }) => change(world, offer, { jobStartsAt: now }),
    "offer in its next term": ({ world, offer }) => change(world, offer, { term: 2 }),
    "offer deleted": ({ world, offer }) => void world.state.offers.delete(offer.id),
    "send withdrawn": ({ world, send }) =>
      void world.state.offerSends.set(send.id, { version: 2, value: { ...send, status: "withdrawn" } }),
    "send gone": ({ world, send }) => void world.state.offerSends.delete(send.id),
    "offer transferred": ({ world, offer }) => change(world, offer, { ownerId: world.acme.colleague.id })
  }
  const change = ({ state }: World, offer: Offer, changes: Partial<Offer>) =>
    void state.offers.set(offer.id, { version: 2, value: { ...offer, ...changes } })

  const contents = ({ world, offer, send }: Setup): Record<OfferTemplate, OfferNotification> => {
    const { id, firstName, lastName } = world.candidate
    const about = { offerSentId: send.id, offerId: offer.id, title: "Baker" }
    const toRecruiter = { ...about, candidate: { id, firstName, lastName } }
    const person = { id: newId(), firstName: "Finn", lastName: "Berg" }
    return {
      "offer-sent": { template: "offer-sent", data: { ...about, companyName: "Acme", message: null } },
      "offer-sent-viewed": { template: "offer-sent-viewed", data: toRecruiter },
      "offer-sent-responded": { template: "offer-sent-responded", data: toRecruiter },
      "offer-sent-withdrawn": { template: "offer-sent-withdrawn", data: toRecruiter },
      "offer-ended": { template: "offer-ended", data: { ...about, reason: "offer_archived" } },
      "offer-handed-over": { template: "offer-handed-over", data: { ...about, newOwner: person } },
      "offer-taken-over": { template: "offer-taken-over", data: { ...about, formerOwner: person } }
    }
  }

  const everywhere = Object.keys(circumstances)
  /** In which circumstances each is sent; the former owner is the colleague, the present one the recruiter. */
  const sentWhere: Record<OfferTemplate, ReadonlyArray<string>> = {
    "offer-sent": ["as it was", "offer transferred"],
    "offer-sent-viewed": ["as it was", "offer disabled", "offer transferred"],
    "offer-sent-responded": ["as it was", "offer disabled", "offer transferred"],
    // That somebody took it back stays so while the offer is there.
    "offer-sent-withdrawn": ["as it was", "offer disabled", "offer transferred", "send withdrawn"],
    "offer-ended": everywhere,
    "offer-handed-over": everywhere.filter((name) => !["offer deleted", "offer transferred"].includes(name)),
    "offer-taken-over": everywhere.filter((name) => !["offer deleted", "offer transferred"].includes(name))
  }

  it.effect.each(Object.keys(sentWhere) as Array<OfferTemplate>)(
    "%s: is not sent, but skipped, with the reason",
    (template) =>
      Effect.forEach(everywhere, (name) =>
        story(function* (world) {
          const offer = world.offer()
          const send = world.send(offer, steps("viewed"))
          const received = { world, offer, send }
          const { acme, candidate } = world
          const recipient =
            template === "offer-sent" || template === "offer-ended"
              ? candidate
              : template === "offer-handed-over"
                ? acme.colleague
                : acme.recruiter
          const id = queued(world, recipient.id, contents(received)[template])
          circumstances[name]?.(received)
          const { sent } = yield* sendDueMails(allReactions)
          const { status, error } = mailNow(world, id)
          const isSent = sentWhere[template].includes(name)
          const [count, becomes, why] = isSent ? [1, "sent", null] : [0, "skipped", "by now there is nothing to tell"]
          assert.deepStrictEqual<unknown>({ sent, status, error }, { sent: count, status: becomes, error: why }, name)
          assert.strictEqual(world.mailbox.size, isSent ? 1 : 0)
        })
      )
  )
})

/** The mail with the token that an invitation has just now. */
const invitationMail = (
  world: World,
  { id, resends, expiresAt }: Invitation,
  personalMessage: string | null = null
) => {
  const inviter = { id: world.acme.manager.id, firstName: "Mia", lastName: "Vik" }
  const data = { invitationId: id, resends, expiresAt, personalMessage, companyName: "Acme", inviter }
  return queued(world, id, { template: "invitation", data }, null, ["mail"])
}

describe("the mail of an invitation", () => {
  it.effect("goes to its address, in its language, with what the inviter writes and the link, once", () =>
    story(function* (world) {
      const invitation = world.invitation({ email: "Ada.Berg@b.example", locale: "nb", tokenHash: "hash of a-_Z" })
      const { state, mailbox } = world
      state.invitations.set(invitation.id, { version: 1, value: { ...invitation, sealedToken: "sealed a-_Z" } })
      const id = invitationMail(world, invitation, "Kom og bak")
      assert.deepStrictEqual(yield* sendDueMails(allReactions), { sent: 1, finished: true })
      const mail = mailbox.get(id)
      assert.deepInclude(mail, { id, to: "Ada.Berg@b.example", template: "invitation" })
      for (const part of [mail?.text, mail?.html]) {
        assert.include(part, "https://treff.example/accept-invitation?token=a-_Z")
        assert.include(part, "Kom og bak")
      }
      assert.include(mail?.subject, "Mia Vik")
      assert.include(mail?.subject, "Acme")
      // In Bokmål.
      assert.match(mail?.text ?? "", /invitasjon|invitert|inviterer/i)
      assert.deepStrictEqual(mailNow(world, id), { status: "sent", error: null, sentAt: now })
      assert.isNull(world.invitationNow(invitation)?.value.sealedToken)
      yield* TestClock.adjust("1 hour")
      yield* sendDueMails(allReactions)
      assert.strictEqual(mailbox.size, 1)
    })
  )

  it.effect("of somebody who has an account goes to the address of the invitation all the same", () =>
    story(function* (world) {
      const invitation = world.invitation({ email: world.candidate.email.toUpperCase(), locale: "fr" })
      const id = invitationMail(world, invitation)
      yield* sendDueMails(allReactions)
      assert.strictEqual(world.mailbox.get(id)?.to, invitation.email)
    })
  )

  const fates: Readonly<
    Record<string, (world: World, invitation: Invitation) => Effect.Effect<unknown, unknown, Ports>>
  > = {
    revoked: (world, { id }) => revokeInvitation({ caller: world.acme.manager, id }),
    declined: (world, invitation) => declineInvitation(world.tokenOf(invitation)),
    accepted: (world, invitation) => {
      const profile = { username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null }
      return acceptInvitation({ token: world.tokenOf(invitation), caller: null, profile: Effect.succeed(profile) })
    },
    "sent again": (world, { id }) => resendInvitation({ caller: world.acme.manager, id }),
    "expired, not swept": () => TestClock.adjust("72 hours"),
    "expired, and swept": () => Effect.andThen(TestClock.adjust("72 hours"), expireDueInvitations(1)),
    "sent already, by another sweep": ({ state }, invitation) =>
      Effect.sync(() =>
        state.invitations.set(invitation.id, { version: 1, value: { ...invitation, sealedToken: null } })
      )
  }
  it.effect.each(Object.entries(fates))("is not sent once it is %s", ([name, fate]) =>
    story(function* (world) {
      const invitation = world.invitation()
      const id = invitationMail(world, invitation)
      yield* fate(world, invitation) as Effect.Effect<unknown, never, Ports>
      yield* sendDueMails(allReactions)
      assert.strictEqual(world.mailbox.size, 0)
      assert.deepInclude(mailNow(world, id), { status: "skipped", error: "by now there is nothing to tell" })
      // What is forgotten with it is its own token: that of another mail is still to be sent.
      const sealedToken = name === "sent again" ? "sealed token 1" : null
      assert.strictEqual(world.invitationNow(invitation)?.value.sealedToken, sealedToken)
    })
  )

  it.effect("is skipped where the invitation is gone", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const id = invitationMail(world, invitation)
      world.state.invitations.delete(invitation.id)
      yield* sendDueMails(allReactions)
      assert.deepInclude(mailNow(world, id), { status: "skipped", error: "by now there is nothing to tell" })
    })
  )

  it.effect("of each token is sent with that one", () =>
    story(function* (world) {
      const { manager } = world.acme
      const invitation = world.invitation()
      const first = invitationMail(world, invitation)
      yield* sendDueMails(allReactions)
      const { value } = yield* resendInvitation({ caller: manager, id: invitation.id })
      const second = invitationMail(world, value)
      yield* sendDueMails(allReactions)
      assert.include(world.mailbox.get(first)?.text, `?token=${invitation.id}`)
      assert.include(world.mailbox.get(second)?.text, "?token=token%201")
    })
  )

  it.effect(
    "is put off while its token was sealed with a key that is not known here, and given up after three days",
    () =>
      story(function* (world) {
        const invitation = world.invitation({ expiresAt: now + 5 * day })
        const foreign = { ...invitation, sealedToken: "by another key" }
        world.state.invitations.set(invitation.id, { version: 1, value: foreign })
        const id = invitationMail(world, invitation)
        const { received, send } = mailer(() => Effect.void)
        assert.deepStrictEqual(yield* send(), { sent: 0, finished: true })
        const putOff = { status: "queued", error: "its link could not be opened", sentAt: null } as const
        assert.deepStrictEqual(mailNow(world, id), putOff)
        assert.strictEqual(world.invitationNow(invitation)?.value.sealedToken, "by another key")
        yield* TestClock.adjust(3 * day - 1)
        yield* send()
        assert.deepStrictEqual(mailNow(world, id), putOff)
        yield* TestClock.adjust(hour)
        yield* send()
        assert.deepStrictEqual(mailNow(world, id), { ...putOff, status: "failed" })
        assert.isNull(world.invitationNow(invitation)?.value.sealedToken)
        assert.deepStrictEqual(received, [])
      })
  )

  it.effect("goes out once the key is known again", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const { state } = world
      state.invitations.set(invitation.id, { version: 1, value: { ...invitation, sealedToken: "by another key" } })
      const id = invitationMail(world, invitation)
      yield* sendDueMails(allReactions)
      state.invitations.set(invitation.id, { version: 1, value: invitation })
      yield* TestClock.adjust(minute)
      assert.strictEqual((yield* sendDueMails(allReactions)).sent, 1)
      assert.include(world.mailbox.get(id)?.text, invitation.id)
    })
  )

  it.effect("keeps its token while it is put off, and has it forgotten where it is refused", () =>
    story(function* (world) {
      const invitation = world.invitation()
      invitationMail(world, invitation)
      const sealed = () => world.invitationNow(invitation)?.value.sealedToken
      yield* mailer(() => Effect.fail(new MailDeferred({ reason: "busy" }))).send()
      assert.strictEqual(sealed(), invitation.sealedToken)
      yield* TestClock.adjust(minute)
      yield* mailer(() => Effect.fail(new MailerUnavailable({ reason: "away" }))).send()
      assert.strictEqual(sealed(), invitation.sealedToken)
      yield* TestClock.adjust(hour)
      yield* mailer(() => Effect.fail(new MailRefused({ reason: "no such mailbox" }))).send()
      assert.isNull(sealed())
    })
  )

  it.effect("has its token neither in what is kept of it nor in what is logged", () =>
    story(function* (world) {
      const invitation = world.invitation()
      invitationMail(world, invitation)
      const logged: Array<unknown> = []
      const logger = Logger.layer([Logger.make(({ message }) => void logged.push(message))])
      const broken = mailer((mail) => Effect.die(new Error(mail.text)))
      yield* Effect.provide(broken.send(), logger)
      const token = `token=${invitation.id}`
      assert.include(broken.received[0]?.text, token)
      assert.isNotEmpty(logged)
      assert.notInclude(JSON.stringify([logged, world.notifications()]), token)
    })
  )
})

describe("the mail about the answer to an inviter", () => {
  const person = { id: newId(), firstName: "Ada", lastName: "Berg" }
  const contents: ReadonlyArray<NotificationContent> = [
    { template: "invitation-accepted", data: { invitationId: newId(), email: "ada@b.example", member: person } },
    { template: "invitation-declined", data: { invitationId: newId(), email: "ada@b.example" } }
  ]

  it.effect("goes to who is still of the company, whatever has become of the invitation", () =>
    story(function* (world) {
      const { acme, mailbox } = world
      for (const content of contents) {
        const id = queued(world, acme.manager.id, content, acme.id)
        yield* sendDueMails(allReactions)
        assert.deepInclude(mailbox.get(id), { to: acme.manager.email, template: content.template })
      }
      world.leaves(acme.manager)
      for (const content of contents) {
        const id = queued(world, acme.manager.id, content, acme.id)
        yield* sendDueMails(allReactions)
        assert.deepInclude(mailNow(world, id), { status: "skipped", error: "by now there is nothing to tell" })
      }
      assert.strictEqual(mailbox.size, 2)
    })
  )
})
