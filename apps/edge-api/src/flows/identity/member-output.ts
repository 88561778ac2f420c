import { toWireInstant } from "@treff/adapters/wire"
import type { AccountFacts, Company } from "@treff/domain/identity"
import * as z from "zod"
import { id, WirePerson, wireInstant } from "../../http/output.ts"

// The members of a company, and the company, in the names of the wire.

export const WireMember = z
  .strictObject({
    ...WirePerson.shape,
    email: z.string().meta({ example: "kim.hansen@example.org" }),
    username: z.string().nullable().meta({ example: "kim.hansen" }),
    role: z.enum(["hiring_manager", "recruiter"]),
    subRole: z.enum(["recruiter_admin", "recruiter_user"]).nullable().meta({ description: "of recruiters only" }),
    contactNumber: z.string().nullable().meta({ description: "E.164", example: "+4722225555" }),
    createdAt: wireInstant
  })
  .meta({ id: "Member", description: "Somebody who belongs to the company." })

export const WireCompany = z
  .strictObject({
    id,
    name: z.string().meta({ example: "Acme" }),
    creatorId: id.nullable().meta({ description: "who made it" }),
    createdAt: wireInstant
  })
  .meta({ id: "Company" })

export const wireMember = (member: AccountFacts): z.infer<typeof WireMember> => ({
  id: member.id,
  email: member.email,
  username: member.username,
  firstName: member.firstName,
  lastName: member.lastName,
  role: member.role as z.infer<typeof WireMember>["role"], // candidates belong to no company
  subRole: member.subRole,
  contactNumber: member.contactNumber,
  createdAt: toWireInstant(member.createdAt)
})

export const wireCompany = ({ id, name, creatorId, createdAt }: Company): z.infer<typeof WireCompany> => ({
  id,
  name,
  creatorId,
  createdAt: toWireInstant(createdAt)
})
