import { createHash, generateKeyPairSync } from "node:crypto"
import { aCandidate, aManager, aRecruiter, type CompanyWithPeople, hour, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { generateKey } from "../../apps/local/src/keys.ts"
import { offerInput } from "../stage.ts"
import { castOf } from "./cast.ts"
import { type Edge, openEdge, pathWith, routesOf } from "./contract.ts"

// Who may do what, over HTTP: one line per kind of caller, one column per route. The offer belongs to `recruiter`, who has
// sent it to a candidate. The invitation is of a hiring manager's, not of who made the company, and its address has no
// account; the member is a recruiter. What becomes of a send with its offer, and who owns what, is for the domain's tests.

const routes = {
  list: "GET /offers",
  create: "POST /offers",
  read: "GET /offers/{id}",
  update: "POST /offers/{id}",
  enable: "POST /offers/{id}/enabled",
  disable: "POST /offers/{id}/disabled",
  archive: "POST /offers/{id}/archived",
  delete: "POST /offers/{id}/delete",
  transfer: "POST /offers/{id}/transfer",
  history: "GET /offers/{id}/history",
  sends: "GET /offer-sends",
  look: "GET /offer-sends/{id}",
  send: "POST /offer-sends",
  bulk: "POST /offer-sends/bulk",
  status: "POST /offer-sends/{id}/status",
  takeback: "DELETE /offer-sends/{id}",
  ofOffer: "GET /offers/{offerId}/sends",
  inbox: "GET /notifications",
  mark: "POST /notifications/{id}/read",
  markAll: "POST /notifications/read-all",
  invite: "POST /api/invitations/recruiter",
  inviteAll: "POST /api/invitations/bulk-recruiter",
  invited: "GET /api/invitations",
  validate: "GET /api/invitations/validate/{token}",
  accept: "POST /api/invitations/accept/{token}",
  decline: "POST /api/invitations/decline/{token}",
  revoke: "PATCH /api/invitations/{id}/revoke",
  resend: "POST /api/invitations/{id}/resend",
  members: "GET /api/members",
  dismiss: "DELETE /api/members/{id}",
  promote: "PATCH /api/members/{id}",
  rename: "PATCH /api/company",
  link: "POST /api/sign-in",
  enter: "POST /api/sign-in/{token}",
  live: "GET /health/live",
  ready: "GET /health/ready",
  keys: "GET /.well-known/jwks.json"
} as const

/** What a cell of the table says. `ok` is the status of the route's success. */
const outcomes: Readonly<Record<string, readonly [number, string]>> = {
  none: [401, "token-missing"],
  bad: [401, "token-invalid"],
  stale: [401, "token-stale"],
  nocom: [403, "no-company"],
  role: [403, "role-not-allowed"],
  owner: [403, "not-owner"],
  unsent: [403, "not-recipient"],
  gone: [404, "not-found"]
}

const offersMatrix = `
caller                                     | list  create read   update enable disable archive delete transfer history live ready keys
no token                                   | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
not a bearer token                         | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
bearer of nothing                          | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
two tokens                                 | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
broken: no JWT                             | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
broken: signature cut off                  | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
broken: claims exchanged                   | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
expired 40 s ago                           | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
expired 20 s ago, within the leeway        | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
never expires                              | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
valid in 40 s                              | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
valid in 20 s, within the leeway           | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
wrong issuer                               | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
no issuer                                  | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
wrong audience                             | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
no audience                                | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
alg: none                                  | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
HS256 signed with our public key           | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
another's ES256 key under our kid          | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
a kid that we don't know                   | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: no such role                       | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: recruiter without sub-role         | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: manager with a sub-role            | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: candidate with a sub-role          | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: no subject                         | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: a subject that is no id            | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: a company that is no id            | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
stale: removed from the company            | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: now another role                    | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: now another sub-role                | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: now in another company              | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: the account is gone                 | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: a candidate who is gone             | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
no company yet: recruiter_user             | nocom nocom  nocom  nocom  nocom  nocom   nocom   nocom  nocom    nocom   ok   ok    ok
no company yet: recruiter_admin            | nocom nocom  nocom  nocom  nocom  nocom   nocom   nocom  nocom    nocom   ok   ok    ok
no company yet: hiring manager             | nocom nocom  nocom  nocom  nocom  nocom   nocom   nocom  nocom    nocom   ok   ok    ok
token names no company: admin              | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
token names no company: manager            | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
token names no company: other's admin      | ok    ok     gone   gone   gone   gone    gone    gone   gone     gone    ok   ok    ok
candidate, nothing sent to them            | ok    role   unsent role   role   role    role    role   role     role    ok   ok    ok
candidate, sent to them                    | ok    role   ok     role   role   role    role    role   role     role    ok   ok    ok
recruiter_user who owns it                 | ok    ok     ok     ok     ok     ok      ok      role   role     ok      ok   ok    ok
recruiter_user, a colleague's              | ok    ok     owner  owner  owner  owner   owner   role   role     owner   ok   ok    ok
recruiter_admin                            | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
hiring manager                             | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
another company's recruiter_user           | ok    ok     gone   gone   gone   gone    gone    role   role     gone    ok   ok    ok
another company's recruiter_admin          | ok    ok     gone   gone   gone   gone    gone    gone   gone     gone    ok   ok    ok
another company's hiring manager           | ok    ok     gone   gone   gone   gone    gone    gone   gone     gone    ok   ok    ok
`

const sendsMatrix = `
caller                                     | sends look   send  bulk  status takeback ofOffer inbox mark  markAll
no token                                   | none  none   none  none  none   none     none    none  none  none
not a bearer token                         | none  none   none  none  none   none     none    none  none  none
bearer of nothing                          | none  none   none  none  none   none     none    none  none  none
two tokens                                 | none  none   none  none  none   none     none    none  none  none
broken: no JWT                             | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
broken: signature cut off                  | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
broken: claims exchanged                   | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
expired 40 s ago                           | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
expired 20 s ago, within the leeway        | ok    ok     ok    ok    ok     ok       ok      ok    ok    ok
never expires                              | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
valid in 40 s                              | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
valid in 20 s, within the leeway           | ok    ok     ok    ok    ok     ok       ok      ok    ok    ok
wrong issuer                               | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
no issuer                                  | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
wrong audience                             | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
no audience                                | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
alg: none                                  | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
HS256 signed with our public key           | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
another's ES256 key under our kid          | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
a kid that we don't know                   | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
claims: no such role                       | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
claims: recruiter without sub-role         | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
claims: manager with a sub-role            | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
claims: candidate with a sub-role          | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
claims: no subject                         | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
claims: a subject that is no id            | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
claims: a company that is no id            | bad   bad    bad   bad   bad    bad      bad     bad   bad   bad
stale: removed from the company            | stale stale  stale stale stale  stale    stale   stale stale stale
stale: now another role                    | stale stale  stale stale stale  stale    stale   stale stale stale
stale: now another sub-role                | stale stale  stale stale stale  stale    stale   stale stale stale
stale: now in another company              | stale stale  stale stale stale  stale    stale   stale stale stale
stale: the account is gone                 | stale stale  stale stale stale  stale    stale   stale stale stale
stale: a candidate who is gone             | stale stale  stale stale stale  stale    stale   stale stale stale
no company yet: recruiter_user             | nocom nocom  nocom nocom nocom  nocom    nocom   ok    ok    ok
no company yet: recruiter_admin            | nocom nocom  nocom nocom nocom  nocom    nocom   ok    ok    ok
no company yet: hiring manager             | nocom nocom  nocom nocom nocom  nocom    nocom   ok    ok    ok
token names no company: admin              | ok    ok     ok    ok    ok     ok       ok      ok    ok    ok
token names no company: manager            | ok    ok     ok    ok    ok     ok       ok      ok    ok    ok
token names no company: other's admin      | ok    gone   gone  gone  gone   gone     gone    ok    ok    ok
candidate, nothing sent to them            | ok    unsent role  role  unsent unsent   role    ok    ok    ok
candidate, sent to them                    | ok    ok     role  role  ok     ok       role    ok    ok    ok
recruiter_user who owns it                 | ok    ok     ok    ok    ok     ok       ok      ok    ok    ok
recruiter_user, a colleague's              | ok    owner  owner owner owner  owner    owner   ok    ok    ok
recruiter_admin                            | ok    ok     ok    ok    ok     ok       ok      ok    ok    ok
hiring manager                             | ok    ok     ok    ok    ok     ok       ok      ok    ok    ok
another company's recruiter_user           | ok    gone   gone  gone  gone   gone     gone    ok    ok    ok
another company's recruiter_admin          | ok    gone   gone  gone  gone   gone     gone    ok    ok    ok
another company's hiring manager           | ok    gone   gone  gone  gone   gone     gone    ok    ok    ok
`

const invitationsMatrix = `
caller                                     | invite inviteAll invited validate accept decline revoke resend members dismiss promote rename link  enter
no token                                   | none   none      none    ok       ok     ok      none   none   none    none    none    none   ok    ok
not a bearer token                         | none   none      none    ok       none   ok      none   none   none    none    none    none   ok    ok
bearer of nothing                          | none   none      none    ok       none   ok      none   none   none    none    none    none   ok    ok
two tokens                                 | none   none      none    ok       none   ok      none   none   none    none    none    none   ok    ok
broken: no JWT                             | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
broken: signature cut off                  | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
broken: claims exchanged                   | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
expired 40 s ago                           | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
expired 20 s ago, within the leeway        | role   role      role    ok       ok     ok      role   role   ok      role    role    role   ok    ok
never expires                              | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
valid in 40 s                              | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
valid in 20 s, within the leeway           | role   role      role    ok       ok     ok      role   role   ok      role    role    role   ok    ok
wrong issuer                               | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
no issuer                                  | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
wrong audience                             | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
no audience                                | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
alg: none                                  | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
HS256 signed with our public key           | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
another's ES256 key under our kid          | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
a kid that we don't know                   | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
claims: no such role                       | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
claims: recruiter without sub-role         | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
claims: manager with a sub-role            | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
claims: candidate with a sub-role          | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
claims: no subject                         | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
claims: a subject that is no id            | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
claims: a company that is no id            | bad    bad       bad     ok       bad    ok      bad    bad    bad     bad     bad     bad    ok    ok
stale: removed from the company            | stale  stale     stale   ok       ok     ok      stale  stale  stale   stale   stale   stale  ok    ok
stale: now another role                    | stale  stale     stale   ok       ok     ok      stale  stale  stale   stale   stale   stale  ok    ok
stale: now another sub-role                | stale  stale     stale   ok       ok     ok      stale  stale  stale   stale   stale   stale  ok    ok
stale: now in another company              | stale  stale     stale   ok       ok     ok      stale  stale  stale   stale   stale   stale  ok    ok
stale: the account is gone                 | stale  stale     stale   ok       ok     ok      stale  stale  stale   stale   stale   stale  ok    ok
stale: a candidate who is gone             | stale  stale     stale   ok       ok     ok      stale  stale  stale   stale   stale   stale  ok    ok
no company yet: recruiter_user             | role   role      role    ok       ok     ok      nocom  nocom  nocom   nocom   nocom   nocom  ok    ok
no company yet: recruiter_admin            | role   role      role    ok       ok     ok      nocom  nocom  nocom   nocom   nocom   nocom  ok    ok
no company yet: hiring manager             | ok     ok        ok      ok       ok     ok      nocom  nocom  nocom   nocom   nocom   nocom  ok    ok
token names no company: admin              | role   role      role    ok       ok     ok      role   role   ok      role    role    role   ok    ok
token names no company: manager            | ok     ok        ok      ok       ok     ok      ok     ok     ok      ok      ok      ok     ok    ok
token names no company: other's admin      | role   role      role    ok       ok     ok      role   role   ok      role    role    role   ok    ok
candidate, nothing sent to them            | role   role      role    ok       ok     ok      role   role   role    role    role    role   ok    ok
candidate, sent to them                    | role   role      role    ok       ok     ok      role   role   role    role    role    role   ok    ok
recruiter_user who owns it                 | role   role      role    ok       ok     ok      role   role   role    role    role    role   ok    ok
recruiter_user, a colleague's              | role   role      role    ok       ok     ok      role   role   role    role    role    role   ok    ok
recruiter_admin                            | role   role      role    ok       ok     ok      role   role   ok      role    role    role   ok    ok
hiring manager                             | ok     ok        ok      ok       ok     ok      ok     ok     ok      ok      ok      ok     ok    ok
another company's recruiter_user           | role   role      role    ok       ok     ok      role   role   role    role    role    role   ok    ok
another company's recruiter_admin          | role   role      role    ok       ok     ok      role   role   ok      role    role    role   ok    ok
another company's hiring manager           | ok     ok        ok      ok       ok     ok      gone   gone   ok      gone    gone    ok     ok    ok
`

type RouteName = keyof typeof routes

const read = (matrix: string) =>
  matrix
    .trim()
    .split("\n")
    .map((line) => {
      const [caller = "", cells = ""] = line.split("|").map((part) => part.trim())
      return { caller, cells: cells.split(/ +/) }
    })

const matrices = [read(offersMatrix), read(sendsMatrix), read(invitationsMatrix)]
/** One line of all of them, which say the same callers. */
const lineOf = (index: number) => {
  const [caller = "", ...others] = new Set(matrices.map((lines) => lines[index]?.caller ?? ""))
  assert.deepStrictEqual(others, [])
  return { caller, cells: matrices.flatMap((lines) => lines[index]?.cells ?? []) }
}
const [head, ...rows] = (matrices[0] ?? []).map((_, index) => lineOf(index))
const columns = (head?.cells ?? []) as ReadonlyArray<RouteName>

interface GivenCaller {
  /** What they send, made when it is sent: some of it is a matter of seconds. */
  readonly authorization: () => Promise<string | undefined>
  /** Whose notifications are theirs. */
  readonly account?: Account
  /** Whether the offer was sent to them. */
  readonly isRecipient?: boolean
}

let edge: Edge
let ours: CompanyWithPeople
let theirs: CompanyWithPeople
let admin: Account
/** To whom offers are sent, unless they are sent to the caller, and somebody to whom nothing was sent. */
let dan: Account
let eve: Account
/** By whom the invitation is. */
let inviter: Account
let callers: Readonly<Record<string, GivenCaller | (() => Promise<GivenCaller>)>>

beforeAll(async () => {
  // Everybody invites, and more than once.
  const many = { type: "text", value: "10000" } as const
  edge = await openEdge({
    bindings: { edgeApi: { INVITATIONS_OPEN_PER_COMPANY: many, INVITATIONS_SENT_PER_DAY: many } }
  })
  ours = await edge.addCompany()
  theirs = await edge.addCompany()
  admin = ours.admin
  const foreignKey = await generateKey()
  dan = await edge.addCandidate()
  eve = await edge.addCandidate()
  const cleo = await edge.addCandidate()

  /** An account that was as its token says, and then changed. */
  const changed = async (account: Account, change: string): Promise<Account> => {
    await edge.addAccount(account)
    await edge.pool.query(`${change} where id = $1`, [account.id])
    return account
  }
  const newAdmin = (): Account => ({ ...aRecruiter(ours.id), subRole: "recruiter_admin" })
  const removed = await changed(newAdmin(), "update account set company_id = null")
  const promoted = await changed(newAdmin(), "update account set role = 'hiring_manager', sub_role = null")
  const demoted = await changed(newAdmin(), "update account set sub_role = 'recruiter_user'")
  const moved = await changed(newAdmin(), `update account set company_id = '${theirs.id}'`)
  const gone = await changed(newAdmin(), "delete from account")
  const goneCandidate = await changed(aCandidate(), "delete from account")
  const unbound = aRecruiter(null)
  const unboundAdmin: Account = { ...aRecruiter(null), subRole: "recruiter_admin" }
  await edge.addAccount(unbound)
  await edge.addAccount(unboundAdmin)
  inviter = aManager(ours.id)
  await edge.addAccount(inviter)

  const bearer = async (token: string | Promise<string>) => `Bearer ${await token}`
  const by = (account: Account, authorization: GivenCaller["authorization"]): GivenCaller => ({
    account,
    authorization
  })
  const as = (account: Account) => by(account, () => bearer(edge.tokenOf(account)))
  const withoutCompany = (account: Account) => by(account, () => bearer(edge.tokenOf(account, { companyId: null })))
  const cut = async (change: (parts: ReadonlyArray<string>) => ReadonlyArray<string>) =>
    bearer(change((await edge.tokenOf(admin)).split(".")).join("."))

  /** A token of the admin's whose claims and header are changed; what is undefined is left out. */
  const forged =
    (
      claims: Readonly<Record<string, unknown>>,
      { key = edge.privateKey, header = {} }: { readonly key?: typeof edge.privateKey; readonly header?: object } = {}
    ) =>
    async () => {
      const second = Math.floor(Date.now() / 1000)
      const { issuer, audience } = edge.platform.tokens
      const payload = {
        sub: admin.id,
        role: admin.role,
        subRole: admin.subRole,
        companyId: admin.companyId,
        iss: issuer,
        aud: audience,
        iat: second,
        nbf: second,
        exp: second + 3_600,
        ...claims
      } as JWTPayload
      return bearer(
        new SignJWT(payload)
          .setProtectedHeader({ alg: "ES256", kid: edge.privateKey.kid, ...header })
          .sign(await importJWK(key, "ES256"))
      )
    }
  const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

  /** Some of these are the admin, and are let through. */
  const sentByAdmin: Readonly<Record<string, GivenCaller["authorization"]>> = {
    "no token": async () => undefined,
    "not a bearer token": async () => `Basic ${Buffer.from("kim:hansen").toString("base64")}`,
    "bearer of nothing": async () => "Bearer",
    "two tokens": async () => [await bearer(edge.tokenOf(admin)), await bearer(edge.tokenOf(admin))].join(", "),
    "broken: no JWT": () => bearer("not-a-token"),
    "broken: signature cut off": () =>
      cut(([head = "", payload = "", signature = ""]) => [head, payload, signature.slice(4)]),
    "broken: claims exchanged": async () => {
      const [, payload = ""] = (await edge.tokenOf(theirs.admin)).split(".")
      return cut(([head = "", , signature = ""]) => [head, payload, signature])
    },
    "expired 40 s ago": () => forged({ nbf: secondsFromNow(-100), exp: secondsFromNow(-40) })(),
    "expired 20 s ago, within the leeway": () => forged({ nbf: secondsFromNow(-100), exp: secondsFromNow(-20) })(),
    "never expires": forged({ exp: undefined }),
    "valid in 40 s": () => forged({ nbf: secondsFromNow(40) })(),
    "valid in 20 s, within the leeway": () => forged({ nbf: secondsFromNow(20) })(),
    "wrong issuer": forged({ iss: "https://elsewhere.example" }),
    "no issuer": forged({ iss: undefined }),
    "wrong audience": forged({ aud: "elsewhere" }),
    "no audience": forged({ aud: undefined }),
    "alg: none": async () => {
      const { id, role, subRole, companyId } = admin
      const { issuer, audience } = edge.platform.tokens
      return bearer(
        new UnsecuredJWT({ role, subRole, companyId })
          .setSubject(id)
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime("1h")
          .encode()
      )
    },
    "HS256 signed with our public key": async () => {
      const { d: _, ...publicKey } = edge.privateKey
      const { issuer, audience } = edge.platform.tokens
      const { id, role, subRole, companyId } = admin
      return bearer(
        new SignJWT({ role, subRole, companyId })
          .setProtectedHeader({ alg: "HS256", kid: publicKey.kid })
          .setSubject(id)
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime("1h")
          .sign(new TextEncoder().encode(JSON.stringify(publicKey)))
      )
    },
    "another's ES256 key under our kid": forged({}, { key: foreignKey }),
    "a kid that we don't know": forged({}, { key: foreignKey, header: { kid: foreignKey.kid } }),
    "claims: no such role": forged({ role: "owner" }),
    "claims: recruiter without sub-role": forged({ subRole: undefined }),
    "claims: manager with a sub-role": forged({ role: "hiring_manager" }),
    "claims: candidate with a sub-role": forged({ role: "candidate" }),
    "claims: no subject": forged({ sub: undefined }),
    "claims: a subject that is no id": forged({ sub: "admin' or '1'='1" }),
    "claims: a company that is no id": forged({ companyId: "acme" })
  }

  callers = {
    ...Object.fromEntries(
      Object.entries(sentByAdmin).map(([caller, authorization]) => [caller, by(admin, authorization)])
    ),
    "stale: removed from the company": as(removed),
    "stale: now another role": as(promoted),
    "stale: now another sub-role": as(demoted),
    "stale: now in another company": as(moved),
    "stale: the account is gone": as(gone),
    "stale: a candidate who is gone": as(goneCandidate),
    "no company yet: recruiter_user": as(unbound),
    "no company yet: recruiter_admin": as(unboundAdmin),
    // Another one for each call: who invites has a company from then on.
    "no company yet: hiring manager": async () => {
      const unboundManager = aManager(null)
      await edge.addAccount(unboundManager)
      return as(unboundManager)
    },
    "token names no company: admin": withoutCompany(admin),
    "token names no company: manager": withoutCompany(ours.manager),
    "token names no company: other's admin": withoutCompany(theirs.admin),
    "candidate, nothing sent to them": as(cleo),
    "candidate, sent to them": { ...as(cleo), isRecipient: true },
    "recruiter_user who owns it": as(ours.recruiter),
    "recruiter_user, a colleague's": as(ours.colleague),
    recruiter_admin: as(ours.admin),
    "hiring manager": as(ours.manager),
    "another company's recruiter_user": as(theirs.recruiter),
    "another company's recruiter_admin": as(theirs.admin),
    "another company's hiring manager": as(theirs.manager)
  }
})
afterAll(() => edge.close())

/** An offer of `recruiter`'s, new for each call that may change it. */
const anOfferOfOurs = async (): Promise<string> => {
  const made = await edge.as(ours.recruiter)("POST", "/offers", { body: offerInput() })
  assert.strictEqual(made.status, 201)
  return made.json.id
}

/** Writes what is asked for past the API, and answers what its things are called. */
const prepare = async ({ account, isRecipient = false }: GivenCaller) => {
  const owner = ours.recruiter
  const to = isRecipient && account !== undefined ? account : dan
  const ids = { offer: newId(), send: newId(), notification: newId(), invitation: newId(), token: newId() }
  const member = aRecruiter(ours.id)
  await edge.addAccount(member)
  const now = Date.now()
  const [startsAt, expiresAt] = [now + 10 * day, now + 20 * day]
  const iso = (at: number) => new Date(at).toISOString()
  const parties = { offerId: ids.offer, term: 1, candidateId: to.id, senderId: owner.id }
  const made = { ownerId: owner.id, term: 1, jobStartsAt: startsAt, expiresAt }
  await edge.pool.query(
    `with o as (
      insert into offer (id, version, company_id, owner_id, title, description, employment_type, salary, job_starts_at,
        expires_at, quiz_required, status, term, created_at, updated_at)
      values ($1, 1, $2, $3, 'Baker', 'Bread', 'permanent', '1', $4, $5, false, 'active', 1, $6, $6)
    ), s as (
      insert into offer_sent (id, version, company_id, offer_id, term, candidate_id, sender_id, title, status, sent_at,
        updated_at)
      values ($7, 1, $2, $1, 1, $8, $3, 'Baker', 'sent', $6, $6)
    ), n as (
      insert into notification (id, event_id, recipient_id, template, data, created_at)
      values ($9, $9, $10, 'offer-ended', $11, $6)
    ), d as (
      insert into notification_delivery (id, notification_id, channel, status, sent_at)
      values ($9, $9, 'inbox', 'sent', $6)
    )
    insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
    values (gen_random_uuid(), 'offer', $1, 1, 'offer.created', $12, $13, $2, $6),
      (gen_random_uuid(), 'offerSent', $7, 1, 'offerSent.created', $14, $13, $2, $6)`,
    [
      ids.offer,
      ours.id,
      owner.id,
      iso(startsAt),
      iso(expiresAt),
      iso(now - day),
      ids.send,
      to.id,
      ids.notification,
      account?.id ?? newId(),
      JSON.stringify({ offerSentId: ids.send, offerId: ids.offer, title: "Baker", reason: "offer_archived" }),
      JSON.stringify(made),
      JSON.stringify({ kind: "recruiter", id: owner.id }),
      JSON.stringify(parties)
    ]
  )
  const hash = createHash("sha256").update(ids.token).digest("base64url")
  const address = `${ids.invitation}@example.org`
  await edge.pool.query(
    `with i as (
      insert into invitation (id, version, company_id, inviter_id, email, token_hash, resends, status, created_at,
        expires_at, updated_at)
      values ($1, 1, $2, $3, $4, $5, 0, 'pending', $6, $7, $6)
    )
    insert into sign_in (id, email, token_hash, created_at, expires_at) values ($1, $8, $5, $6, $7)`,
    [ids.invitation, ours.id, inviter.id, address, hash, iso(now), iso(now + hour), member.email]
  )
  return { ...ids, member: member.id }
}
type Prepared = Awaited<ReturnType<typeof prepare>>

const bodyOf = (route: RouteName, { offer, token }: Prepared): object | undefined => {
  switch (route) {
    case "create":
    case "update":
      return offerInput({ title: "Baker, nights" })
    case "transfer":
      return { newRecruiterId: ours.admin.id }
    case "send":
      return { offerId: offer, candidateId: eve.id }
    case "bulk":
      return { offerId: offer, candidateIds: [eve.id] }
    case "status":
      return { status: "viewed" }
    case "invite":
      return { email: `${token}@example.org` }
    case "inviteAll":
      return [{ email: `${token}@example.org` }]
    case "accept":
      return { username: token, firstName: "Kim", lastName: "Hansen" }
    case "promote":
      return { subRole: "recruiter_admin" }
    case "rename":
      return { name: "Acme" }
    case "link":
      return { email: `${token}@example.org` }
    default:
      return undefined
  }
}
const idIn = (path: string, { offer, send, notification, invitation, token, member }: Prepared): string => {
  if (path.endsWith("{token}")) return token
  if (path.startsWith("/api/invitations")) return invitation
  if (path.startsWith("/api/members")) return member
  return path.startsWith("/offers") ? offer : path.startsWith("/notifications") ? notification : send
}

const successes: Partial<Record<RouteName, number>> = {
  create: 201,
  send: 201,
  bulk: 201,
  delete: 204,
  takeback: 204,
  invite: 201,
  decline: 204,
  revoke: 204,
  dismiss: 204,
  link: 202,
  markAll: 204
}

/** What somebody has changed of these, past what time alone did. */
const changesOf = async (all: ReadonlyArray<Prepared>) => {
  const { rows } = await edge.pool.query(
    `select type from event where subject_id = any($1) and sequence > 1 and actor->>'kind' <> 'system'
     union all select 'sent' from offer_sent where offer_id = any($1) and candidate_id = $2
     union all select 'read' from notification where id = any($3) and read_at is not null
     union all select type from event where subject_id = any($4)
     union all select 'invited' from invitation where email = any($5)
     union all select 'asked' from sign_in where email = any($5)
     union all select 'entered' from sign_in where id = any($4) and used_at is not null
     union all select 'accepted' from account where username = any($6)`,
    [
      all.flatMap(({ offer, send }) => [offer, send]),
      eve.id,
      all.map(({ notification }) => notification),
      all.flatMap(({ invitation, member }) => [invitation, member]),
      all.map(({ token }) => `${token}@example.org`),
      all.map(({ token }) => token)
    ]
  )
  return rows
}

describe("the authorization matrix", () => {
  it("has a column for every route of the description", () => {
    assert.sameMembers(
      columns.map((name) => routes[name]),
      routesOf(edge.document).map(({ method, path }) => `${method} ${path}`)
    )
  })

  it("has a line for every caller there is here", () => {
    assert.sameMembers(
      rows.map(({ caller }) => caller),
      Object.keys(callers)
    )
  })

  it.each(rows)("$caller", async ({ caller, cells }) => {
    assert.strictEqual(cells.length, columns.length)
    const found = callers[caller] ?? assert.fail(caller)
    const refused: Array<Prepared> = []
    const answered = await Promise.all(
      columns.map(async (name, column) => {
        const [method = "", path = ""] = routes[name].split(" ")
        const supplied = typeof found === "function" ? await found() : found
        const prepared = await prepare(supplied)
        if (cells[column] !== "ok") refused.push(prepared)
        const body = bodyOf(name, prepared)
        const authorization = await supplied.authorization()
        const answer = await edge.call(method, pathWith(path, idIn(path, prepared)), {
          ...(authorization !== undefined && { headers: { Authorization: authorization } }),
          ...(body !== undefined && { body })
        })
        return `${name} ${answer.status} ${answer.json?.code ?? ""}`
      })
    )
    assert.deepStrictEqual(
      answered,
      columns.map((name, column) => {
        const [status, code] = outcomes[cells[column] ?? ""] ?? [successes[name] ?? 200, ""]
        return `${name} ${status} ${code}`
      })
    )
    // Those who may mark all as read have marked these, too.
    const marks = cells[columns.indexOf("markAll")] === "ok"
    const trace = (await changesOf(refused)).filter(({ type }) => !(marks && type === "read"))
    assert.deepStrictEqual(trace, [], "whom it refused left no trace")
  })
})

describe("a token and the account of now", () => {
  it("counts at once that the account was removed from its company", async () => {
    const leaver = aRecruiter(ours.id)
    await edge.addAccount(leaver)
    const token = await edge.tokenOf(leaver)
    assert.strictEqual((await edge.call("GET", "/offers", { token })).status, 200)
    await edge.pool.query("update account set company_id = null where id = $1", [leaver.id])
    assert.strictEqual((await edge.call("GET", "/offers", { token })).json.code, "token-stale")
  })

  it("lets a manager who has just got a first company go on with the same token", async () => {
    const manager = aManager(null)
    await edge.addAccount(manager)
    const token = await edge.tokenOf(manager)
    assert.strictEqual((await edge.call("POST", "/offers", { token, body: offerInput() })).json.code, "no-company")
    await edge.pool.query("update account set company_id = $1 where id = $2", [ours.id, manager.id])
    const made = await edge.call("POST", "/offers", { token, body: offerInput() })
    assert.strictEqual(made.status, 201)
    assert.strictEqual(made.json.companyId, ours.id)
  })

  it("shows a colleague none of an owner's offers in the list, and an admin all of the company's only", async () => {
    const mine = await anOfferOfOurs()
    const idsSeenBy = async (account: Account) =>
      (await edge.as(account)("GET", "/offers?limit=100")).json.map(({ id }: { id: string }) => id)
    assert.include(await idsSeenBy(ours.recruiter), mine)
    assert.notInclude(await idsSeenBy(ours.colleague), mine)
    assert.include(await idsSeenBy(ours.admin), mine)
    assert.include(await idsSeenBy(ours.manager), mine)
    assert.notInclude(await idsSeenBy(theirs.admin), mine)
  })

  it("gives a candidate, to whom nothing was sent, an empty list, and 404 for what there is not", async () => {
    const candidate = aCandidate()
    await edge.addAccount(candidate)
    await anOfferOfOurs()
    const list = await edge.as(candidate)("GET", "/offers")
    assert.deepStrictEqual(list.json, [])
    assert.strictEqual(list.headers.get("x-total-count"), "0")
    assert.strictEqual((await edge.as(candidate)("GET", `/offers/${newId()}`)).status, 404)
  })

  it("refuses a key of another kind under a kid of ours", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const { issuer, audience } = edge.platform.tokens
    const token = await new SignJWT({ role: admin.role, subRole: admin.subRole, companyId: admin.companyId })
      .setProtectedHeader({ alg: "RS256", kid: edge.privateKey.kid })
      .setSubject(admin.id)
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime("1h")
      .sign(privateKey)
    assert.strictEqual((await edge.call("GET", "/offers", { token })).json.code, "token-invalid")
  })
})

