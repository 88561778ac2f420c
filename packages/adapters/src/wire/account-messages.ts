import type { HeardEvent } from "@treff/domain/events"
import * as z from "zod"
import { id, messageSchema, type TypeAndData } from "./message-schema.ts"

const role = z.enum(["hiring_manager", "recruiter", "candidate"])
const subRole = z.enum(["recruiter_admin", "recruiter_user"])

const joining = z.strictObject({
  role,
  subRole: subRole.nullable().meta({ description: "null for everybody but recruiters" }),
  formerRole: role.nullable().meta({ description: "what it was before; null for an account that was made" }),
  invitationId: id.nullable().meta({ description: "by which invitation; null for who made the company" })
})

export const accountMessages = [
  messageSchema("account", "account.created", "An account was made for somebody who was invited.", joining),
  messageSchema("account", "account.joined", "An account that was there came into a company.", joining),
  messageSchema(
    "account",
    "account.subRoleChanged",
    "A recruiter was given another sub-role.",
    z.strictObject({ subRole })
  ),
  messageSchema(
    "account",
    "account.left",
    "An account belongs to its company no more.",
    z.strictObject({ role: role.meta({ description: "as what it belonged to the company" }) })
  )
] as const

export type AccountEventMessage = z.infer<(typeof accountMessages)[number]>

export type AccountHeard = Extract<HeardEvent, { readonly type: `account.${string}` }>

/** What happened to an account: the wire has the names of the domain, and nothing beside what is named here. */
export const toAccountWire = (event: AccountHeard): TypeAndData<AccountEventMessage> => {
  switch (event.type) {
    case "account.created":
    case "account.joined": {
      const { role, subRole, formerRole, invitationId } = event.data
      return { type: event.type, data: { role, subRole, formerRole, invitationId } }
    }
    case "account.subRoleChanged":
      return { type: event.type, data: { subRole: event.data.subRole } }
    case "account.left":
      return { type: event.type, data: { role: event.data.role } }
  }
}

/** The same the other way round. */
export const fromAccountWire = ({ type, data }: AccountEventMessage) => ({ type, data }) as TypeAndData<AccountHeard> // they belong together in both
