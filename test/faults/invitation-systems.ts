import { listMembers, removeMember, Secrets } from "@treff/domain/identity"
import {
  acceptInvitation,
  declineInvitation,
  expireDueInvitations,
  inviteRecruiter,
  inviteRecruitersInBulk,
  listInvitations,
  readInvitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import { createOffer, sendOffer } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { aCandidate, aCompany, aManager, aRecruiter, everybodyOf, newId, content as offerContent } from "../given.ts"
import { offerInput, type Stage } from "../stage.ts"
import { hour, jobs, runJob, tokenOf } from "../workers/cast.ts"
import { openHeldStage } from "../workers/held-queue.ts"
import { type Asked, bulkSaid, type InvitationSystem, spelt } from "./invitation-model.ts"
import { limits, type Name } from "./invitation-world.ts"
import { codeOf, memoryMachine } from "./memory-machine.ts"
import { workersMachine } from "./workers-machine.ts"

/** Who is there to begin with, by the names of the model; Olga owns the offer that was sent to Cleo. */
const theCast = () => {
  const { manager: mia, recruiter: olga, colleague: ada, admin, id: acme } = aCompany()
  const beta = newId()
  const people = {
    mia,
    leo: aManager(acme),
    ned: aManager(null),
    ada,
    bea: aRecruiter(beta),
    cleo: aCandidate()
  }
  const addresses = Object.entries(people).map(([name, { email }]) => [name, email])
  const emails = {
    ...Object.fromEntries(addresses),
    fay: `Fay.${newId()}@Example.org`,
    gus: `Gus.${newId()}@Example.org`,
    nonsense: "nonsense"
  } as Readonly<Record<Name | "nonsense", string>>
  const companies = [
    { id: acme, name: "Acme", creatorId: mia.id },
    { id: beta, name: "Beta", creatorId: null }
  ]
  const accounts = [...everybodyOf({ id: acme, manager: mia, admin, recruiter: olga, colleague: ada })]
  return {
    people,
    olga,
    olgaId: olga.id,
    emails,
    companies,
    accounts: [...accounts, people.leo, people.ned, people.bea, people.cleo],
    companyIds: { acme, beta },
    ids: Object.fromEntries(Object.entries(people).map(([name, { id }]) => [name, id]))
  }
}

const profileOf = (username: string) => ({ username, firstName: "Kim", lastName: "Hansen", contactNumber: null })

/** Longer than any story. */
const years = 20 * 365 * 24 * hour

/** The domain embedded in a program, on the memory adapters. */
export const memoryInvitationSystem = (): InvitationSystem => {
  const cast = theCast()
  const { people, olga, olgaId, emails, companies, accounts, companyIds, ids } = cast
  const settings = { lifetime: 72 * hour, openAtMost: limits.open, sentAtMost: limits.sent }
  const { machine, begin, answerOf, valueFrom, exits, state } = memoryMachine(settings)
  const ok = () => "ok"
  const programOf = ({ call, caller: claims, id, link }: Asked): (() => Promise<string>) => {
    const caller = claims ?? olga
    const contentOf = ({ to, isUpper }: { readonly to: Name | "nonsense"; readonly isUpper: boolean }) => ({
      email: spelt(cast, to, isUpper),
      personalMessage: null,
      locale: null
    })
    switch (call.command) {
      case "invite":
        return () => answerOf(inviteRecruiter(caller, contentOf(call)), ok)
      case "bulk": {
        const contents = call.rows.map(contentOf)
        return () =>
          answerOf(inviteRecruitersInBulk(caller, contents), (outcomes: ReadonlyArray<string>) => {
            // As a map: of the same spelling twice the first counts.
            const said = contents
              .map(({ email }, index) => [email, outcomeCode(outcomes[index] ?? "")] as const)
              .reverse()
            return bulkSaid(cast, Object.fromEntries(said))
          })
      }
      case "revoke":
        return () => answerOf(revokeInvitation({ caller, id }), ok)
      case "resend":
        return () => answerOf(resendInvitation({ caller, id }), ok)
      case "remove":
        return () => answerOf(removeMember({ caller, id }), ok)
      case "decline":
        return () => answerOf(declineInvitation(link), ok)
      case "validate":
        return () =>
          answerOf(
            readInvitation(link),
            ({ invitation }: Effect.Success<ReturnType<typeof readInvitation>>) => `ok ${invitation.status}`
          )
      case "accept": {
        const profile = Effect.succeed(profileOf(call.username))
        return () => answerOf(acceptInvitation({ token: link, caller: claims, profile }), ok)
      }
    }
  }
  return {
    ...machine,
    ids,
    olgaId,
    emails,
    companyIds,
    begin: async () => {
      const begun = Math.floor(Date.now() / 1000) * 1000
      begin({ companies, accounts }, begun + hour / 2)
      const dates = { jobStartsAt: begun + years, expiresAt: begun + years + hour, contractEndsAt: null }
      const { value } = await valueFrom(createOffer(olga, offerContent(dates)))
      await valueFrom(sendOffer(olga, { offerId: value.id, candidateId: people.cleo.id, message: null }))
      return begun
    },
    ask: async (asked) => Promise.all(Array.from({ length: asked.call.times }, programOf(asked))),
    sweep: () => exits(expireDueInvitations(20)),
    linkOf: async (id) => {
      const sealed = state().invitations.get(id)?.value.sealedToken ?? ""
      return Redacted.value((await valueFrom(Secrets.use((secrets) => secrets.open(sealed)))) ?? Redacted.make("lost"))
    },
    list: async () => {
      const query = { status: null, order: "createdAt", descending: true, number: 0, size: 100 } as const
      const { rows } = await valueFrom(listInvitations(people.mia, query))
      const members = await valueFrom(listMembers(people.mia, { number: 1, limit: 100 }))
      return {
        invitations: Object.fromEntries(rows.map(({ value }) => [value.id, value.status])),
        members: members.rows.map(({ value }) => value.id)
      }
    }
  }
}

const outcomeCode = (outcome: string) => (outcome === "Invited" ? "invited" : codeOf(outcome))

/** Both workers in workerd over PostgreSQL, with a queue that is held in the hand. */
export const openInvitationWorkers = async (): Promise<InvitationSystem & { readonly close: () => Promise<void> }> => {
  const cast = theCast()
  const { people, olga, olgaId, emails, companies, accounts, companyIds, ids } = cast
  const held = await openHeldStage({
    settings: {
      INVITATIONS_OPEN_PER_COMPANY: { type: "text", value: String(limits.open) },
      INVITATIONS_SENT_PER_DAY: { type: "text", value: String(limits.sent) }
    }
  })
  const { stage } = held
  const { machine, begin, withOutage, succeeds } = workersMachine(held)
  const mia = await tokenOf(stage, people.mia)
  const seed = async () => {
    // Who came by an invitation goes, and who was there before is again as they were.
    await stage.pool.query("delete from account")
    await stage.pool.query("delete from company")
    for (const { id, name, creatorId } of companies) {
      const values = [id, name, creatorId]
      await stage.pool.query(
        "insert into company (id, name, creator_id, created_at) values ($1, $2, $3, now())",
        values
      )
    }
    for (const account of accounts) await stage.addAccount(account)
  }
  /** Signed once for each thing that they say. */
  const tokens = new Map<string, Promise<string>>()
  const bearer = (caller: NonNullable<Asked["caller"]>): Promise<string> => {
    const { id, role, subRole, companyId } = caller
    const claims = { ...olga, id, role, subRole, companyId }
    const said = JSON.stringify(claims)
    const token = tokens.get(said) ?? tokenOf(stage, claims)
    tokens.set(said, token)
    return token
  }
  const requestOf = ({ call, id, link }: Asked): readonly [string, string, unknown?] => {
    const rowOf = ({ to, isUpper }: { readonly to: Name | "nonsense"; readonly isUpper: boolean }) => ({
      email: spelt(cast, to, isUpper)
    })
    switch (call.command) {
      case "invite":
        return ["POST", "/api/invitations/recruiter", rowOf(call)]
      case "bulk":
        return ["POST", "/api/invitations/bulk-recruiter", call.rows.map(rowOf)]
      case "revoke":
        return ["PATCH", `/api/invitations/${id}/revoke`]
      case "resend":
        return ["POST", `/api/invitations/${id}/resend`]
      case "remove":
        return ["DELETE", `/api/members/${id}`]
      case "decline":
        return ["POST", `/api/invitations/decline/${link}`]
      case "validate":
        return ["GET", `/api/invitations/validate/${link}`]
      case "accept":
        return ["POST", `/api/invitations/accept/${link}`, profileOf(call.username)]
    }
  }
  const said = ({ call }: Asked, { status, json, headers }: Awaited<ReturnType<Stage["call"]>>): string => {
    if (status === 429) return `${json.code} ${Math.ceil(Number(headers.get("retry-after")) / 3_600)}`
    if (status >= 400) return json.code
    if (call.command === "bulk") return bulkSaid(cast, json)
    return call.command === "validate" ? `ok ${json.status.toLowerCase()}` : "ok"
  }
  return {
    ...machine,
    ids,
    olgaId,
    emails,
    companyIds,
    begin: async () => {
      const begun = await begin(hour / 2)
      await seed()
      const token = await tokenOf(stage, olga)
      const [startDateJob, expiredDate] = [years, years + hour].map((after) => new Date(begun + after).toISOString())
      const body = offerInput({ startDateJob, expiredDate })
      const offer = await stage.call("POST", "/offers", { token, body })
      const send = { offerId: offer.json.id, candidateId: people.cleo.id }
      const { status } = await stage.call("POST", "/offer-sends", { token, body: send })
      if (status !== 201) throw new Error(`The offer was not sent: ${status}`)
      return begun
    },
    ask: async (asked) => {
      const [method, path, body] = requestOf(asked)
      const token = asked.caller === null ? undefined : await bearer(asked.caller)
      const options = { ...(token !== undefined && { token }), ...(body !== undefined && { body }) }
      const ask = () => stage.call(method, path, options).then((answer) => said(asked, answer))
      const times = Array.from({ length: asked.call.times }, () => ask)
      return withOutage(asked.call.outage, () => Promise.all(times.map((ask) => ask())), ["store-unavailable"])
    },
    sweep: (outage) => withOutage(outage, () => succeeds(runJob(held.platform(), jobs.invitations)), false),
    linkOf: (id) => stage.sealedToken("invitation", id),
    list: async () => {
      const invitations = await stage.call("GET", "/api/invitations?size=100", { token: mia })
      const members = await stage.call("GET", "/api/members?limit=100", { token: mia })
      return {
        invitations: Object.fromEntries(
          invitations.json.content.map(({ id, status }: { readonly id: string; readonly status: string }) => [
            id,
            status.toLowerCase()
          ])
        ),
        members: members.json.map(({ id }: { readonly id: string }) => id)
      }
    },
    close: held.close
  }
}
