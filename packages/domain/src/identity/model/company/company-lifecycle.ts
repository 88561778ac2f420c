import { lifecycle, rulesOn } from "../../../kernel/lifecycle.ts"
import { type CompanyCommand, type CompanyState, companyStatuses, noCompany } from "./company.ts"
import { companyEvents } from "./company-events.ts"

const { event } = companyEvents
const { when, happened } = rulesOn<CompanyState, CompanyCommand>()

/**
 * What may become of a company: the law. See docs/flows/identity.md; the picture of it is docs/charts/company.svg.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { companyLifecycle } from "@treff/domain/identity"
 * import { acme, mia } from "@treff/domain/testing"
 *
 * const create = { type: "Create", at: 0, id: acme.id, name: "Mia Holm", creatorId: mia.id } as const
 * strictEqual(companyLifecycle.begin(create).state.name, "Mia Holm")
 * ```
 */
export const companyLifecycle = lifecycle({
  kind: "company",
  events: companyEvents,
  none: noCompany,
  statuses: companyStatuses,
  isRequired: true,
  guards: { "has this name": when("Rename", (company, { name }) => company.name === name) },
  decisions: {
    created: when("Create", (_, { type: __, at, ...facts }) =>
      happened(event("created", at, { creatorId: facts.creatorId }), { ...facts, createdAt: at })
    ),
    renamed: when("Rename", (_, { at, name }) => happened(event("renamed", at, {}), { name }))
  },
  refusals: {},
  chart: {
    none: { on: { Create: { target: "open", actions: "created" } } },
    open: { on: { Rename: [{ guard: "has this name", actions: "unchanged" }, { actions: "renamed" }] } }
  }
})
