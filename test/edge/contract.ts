import { signToken, type TokenClaims } from "@treff/adapters/jwt"
import { aCandidate } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import * as Redacted from "effect/Redacted"
import { assert } from "vitest"
import { type CallOptions, openStage, type Stage } from "../stage.ts"

export type Answer = Awaited<ReturnType<Stage["call"]>>

/** A schema of the description, as far as the tests walk it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | ReadonlyArray<string>
  readonly enum?: ReadonlyArray<string>
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly oneOf?: ReadonlyArray<Schema>
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean
  readonly example?: unknown
}

export interface Media {
  readonly schema: Schema
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

export interface Operation {
  readonly security?: unknown
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly schema: Schema }>
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<
    Record<
      string,
      { readonly headers?: Readonly<Record<string, unknown>>; readonly content?: Readonly<Record<string, Media>> }
    >
  >
}

export interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** A route as the description names it: `POST /offers/{id}`. */
export const routesOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation }))
  )

/** A path of the description, with an id where it leaves one open. */
export const pathWith = (path: string, id: string): string => path.replace(/\{\w+\}/, id)

/** Compiles the schemas of the description; `required` of headers and the like is not theirs to say. */
export const schemasOf = (document: Document) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // The package is CommonJS, and its default export is what its type says only to bundlers.
  ;(addFormats as unknown as (ajv: Ajv2020) => void)(ajv)
  ajv.addSchema({ ...document, $id: "treff" })
  const compiled = new Map<string, ValidateFunction>()
  return {
    /** What is wrong with a value, by the schema at this place in the document; empty when nothing is. */
    faults: (place: ReadonlyArray<string>, value: unknown): ReadonlyArray<string> => {
      const pointer = place
        .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
        .join("/")
      const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `treff#/${pointer}` })
      compiled.set(pointer, validate)
      return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
    }
  }
}

const problemFields = ["code", "detail", "instance", "status", "title", "type"]

/** Every promise that http.md makes of a problem, whatever it is about. */
export const assertProblem = ({ headers, json, status }: Answer, path: string): void => {
  assert.strictEqual(headers.get("content-type"), "application/problem+json")
  const hasErrors = json.code === "invalid-input" || json.code === "username-taken"
  assert.deepStrictEqual(Object.keys(json).sort(), [...problemFields, ...(hasErrors ? ["errors"] : [])].sort())
  assert.strictEqual(json.status, status)
  assert.strictEqual(json.type, `urn:treff:problem:${json.code}`)
  // What a link carries is never repeated.
  const shown = path.split("?")[0]?.replace(/(\/(?:validate|accept|decline|sign-in)\/).+$/, "$1…")
  assert.strictEqual(json.instance, shown)
  assert.match(json.code, /^[a-z]+(-[a-z]+)*$/)
  assert.notStrictEqual(json.title, "")
  assert.notStrictEqual(json.detail, "")
  if (hasErrors) {
    assert.isAbove(json.errors.length, 0)
    for (const error of json.errors) {
      assert.deepStrictEqual(Object.keys(error).sort(), ["message", "pointer"])
      assert.match(error.pointer, /^(\/([^~/]|~[01])*)*$/u)
      assert.notStrictEqual(error.message, "")
    }
  }
  if (status === 401) assert.match(headers.get("www-authenticate") ?? "", /^Bearer realm="treff"/)
  if (status === 405) assert.match(headers.get("allow") ?? "", /^[A-Z]+(, [A-Z]+)*$/)
  if (status === 429 || status === 503) assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/)
}

