import { signToken } from "@treff/adapters/jwt"
import { aCandidate, aManager } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import * as Redacted from "effect/Redacted"
import { runJobNow } from "../../apps/local/src/cron.ts"
import { offerInput, type Stage } from "../stage.ts"

export const minute = 60_000
export const hour = 60 * minute

/** The names of the jobs. */
export const jobs = {
  relay: "relayEvents",
  expired: "checkDateExpiredOffers",
  started: "checkDateStartDateJobOffers",
  invitations: "expireInvitations"
} as const

/** The name of one of {@link jobs}. */
export type WorkerJob = (typeof jobs)[keyof typeof jobs]

/** Runs a job now, as the sandbox's control does; fails when it does. */
export const runJob = (platform: Stage["platform"], job: WorkerJob): Promise<void> => runJobNow(job, platform.runJob)

/** Sends the events and the mails that are due, once. */
export const relayOnce = ({ platform }: Pick<Stage, "platform">): Promise<void> => runJob(platform, jobs.relay)

/** Whether a statement is a commit of the journal's. */
export const isCommit = (query: string | undefined): boolean => query?.includes("permitted as materialized") ?? false

/** Whether one of the statements that are asked together is one: what counts comes with a lock before it. */
export const commits = (statements: ReadonlyArray<{ readonly query: string }>): boolean =>
  statements.some(({ query }) => isCommit(query))

/** A token that outlives any move of the clock. */
export const tokenOf = (stage: Stage, { id, role, subRole, companyId, email, username }: Account) =>
  signToken(
    Redacted.make(stage.privateKey),
    { id, role, subRole, companyId, email, username },
    { ...stage.platform.tokens, at: Date.now(), lifetime: 10 * 365 * 86_400 }
  )

/** Candidates who hold such tokens. */
export const addCandidates = (stage: Stage, count: number) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const candidate = aCandidate()
      await stage.addAccount(candidate)
      return { ...candidate, token: await tokenOf(stage, candidate) }
    })
  )

export type Candidate = Awaited<ReturnType<typeof addCandidates>>[number]

/** A hiring manager who holds such a token, of a company or of none yet. */
export const addManager = async (stage: Stage, companyId: string | null = null) => {
  const manager = aManager(companyId)
  await stage.addAccount(manager)
  return { ...manager, token: await tokenOf(stage, manager) }
}

/** A company whose people hold such tokens. */
export const openCompany = async (stage: Stage) => {
  const company = await stage.addCompany()
  const [manager, recruiter, colleague] = await Promise.all(
    [company.manager, company.recruiter, company.colleague].map((account) => tokenOf(stage, account))
  )
  const post =
    (token: string | undefined) => (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) =>
      stage.call("POST", path, {
        ...(token !== undefined && { token }),
        ...(body !== undefined && { body }),
        ...(headers && { headers })
      })
  return {
    company,
    tokens: { manager: manager ?? "", recruiter: recruiter ?? "", colleague: colleague ?? "" },
    byManager: post(manager),
    byRecruiter: post(recruiter),
    /** Sends an offer to a candidate, by the recruiter; answers the send's id. */
    send: async (offerId: string, candidateId: string, message?: string): Promise<string> => {
      const { status, json } = await post(recruiter)("/offer-sends", { offerId, candidateId, message })
      if (status !== 201) throw new Error(`The offer was not sent: ${status}`)
      return json.id
    },
    /** An active offer of the recruiter's; answers its id. */
    offer: async (changes: Readonly<Record<string, unknown>> = {}): Promise<string> => {
      const { status, json } = await post(recruiter)("/offers", offerInput(changes))
      if (status !== 201) throw new Error(`The offer was not made: ${status}`)
      return json.id
    }
  }
}

export type OpenCompany = Awaited<ReturnType<typeof openCompany>>
