import type * as Result from "effect/Result"
import { setup } from "xstate"
import { type AlreadySo, alreadySo, type Decision, decider, type IllegalTransition } from "../../../kernel/decider.ts"
import { type Company, type CompanyCommand, type CompanyEvent, type CompanyState, noCompany } from "./company.ts"

type Given<C extends CompanyCommand["type"]> = { readonly event: Extract<CompanyCommand, { readonly type: C }> }

const chart = setup({
  types: { context: {} as Company, events: {} as CompanyCommand },
  guards: { "changes nothing": ({ context, event }) => event.name === context.name },
  // Inert: the outcome is read from the action, which never runs.
  actions: { decided: (_, _outcome: CompanyEvent | AlreadySo) => {} }
})

const begin = chart.assign(({ event }) => {
  if (event.type !== "Found") return {}
  const { type: _, at, ...facts } = event
  return { ...facts, createdAt: at }
})
const rename = chart.assign({ name: ({ event }) => event.name })

const created = ({ event: { at, creatorId } }: Given<"Found">): CompanyEvent => ({
  type: "company.created",
  at,
  data: { creatorId }
})
const renamed = ({ event: { at } }: Given<"Rename">): CompanyEvent => ({ type: "company.renamed", at, data: {} })

/**
 * What may become of a company: the law. Source: `recruiter-invitations.md`, routes. The picture of it is in
 * `docs/charts/company.svg`.
 */
export const companyMachine = chart.createMachine({
  id: "company",
  initial: "none",
  context: noCompany,
  states: {
    none: { on: { Found: { target: "open", actions: [{ type: "decided", params: created }, begin] } } },
    open: {
      on: {
        Rename: [
          { guard: "changes nothing", actions: { type: "decided", params: alreadySo } },
          { actions: [{ type: "decided", params: renamed }, rename] }
        ]
      }
    }
  }
})

/**
 * Decides a command on a company. The result fails with `IllegalTransition`. Source: `recruiter-invitations.md`, routes.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { decideCompany, noCompany } from "@treff/domain/identity"
 * import * as Result from "effect/Result"
 *
 * const found = { type: "Found", at: 0, id: "acme", name: "Mia Vik", creatorId: "mia" } as const
 * strictEqual(Result.getOrThrow(decideCompany(noCompany, found)).state.name, "Mia Vik")
 * ```
 */
export const decideCompany: (
  state: CompanyState,
  command: CompanyCommand
) => Result.Result<Decision<CompanyState, CompanyEvent>, IllegalTransition> = decider(companyMachine).decide