/** Compares what is answered with what the description says is answered. */
const contractOf = (document: Document) => {
  const schemas = schemasOf(document)
  // By path first: one that is written out comes before one that leaves an id open.
  const paths = Object.keys(document.paths)
    .toSorted((a, b) => Number(a.includes("{")) - Number(b.includes("{")))
    .map((path) => ({
      path,
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`)
    }))
  return (method: string, path: string, { token, headers }: CallOptions, answer: Answer): void => {
    const said = `${method} ${path} answered ${answer.status} ${answer.json?.code ?? ""}`
    if (token !== undefined || headers?.Authorization !== undefined) {
      assert.strictEqual(answer.headers.get("cache-control"), "private, no-store", said)
    } else if (path.startsWith("/api/") && method !== "OPTIONS")
      assert.strictEqual(answer.headers.get("cache-control"), "no-store", said)
    if (answer.text !== "") assert.strictEqual(answer.headers.get("x-content-type-options"), "nosniff", said)
    if (answer.status >= 400 && method !== "HEAD") assertProblem(answer, path)

    const known = paths.find(({ pattern }) => pattern.test(path.split("?")[0] ?? ""))?.path ?? ""
    const asked = method === "HEAD" ? "get" : method.toLowerCase()
    const operation = document.paths[known]?.[asked]
    if (operation === undefined) return
    const declared = operation.responses[answer.status]
    assert.isDefined(declared, `${said}, which ${known} does not declare`)
    for (const name of Object.keys(declared?.headers ?? {})) {
      // Named only where there is more than was counted.
      if (name !== "X-Total-Count-Relation") assert.isTrue(answer.headers.has(name), `${said} without ${name}`)
    }
    if (method === "HEAD") return
    const [type, media] = Object.entries(declared?.content ?? {})[0] ?? []
    if (type === undefined) {
      assert.strictEqual(answer.text, "", said)
      return
    }
    assert.strictEqual(answer.headers.get("content-type"), type, said)
    if (answer.status >= 400) assert.include(Object.keys(media?.examples ?? {}), answer.json.code, said)
    const place = ["paths", known, asked, "responses", String(answer.status), "content", type]
    assert.deepStrictEqual(schemas.faults([...place, "schema"], answer.json), [], said)
  }
}

/** Every stage answers with one description, and to compile its schemas takes longer than to start a stage. */
const describedBy = (text: string) => {
  if (lastRead?.text !== text) {
    const document: Document = JSON.parse(text)
    lastRead = { text, document, check: contractOf(document) }
  }
  return lastRead
}
let lastRead:
  | { readonly text: string; readonly document: Document; readonly check: ReturnType<typeof contractOf> }
  | undefined

/**
 * A stage on which every answer is held against the API's own description: its status, code, headers and body must be
 * declared for the route that was called. Its time can be moved, and tokens are of that time.
 */
export const openEdge = async (options: Parameters<typeof openStage>[0] = {}) => {
  const stage = await openStage(options)
  const { document, check } = describedBy((await stage.call("GET", "/openapi.json")).text)
  let offset = 0
  const moveClock = async (milliseconds: number) => {
    offset = milliseconds
    await stage.platform.setClockOffset(milliseconds)
  }
  const now = () => Date.now() + offset
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const answer = await stage.call(method, path, options)
    check(method, path, options, answer)
    return answer
  }
  const tokenOf = (account: Account, changes: Partial<TokenClaims> = {}) => {
    const { id, role, subRole, companyId, email, username } = account
    return signToken(
      Redacted.make(stage.privateKey),
      { id, role, subRole, companyId, email, username, ...changes },
      { ...stage.platform.tokens, at: now(), lifetime: 3_600 }
    )
  }
  /** Signed once for each state of an account, at each time that it is for the workers. */
  const tokens = new Map<string, Promise<string>>()
  const tokenNow = (account: Account): Promise<string> => {
    const said = JSON.stringify([account, offset])
    const token = tokens.get(said) ?? tokenOf(account)
    tokens.set(said, token)
    return token
  }
  return {
    ...stage,
    document,
    call,
    tokenOf,

    /** Calls as an account, with a token that says what the account says. */
    as:
      (account: Account) =>
      async (method: string, path: string, options: Omit<CallOptions, "token"> = {}): Promise<Answer> =>
        call(method, path, { ...options, token: await tokenNow(account) }),

    addCandidate: async (changes: Partial<Account> = {}): Promise<Account> => {
      const candidate = { ...aCandidate(), ...changes }
      await stage.addAccount(candidate)
      return candidate
    },

    /** What time it is for the workers. */
    now,
    moveClock,
    /** Moves the workers' time to an instant; it goes on from there. */
    moveClockTo: (instant: number) => moveClock(instant - Date.now())
  }
}

export type Edge = Awaited<ReturnType<typeof openEdge>>