// Requests that are wrong in several ways at once: which is said first?
describe("the order of the checks", () => {
  const bad = { title: 1 }
  const large = `{"title":"${"x".repeat(256 * 1024)}"}`
  const json = { "Content-Type": "application/json" }
  const plain = { "Content-Type": "text/plain" }
  const stale = { "If-Match": '"999"' }
  const unknown = newId()

  type Request = {
    readonly by: () => Account | "nobody"
    readonly call: `${string} ${string}`
    readonly body?: unknown
    readonly raw?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  let gone: Account
  let candidate: Account
  let unbound: Account
  /** Archived offers, so that an update or a disable of them is an illegal transition. */
  let archivedOfOurs: string
  let activeOfOurs: string
  /** Sends to Dan: of the active offer, viewed; one that he has answered; and one whose offer is disabled. */
  let send: string
  let answered: string
  let hidden: string
  let disabledOfOurs: string
  /** An invitation that is open, and one that was revoked, by `inviter`; managers without a company, and beside that one. */
  let invitation: Awaited<ReturnType<ReturnType<typeof castOf>["invited"]>>
  let revoked: typeof invitation
  let unboundManager: Account
  let colleague: Account
  beforeAll(async () => {
    gone = { ...aRecruiter(ours.id), subRole: "recruiter_admin" } // has no account
    candidate = aCandidate()
    unbound = aRecruiter(null)
    await edge.addAccount(candidate)
    await edge.addAccount(unbound)
    activeOfOurs = await anOfferOfOurs()
    archivedOfOurs = await anOfferOfOurs()
    await edge.as(ours.recruiter)("POST", `/offers/${archivedOfOurs}/archived`)
    const cast = castOf(edge)
    disabledOfOurs = await anOfferOfOurs()
    send = (await cast.sent(ours.recruiter, activeOfOurs, dan, "viewed")).id
    answered = (await cast.sent(ours.recruiter, await anOfferOfOurs(), dan, "responded")).id
    hidden = (await cast.sent(ours.recruiter, disabledOfOurs, dan)).id
    await cast.command(ours.recruiter, disabledOfOurs, "disabled")
    invitation = await cast.invited(inviter)
    revoked = await cast.invited(inviter)
    await edge.as(inviter)("PATCH", `/api/invitations/${revoked.id}/revoke`)
    unboundManager = aManager(null)
    colleague = aManager(ours.id)
    for (const manager of [unboundManager, colleague]) await edge.addAccount(manager)
  })

  const cases: ReadonlyArray<readonly [said: string, Request, status: number, code: string]> = [
    [
      "405 before 401",
      { by: () => "nobody", call: "PUT /offers", raw: large, headers: plain },
      405,
      "method-not-allowed"
    ],
    ["405 before 401 on one thing", { by: () => "nobody", call: "DELETE /offers/{active}" }, 405, "method-not-allowed"],
    ["404 of a route before 401", { by: () => "nobody", call: "POST /nothing" }, 404, "not-found"],
    ["401 before 415", { by: () => "nobody", call: "POST /offers", raw: "x", headers: plain }, 401, "token-missing"],
    ["401 before 413", { by: () => "nobody", call: "POST /offers", raw: large, headers: json }, 401, "token-missing"],
    ["401 before 400", { by: () => "nobody", call: "GET /offers?page=0" }, 401, "token-missing"],
    ["stale before 415", { by: () => gone, call: "POST /offers", raw: "x", headers: plain }, 401, "token-stale"],
    ["stale before 413", { by: () => gone, call: "POST /offers", raw: large, headers: json }, 401, "token-stale"],
    ["stale before not JSON", { by: () => gone, call: "POST /offers", raw: "{", headers: json }, 401, "token-stale"],
    ["stale before a bad body", { by: () => gone, call: "POST /offers", body: bad }, 401, "token-stale"],
    [
      "stale before rules of the domain",
      { by: () => gone, call: "POST /offers", body: offerInput({ title: "" }) },
      401,
      "token-stale"
    ],
    ["stale before a bad query", { by: () => gone, call: "GET /offers?page=0" }, 401, "token-stale"],
    ["stale before 404", { by: () => gone, call: "GET /offers/{unknown}" }, 401, "token-stale"],
    [
      "stale before 412",
      { by: () => gone, call: "POST /offers/{active}/archived", headers: stale },
      401,
      "token-stale"
    ],
    [
      "role before 415",
      { by: () => candidate, call: "POST /offers", raw: "x", headers: plain },
      403,
      "role-not-allowed"
    ],
    [
      "role before 413",
      { by: () => candidate, call: "POST /offers", raw: large, headers: json },
      403,
      "role-not-allowed"
    ],
    ["role before a bad body", { by: () => candidate, call: "POST /offers", body: bad }, 403, "role-not-allowed"],
    [
      "role before a bad query",
      { by: () => candidate, call: "GET /offers/{active}/history?page=0" },
      403,
      "role-not-allowed"
    ],
    ["role before 404", { by: () => candidate, call: "POST /offers/{unknown}/archived" }, 403, "role-not-allowed"],
    [
      "role before ownership, 404 and body",
      { by: () => ours.colleague, call: "POST /offers/{unknown}/transfer", body: bad },
      403,
      "role-not-allowed"
    ],
    ["no company before 415", { by: () => unbound, call: "POST /offers", raw: "x", headers: plain }, 403, "no-company"],
    [
      "no company before 413",
      { by: () => unbound, call: "POST /offers", raw: large, headers: json },
      403,
      "no-company"
    ],
    ["no company before a bad body", { by: () => unbound, call: "POST /offers", body: bad }, 403, "no-company"],
    [
      "no company before rules of the domain",
      { by: () => unbound, call: "POST /offers", body: offerInput({ title: "" }) },
      403,
      "no-company"
    ],
    ["no company before a bad query", { by: () => unbound, call: "GET /offers?limit=0" }, 403, "no-company"],
    ["no company before 404", { by: () => unbound, call: "GET /offers/{unknown}" }, 403, "no-company"],
    [
      "415 before 413",
      { by: () => ours.recruiter, call: "POST /offers", raw: large, headers: plain },
      415,
      "media-type-not-supported"
    ],
    [
      "415 before 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", raw: "x", headers: plain },
      415,
      "media-type-not-supported"
    ],
    [
      "413 before 400 and 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", raw: large, headers: json },
      413,
      "body-too-large"
    ],
    [
      "a bad body before 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", body: bad },
      400,
      "invalid-input"
    ],
    [
      "rules of the domain before 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", body: offerInput({ title: "" }) },
      400,
      "invalid-input"
    ],
    [
      "a bad query before 404",
      { by: () => ours.recruiter, call: "GET /offers/{unknown}/history?page=0" },
      400,
      "invalid-input"
    ],
    [
      "a bad body before ownership",
      { by: () => ours.colleague, call: "POST /offers/{active}", body: bad },
      400,
      "invalid-input"
    ],
    [
      "rules of the domain before ownership",
      { by: () => ours.colleague, call: "POST /offers/{active}", body: offerInput({ title: "" }) },
      400,
      "invalid-input"
    ],
    [
      "a bad body before 412",
      { by: () => ours.recruiter, call: "POST /offers/{active}", body: bad, headers: stale },
      400,
      "invalid-input"
    ],
    [
      "a bad body before the state",
      { by: () => ours.recruiter, call: "POST /offers/{archived}", body: bad },
      400,
      "invalid-input"
    ],
    [
      "rules of the domain before the state",
      { by: () => ours.recruiter, call: "POST /offers/{archived}", body: offerInput({ title: "" }) },
      400,
      "invalid-input"
    ],
    [
      "404 before 412",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}/archived", headers: stale },
      404,
      "not-found"
    ],
    [
      "404 of another company's before the state",
      { by: () => theirs.admin, call: "POST /offers/{archived}/disabled", headers: stale },
      404,
      "not-found"
    ],
    [
      "404 before an unknown recruiter",
      { by: () => ours.admin, call: "POST /offers/{unknown}/transfer", body: { newRecruiterId: unknown } },
      404,
      "not-found"
    ],
    [
      "ownership before 412 and the state",
      { by: () => ours.colleague, call: "POST /offers/{archived}/disabled", headers: stale },
      403,
      "not-owner"
    ],
    [
      "ownership before the state",
      { by: () => ours.colleague, call: "POST /offers/{archived}", body: offerInput() },
      403,
      "not-owner"
    ],
    [
      "412 before the state",
      { by: () => ours.recruiter, call: "POST /offers/{archived}/disabled", headers: stale },
      412,
      "stale-version"
    ],
    [
      "412 before a repetition",
      { by: () => ours.recruiter, call: "POST /offers/{archived}/archived", headers: stale },
      412,
      "stale-version"
    ],
    [
      "412 before an unknown recruiter",
      {
        by: () => ours.admin,
        call: "POST /offers/{active}/transfer",
        body: { newRecruiterId: unknown },
        headers: stale
      },
      412,
      "stale-version"
    ]
  ]

  const long = "x".repeat(2_001)
  const toEve = (offerId: string, more: object = {}) => ({ offerId, candidateId: eve.id, ...more })
  const viewed = { status: "viewed" }
  const tooMany = () => ({ offerId: unknown, candidateIds: Array.from({ length: 51 }, () => unknown) })
  const casesOfSends: ReadonlyArray<readonly [said: string, () => Request, status: number, code: string]> = [
    [
      "405 before 401 on the bulk",
      () => ({ by: () => "nobody", call: "GET /offer-sends/bulk" }),
      405,
      "method-not-allowed"
    ],
    [
      "405 before 401 on a send",
      () => ({ by: () => "nobody", call: "PUT /offer-sends/{send}" }),
      405,
      "method-not-allowed"
    ],
    [
      "405 before 401 on all notifications",
      () => ({ by: () => "nobody", call: "GET /notifications/read-all" }),
      405,
      "method-not-allowed"
    ],
    [
      "401 before 415 on a send",
      () => ({ by: () => "nobody", call: "POST /offer-sends", raw: "x", headers: plain }),
      401,
      "token-missing"
    ],
    [
      "401 before 404 on a send",
      () => ({ by: () => "nobody", call: "DELETE /offer-sends/{unknown}" }),
      401,
      "token-missing"
    ],
    [
      "stale before 51 candidates",
      () => ({ by: () => gone, call: "POST /offer-sends/bulk", body: tooMany() }),
      401,
      "token-stale"
    ],
    ["stale before a bad send", () => ({ by: () => gone, call: "POST /offer-sends", body: {} }), 401, "token-stale"],
    [
      "stale before the message",
      () => ({ by: () => gone, call: "POST /offer-sends", body: toEve(activeOfOurs, { message: long }) }),
      401,
      "token-stale"
    ],
    [
      "stale before a bad query of sends",
      () => ({ by: () => gone, call: "GET /offer-sends?status=gone" }),
      401,
      "token-stale"
    ],
    ["stale before 404 of a send", () => ({ by: () => gone, call: "GET /offer-sends/{unknown}" }), 401, "token-stale"],
    [
      "stale before 412 of a send",
      () => ({ by: () => gone, call: "DELETE /offer-sends/{send}", headers: stale }),
      401,
      "token-stale"
    ],
    [
      "stale before 404 of a notification",
      () => ({ by: () => gone, call: "POST /notifications/{unknown}/read" }),
      401,
      "token-stale"
    ],
    [
      "stale before a bad query of notifications",
      () => ({ by: () => gone, call: "GET /notifications?page=0" }),
      401,
      "token-stale"
    ],
    [
      "role before 415 of a send",
      () => ({ by: () => candidate, call: "POST /offer-sends", raw: "x", headers: plain }),
      403,
      "role-not-allowed"
    ],
    [
      "role before 413 of a bulk",
      () => ({ by: () => candidate, call: "POST /offer-sends/bulk", raw: large, headers: json }),
      403,
      "role-not-allowed"
    ],
    [
      "role before 51 candidates",
      () => ({ by: () => candidate, call: "POST /offer-sends/bulk", body: tooMany() }),
      403,
      "role-not-allowed"
    ],
    [
      "role before a bad query of an offer's sends",
      () => ({ by: () => candidate, call: "GET /offers/{unknown}/sends?page=0" }),
      403,
      "role-not-allowed"
    ],
    [
      "role before 404 of a send's offer",
      () => ({ by: () => candidate, call: "POST /offer-sends", body: toEve(unknown) }),
      403,
      "role-not-allowed"
    ],
    [
      "no company before 51 candidates",
      () => ({ by: () => unbound, call: "POST /offer-sends/bulk", body: tooMany() }),
      403,
      "no-company"
    ],
    [
      "no company before a bad send",
      () => ({ by: () => unbound, call: "POST /offer-sends", body: {} }),
      403,
      "no-company"
    ],
    [
      "no company before the message",
      () => ({ by: () => unbound, call: "POST /offer-sends", body: toEve(activeOfOurs, { message: long }) }),
      403,
      "no-company"
    ],
    [
      "no company before a bad status",
      () => ({ by: () => unbound, call: "POST /offer-sends/{send}/status", body: {} }),
      403,
      "no-company"
    ],
    [
      "no company before 404 of a send",
      () => ({ by: () => unbound, call: "GET /offer-sends/{unknown}" }),
      403,
      "no-company"
    ],
    [
      "no company before a bad query of sends",
      () => ({ by: () => unbound, call: "GET /offer-sends?offerId=1" }),
      403,
      "no-company"
    ],
    [
      "415 before 404 of a send",
      () => ({ by: () => ours.recruiter, call: "DELETE /offer-sends/{unknown}", raw: "x", headers: plain }),
      415,
      "media-type-not-supported"
    ],
    [
      "413 before 404 of a send",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends/{unknown}/status", raw: large, headers: json }),
      413,
      "body-too-large"
    ],
    [
      "415 before 404 of a notification",
      () => ({ by: () => dan, call: "POST /notifications/{unknown}/read", raw: "x", headers: plain }),
      415,
      "media-type-not-supported"
    ],
    [
      "a bad body before 404 of an offer that is sent",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends", body: toEve(unknown, { message: 1 }) }),
      400,
      "invalid-input"
    ],
    [
      "the message before 404 of an offer that is sent",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends", body: toEve(unknown, { message: long }) }),
      400,
      "invalid-input"
    ],
    [
      "51 candidates before 404 of an offer",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends/bulk", body: tooMany() }),
      400,
      "invalid-input"
    ],
    [
      "the message before ownership",
      () => ({ by: () => ours.colleague, call: "POST /offer-sends", body: toEve(activeOfOurs, { message: long }) }),
      400,
      "invalid-input"
    ],
    [
      "a bad status before 404",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends/{unknown}/status", body: {} }),
      400,
      "invalid-input"
    ],
    [
      "a bad status before ownership",
      () => ({ by: () => ours.colleague, call: "POST /offer-sends/{send}/status", body: {} }),
      400,
      "invalid-input"
    ],
    [
      "a bad status before the state",
      () => ({ by: () => dan, call: "POST /offer-sends/{answered}/status", body: { status: "sent" } }),
      400,
      "invalid-input"
    ],
    [
      "a bad query before whom a candidate asks for",
      () => ({ by: () => candidate, call: "GET /offer-sends?candidateId={unknown}&page=0" }),
      400,
      "invalid-input"
    ],
    [
      "a bad query before 404 of an offer's sends",
      () => ({ by: () => ours.recruiter, call: "GET /offers/{unknown}/sends?page=0" }),
      400,
      "invalid-input"
    ],
    [
      "404 of the offer before an unknown candidate",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends", body: { offerId: unknown, candidateId: unknown } }),
      404,
      "not-found"
    ],
    [
      "404 before 412 of a status",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends/{unknown}/status", body: viewed, headers: stale }),
      404,
      "not-found"
    ],
    [
      "404 of another company's send before its state",
      () => ({ by: () => theirs.admin, call: "POST /offer-sends/{answered}/status", body: viewed, headers: stale }),
      404,
      "not-found"
    ],
    [
      "ownership before an unknown candidate",
      () => ({
        by: () => ours.colleague,
        call: "POST /offer-sends",
        body: { offerId: activeOfOurs, candidateId: unknown }
      }),
      403,
      "not-owner"
    ],
    [
      "ownership before the offer's state",
      () => ({ by: () => ours.colleague, call: "POST /offer-sends", body: toEve(archivedOfOurs) }),
      403,
      "not-owner"
    ],
    [
      "ownership before 412 and the state of a send",
      () => ({ by: () => ours.colleague, call: "POST /offer-sends/{answered}/status", body: viewed, headers: stale }),
      403,
      "not-owner"
    ],
    [
      "another candidate's before 412 and the state",
      () => ({ by: () => candidate, call: "DELETE /offer-sends/{answered}", headers: stale }),
      403,
      "not-recipient"
    ],
    [
      "another candidate's before that the offer is disabled",
      () => ({ by: () => candidate, call: "POST /offer-sends/{hidden}/status", body: viewed }),
      403,
      "not-recipient"
    ],
    [
      "an unknown candidate before the offer's state",
      () => ({
        by: () => ours.recruiter,
        call: "POST /offer-sends",
        body: { offerId: archivedOfOurs, candidateId: unknown }
      }),
      400,
      "candidate-unknown"
    ],
    [
      "the offer's state before that it was sent already",
      () => ({
        by: () => ours.recruiter,
        call: "POST /offer-sends",
        body: { offerId: disabledOfOurs, candidateId: dan.id }
      }),
      400,
      "offer-not-active"
    ],
    [
      "412 before the state of a send",
      () => ({ by: () => ours.recruiter, call: "POST /offer-sends/{answered}/status", body: viewed, headers: stale }),
      412,
      "stale-version"
    ],
    [
      "412 before a repeated status",
      () => ({ by: () => dan, call: "POST /offer-sends/{send}/status", body: viewed, headers: stale }),
      412,
      "stale-version"
    ],
    [
      "412 before that the offer is disabled",
      () => ({ by: () => dan, call: "POST /offer-sends/{hidden}/status", body: viewed, headers: stale }),
      412,
      "stale-version"
    ],
    [
      "412 before that it is answered",
      () => ({ by: () => dan, call: "DELETE /offer-sends/{answered}", headers: stale }),
      412,
      "stale-version"
    ],
    [
      "that the offer is disabled before the step",
      () => ({ by: () => dan, call: "POST /offer-sends/{hidden}/status", body: { status: "responded" } }),
      400,
      "offer-not-active"
    ]
  ]

  const kim = { username: "kim", firstName: "Kim", lastName: "Hansen" }
  const inviting = { email: "kim@example.org" }
  const casesOfInvitations: ReadonlyArray<readonly [said: string, () => Request, status: number, code: string]> = [
    [
      "405 before 401 on invitations",
      () => ({ by: () => "nobody", call: "PUT /api/invitations" }),
      405,
      "method-not-allowed"
    ],
    [
      "405 before 401 on inviting",
      () => ({ by: () => "nobody", call: "GET /api/invitations/recruiter" }),
      405,
      "method-not-allowed"
    ],
    [
      "405 before 401 on a member",
      () => ({ by: () => "nobody", call: "GET /api/members/{unknown}" }),
      405,
      "method-not-allowed"
    ],
    [
      "405 before an unknown token",
      () => ({ by: () => "nobody", call: "GET /api/invitations/accept/{unknown}" }),
      405,
      "method-not-allowed"
    ],
    [
      "401 before 415 on inviting",
      () => ({ by: () => "nobody", call: "POST /api/invitations/recruiter", raw: "x", headers: plain }),
      401,
      "token-missing"
    ],
    [
      "401 before 404 of an invitation",
      () => ({ by: () => "nobody", call: "PATCH /api/invitations/{unknown}/revoke" }),
      401,
      "token-missing"
    ],
    [
      "401 before a bad name",
      () => ({ by: () => "nobody", call: "PATCH /api/company", body: {} }),
      401,
      "token-missing"
    ],
    [
      "stale before role on inviting",
      () => ({ by: () => gone, call: "POST /api/invitations/recruiter", body: inviting }),
      401,
      "token-stale"
    ],
    [
      "stale before a bad query of members",
      () => ({ by: () => gone, call: "GET /api/members?limit=0" }),
      401,
      "token-stale"
    ],
    [
      "stale before 404 of a member",
      () => ({ by: () => gone, call: "DELETE /api/members/{unknown}" }),
      401,
      "token-stale"
    ],
    [
      "role before 415 on inviting",
      () => ({ by: () => ours.admin, call: "POST /api/invitations/recruiter", raw: "x", headers: plain }),
      403,
      "role-not-allowed"
    ],
    [
      "role before a bulk that is none",
      () => ({ by: () => candidate, call: "POST /api/invitations/bulk-recruiter", body: [] }),
      403,
      "role-not-allowed"
    ],
    [
      "role before a bad query of invitations",
      () => ({ by: () => ours.admin, call: "GET /api/invitations?size=0" }),
      403,
      "role-not-allowed"
    ],
    [
      "role before 404 of an invitation",
      () => ({ by: () => ours.recruiter, call: "POST /api/invitations/{unknown}/resend" }),
      403,
      "role-not-allowed"
    ],
    [
      "role before a bad sub-role",
      () => ({ by: () => ours.admin, call: "PATCH /api/members/{unknown}", body: {} }),
      403,
      "role-not-allowed"
    ],
    [
      "no company before 415 on revoking",
      () => ({ by: () => unboundManager, call: "PATCH /api/invitations/{unknown}/revoke", raw: "x", headers: plain }),
      403,
      "no-company"
    ],
    [
      "no company before a bad query of members",
      () => ({ by: () => unboundManager, call: "GET /api/members?limit=0" }),
      403,
      "no-company"
    ],
    [
      "no company before a bad name",
      () => ({ by: () => unboundManager, call: "PATCH /api/company", body: { name: "" } }),
      403,
      "no-company"
    ],
    [
      "no company before 404 of a member",
      () => ({ by: () => unboundManager, call: "DELETE /api/members/{unknown}" }),
      403,
      "no-company"
    ],
    [
      "415 before 413 on inviting",
      () => ({ by: () => inviter, call: "POST /api/invitations/recruiter", raw: large, headers: plain }),
      415,
      "media-type-not-supported"
    ],
    [
      "413 before a bad body of an invitation",
      () => ({ by: () => inviter, call: "POST /api/invitations/recruiter", raw: large, headers: json }),
      413,
      "body-too-large"
    ],
    [
      "415 before 404 of an invitation",
      () => ({ by: () => inviter, call: "POST /api/invitations/{unknown}/resend", raw: "x", headers: plain }),
      415,
      "media-type-not-supported"
    ],
    [
      "a bad sub-role before 404 of a member",
      () => ({ by: () => inviter, call: "PATCH /api/members/{unknown}", body: {} }),
      400,
      "invalid-input"
    ],
    [
      "a name that breaks a rule before 412",
      () => ({ by: () => inviter, call: "PATCH /api/company", body: { name: "a\nb" }, headers: stale }),
      400,
      "invalid-input"
    ],
    [
      "404 of another company's invitation before 412 and the state",
      () => ({ by: () => theirs.manager, call: "POST /api/invitations/{revoked}/resend", headers: stale }),
      404,
      "not-found"
    ],
    [
      "404 of another company's invitation before ownership",
      () => ({ by: () => theirs.manager, call: "PATCH /api/invitations/{invitation}/revoke" }),
      404,
      "not-found"
    ],
    [
      "ownership before 412 and the state",
      () => ({ by: () => colleague, call: "PATCH /api/invitations/{revoked}/revoke", headers: stale }),
      403,
      "not-owner"
    ],
    [
      "412 before the state of an invitation that is revoked",
      () => ({ by: () => inviter, call: "PATCH /api/invitations/{revoked}/revoke", headers: stale }),
      412,
      "stale-version"
    ],
    [
      "412 before the state of an invitation that is sent again",
      () => ({ by: () => inviter, call: "POST /api/invitations/{revoked}/resend", headers: stale }),
      412,
      "stale-version"
    ],
    [
      "404 before 412 of a member",
      () => ({ by: () => inviter, call: "DELETE /api/members/{unknown}", headers: stale }),
      404,
      "not-found"
    ],
    [
      "412 before that it is oneself",
      () => ({ by: () => inviter, call: "DELETE /api/members/{self}", headers: stale }),
      412,
      "stale-version"
    ],
    [
      "412 before that it is no recruiter",
      () => ({
        by: () => inviter,
        call: "PATCH /api/members/{self}",
        body: { subRole: "recruiter_user" },
        headers: stale
      }),
      412,
      "stale-version"
    ],
    [
      "a bad bearer before 415 on accepting",
      () => ({
        by: () => "nobody",
        call: "POST /api/invitations/accept/{unknown}",
        raw: "x",
        headers: { ...plain, Authorization: "Bearer x" }
      }),
      401,
      "token-invalid"
    ],
    [
      "stale before 415 on accepting",
      () => ({ by: () => gone, call: "POST /api/invitations/accept/{unknown}", raw: "x", headers: plain }),
      401,
      "token-stale"
    ],
    [
      "415 before 413 on accepting",
      () => ({ by: () => "nobody", call: "POST /api/invitations/accept/{unknown}", raw: large, headers: plain }),
      415,
      "media-type-not-supported"
    ],
    [
      "413 before the token on accepting",
      () => ({ by: () => "nobody", call: "POST /api/invitations/accept/{unknown}", raw: large, headers: json }),
      413,
      "body-too-large"
    ],
    [
      "the token before a bad body on accepting",
      () => ({ by: () => "nobody", call: "POST /api/invitations/accept/{unknown}", body: {} }),
      400,
      "token-unknown"
    ],
    [
      "the state before a bad body on accepting",
      () => ({ by: () => "nobody", call: "POST /api/invitations/accept/{token of revoked}", raw: "{", headers: json }),
      400,
      "invitation-not-open"
    ],
    [
      "a bad body before the user name on accepting",
      () => ({ by: () => "nobody", call: "POST /api/invitations/accept/{token}", body: { ...kim, lastName: 1 } }),
      400,
      "invalid-input"
    ],
    [
      "415 before the token on declining",
      () => ({ by: () => "nobody", call: "POST /api/invitations/decline/{unknown}", raw: "x", headers: plain }),
      415,
      "media-type-not-supported"
    ],
    [
      "a bad body before the token on declining",
      () => ({ by: () => "nobody", call: "POST /api/invitations/decline/{unknown}", body: { reason: "x" } }),
      400,
      "invalid-input"
    ],
    [
      "a bad body before the token on signing in",
      () => ({ by: () => "nobody", call: "POST /api/sign-in/{unknown}", body: { email: "x" } }),
      400,
      "invalid-input"
    ]
  ]

  const simple = cases.map(([said, request, ...rest]) => [said, () => request, ...rest] as const)
  it.each([...simple, ...casesOfSends, ...casesOfInvitations])("%s", async (_, request, status, code) => {
    const { by, call, body, raw, headers } = request()
    const [method = "", path = ""] = call
      .replace("{unknown}", unknown)
      .replace("{active}", activeOfOurs)
      .replace("{archived}", archivedOfOurs)
      .replace("{send}", send)
      .replace("{answered}", answered)
      .replace("{hidden}", hidden)
      .replace("{invitation}", invitation.id)
      .replace("{revoked}", revoked.id)
      .replace("{token}", invitation.token)
      .replace("{token of revoked}", revoked.token)
      .replace("{self}", inviter.id)
      .split(" ")
    const caller = by()
    const answer = await edge.call(method, path, {
      ...(caller !== "nobody" && { token: await edge.tokenOf(caller) }),
      ...(body !== undefined && { body }),
      ...(raw !== undefined && { raw }),
      ...(headers !== undefined && { headers })
    })
    assert.deepStrictEqual([answer.status, answer.json.code], [status, code])
  })
})
