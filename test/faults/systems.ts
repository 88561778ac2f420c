import { Accounts, Secrets } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { assert } from "vitest"
import { hour, runJob, tokenOf } from "../workers/cast.ts"
import { openHeldStage } from "../workers/held-queue.ts"
import { makeCast } from "./cast.ts"
import { lifetime, limits } from "./flows/invitations.ts"
import { memoryMachine } from "./memory-machine.ts"
import type { System } from "./model.ts"
import { workersMachine } from "./workers-machine.ts"
import { flows } from "./world.ts"

/** The domain embedded in a program, on the memory adapters. */
export const memorySystem = (): System => {
  const cast = makeCast()
  const settings = { lifetime: lifetime * hour, openAtMost: limits.open, sentAtMost: limits.sent }
  const codes = Object.assign({}, ...flows.map((flow) => flow.codes))
  const { machine, begin, answerOf, valueFrom, succeeds, state } = memoryMachine(settings, codes)
  return {
    ...machine,
    cast,
    begin: async (after) => {
      const begun = Math.floor(Date.now() / 1000) * 1000
      begin({ companies: cast.companies, accounts: [...cast.accounts.values()] }, begun + after)
      return begun
    },
    ask: (flow, call, context) => {
      const isPublic = flow.isPublic?.(call) === true
      // The API asks first who calls, and so do programs that embed the domain.
      const confirm = isPublic ? Effect.void : Accounts.use((accounts) => accounts.confirm(context.caller))
      const ask = () => answerOf(Effect.andThen(confirm, flow.onMemory(call, context)))
      if (!isPublic && !context.isSignedIn) return Promise.resolve(Array(call.times).fill("token-missing"))
      return Promise.all(Array.from({ length: call.times }, ask))
    },
    run: (job) => succeeds(job.onMemory),
    read: (view, caller, known) => valueFrom(view.onMemory(caller, known)),
    linkOf: async (id) => {
      const sealed = state().invitations.get(id)?.value.sealedToken ?? assert.fail("there is no link")
      const token = await valueFrom(Secrets.use((secrets) => secrets.open(sealed)))
      return Redacted.value(token ?? assert.fail("the link can't be opened"))
    }
  }
}

/** Both workers in workerd over PostgreSQL, with a queue that the test controls. */
export const openWorkers = async (): Promise<System & { readonly close: () => Promise<void> }> => {
  const cast = makeCast()
  const held = await openHeldStage({
    settings: {
      INVITATIONS_OPEN_PER_COMPANY: { type: "text", value: String(limits.open) },
      INVITATIONS_SENT_PER_DAY: { type: "text", value: String(limits.sent) }
    }
  })
  const { stage } = held
  const { machine, begin, withOutage, succeeds } = workersMachine(held)
  const [someone = assert.fail("nobody")] = cast.accounts.values()
  /** Signed once for each thing that they say. */
  const tokens = new Map<string, Promise<string>>()
  const bearer = (caller: Parameters<System["read"]>[1]): Promise<string> => {
    const claims = { ...someone, ...caller }
    const key = JSON.stringify(claims)
    const token = tokens.get(key) ?? tokenOf(stage, claims)
    tokens.set(key, token)
    return token
  }
  return {
    ...machine,
    cast,
    begin: async (after) => {
      const begun = await begin(after)
      // Who came by an invitation goes, and who was there before is again as they were.
      await stage.pool.query("delete from account")
      await stage.pool.query("delete from company")
      for (const { id, name, creatorId } of cast.companies) {
        const row = [id, name, creatorId]
        await stage.pool.query("insert into company (id, name, creator_id, created_at) values ($1, $2, $3, now())", row)
      }
      await Promise.all([...cast.accounts.values()].map(stage.addAccount))
      return begun
    },
    ask: async (flow, call, context) => {
      const [method, path, body] = flow.onWorkers(call, context)
      const token = context.isSignedIn ? await bearer(context.caller) : undefined
      const options = { ...(token !== undefined && { token }), ...(body !== undefined && { body }) }
      const ask = async () => {
        const answer = await stage.call(method, path, options)
        const { status, json, headers } = answer
        // How long one has to wait is said in hours.
        if (status === 429) return `${json.code} ${Math.ceil(Number(headers.get("retry-after")) / 3_600)}`
        return status >= 400 ? json.code : flow.said(call, answer, context.known)
      }
      const askAll = () => Promise.all(Array.from({ length: call.times }, ask))
      return withOutage(call.outage, askAll, ["store-unavailable"])
    },
    run: ({ job }, outage) => withOutage(outage, () => succeeds(runJob(held.platform(), job)), false),
    read: async (view, caller, known) => {
      const { json } = await stage.call("GET", view.path, { token: await bearer(caller) })
      return view.onWorkers(json, known)
    },
    linkOf: (id) => stage.sealedToken("invitation", id),
    close: held.close
  }
}
