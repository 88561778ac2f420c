import type { HeardEvent } from "@treff/domain/events"
import * as z from "zod"
import { id, messageSchema, type TypeAndData } from "./message-schema.ts"

export const companyMessages = [
  messageSchema(
    "company",
    "company.created",
    "A company was made, named after its creator until they name it.",
    z.strictObject({ creatorId: id })
  ),
  messageSchema("company", "company.renamed", "A company was given another name.", z.strictObject({}))
] as const

export type CompanyEventMessage = z.infer<(typeof companyMessages)[number]>

export type CompanyHeard = Extract<HeardEvent, { readonly type: `company.${string}` }>

/** What happened to a company: the wire has the names of the domain, and nothing beside what is named here. */
export const toCompanyWire = (event: CompanyHeard): TypeAndData<CompanyEventMessage> =>
  event.type === "company.created"
    ? { type: event.type, data: { creatorId: event.data.creatorId } }
    : { type: event.type, data: {} }

/** The same the other way round. */
export const fromCompanyWire = ({ type, data }: CompanyEventMessage) => ({ type, data }) as TypeAndData<CompanyHeard> // they belong together in both
