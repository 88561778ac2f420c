import { toWireInstant } from "@treff/adapters/wire"
import {
  type Invitation,
  type InvitationStatus,
  type InviteOutcome,
  invitationStatuses,
  type ListedInvitation
} from "@treff/domain/invitations"
import * as z from "zod"
import { id, WirePerson, wireInstant } from "../../http/output.ts"
import { invitationProblems } from "./problems.ts"

// Invitations, as the API names them. See docs/flows/invitations.md.

/** What a status is called. */
export const wireStatuses = invitationStatuses.map((status) => status.toUpperCase() as Uppercase<InvitationStatus>)

export const statusOfWire = (status: Uppercase<InvitationStatus>) => status.toLowerCase() as InvitationStatus
const wireStatus = (status: InvitationStatus) => status.toUpperCase() as Uppercase<InvitationStatus>

const fields = {
  id,
  email: z.string().meta({ description: "as it was typed", example: "kim.hansen@example.org" }),
  status: z.enum(wireStatuses),
  createdAt: wireInstant,
  expiresAt: wireInstant.meta({ description: "at this instant it has lapsed" })
}

/** An invitation by itself. */
export const WireInvitation = z
  .strictObject(fields)
  .meta({ id: "Invitation", description: "A recruiter who was invited into the company." })

/** An invitation in a list. */
const WireListedInvitation = z
  .strictObject({
    ...fields,
    personalMessage: z.string().nullable().meta({ example: "Come and bake with us." }),
    invitedBy: WirePerson,
    delivery: z
      .strictObject({
        status: z.enum(["queued", "sent", "failed"]),
        error: z.string().nullable().meta({ description: "why the mail was not sent, or not yet" })
      })
      .meta({ description: "what became of the latest mail" })
  })
  .meta({ id: "ListedInvitation", description: "An invitation, who sent it, and what became of its mail." })

const sort = z
  .strictObject({ sorted: z.boolean(), unsorted: z.boolean(), empty: z.boolean() })
  .meta({ id: "Sort", description: "Spring's; always sorted" })

/** A page of invitations, in the shape of Spring's `Page`. */
export const WireInvitationPage = z
  .strictObject({
    content: z.array(WireListedInvitation),
    pageable: z.strictObject({
      pageNumber: z.int(),
      pageSize: z.int(),
      offset: z.int(),
      paged: z.boolean(),
      unpaged: z.boolean(),
      sort
    }),
    number: z.int().meta({ description: "of the page, from 0" }),
    size: z.int().meta({ description: "rows that a page may hold" }),
    totalElements: z.int(),
    totalPages: z.int(),
    numberOfElements: z.int().meta({ description: "rows of this page" }),
    first: z.boolean(),
    last: z.boolean(),
    empty: z.boolean(),
    sort
  })
  .meta({ id: "InvitationPage", description: "A page in the shape that Spring gives it." })

/** What anybody with a link may know of its invitation. */
export const WireValidation = z
  .strictObject({
    valid: z.boolean().meta({ description: "whether it can be accepted or declined now" }),
    email: fields.email,
    organization: z.string().meta({ description: "the company's name", example: "Acme" }),
    invitedBy: z.string().meta({ example: "Mia Vik" }),
    status: fields.status,
    expiresAt: fields.expiresAt,
    error: z.string().optional().meta({ description: "why it is not valid; only then" })
  })
  .meta({ id: "InvitationValidation" })

/** What became of each address of a bulk. */
const outcomeCodes = {
  Invited: "invited",
  AlreadyMember: invitationProblems.AlreadyMember.code,
  AlreadyInvited: invitationProblems.AlreadyInvited.code,
  Declined: invitationProblems.Declined.code,
  DuplicateInRequest: "duplicate-in-request",
  InvalidEmail: "invalid-email",
  InvalidPersonalMessage: "invalid-message",
  OverLimit: invitationProblems.OverLimit.code
} as const satisfies Record<InviteOutcome, string>

export const WireInviteOutcomes = z.record(z.string(), z.enum(Object.values(outcomeCodes))).meta({
  id: "InviteOutcomes",
  description: "What became of each address, as it was typed.",
  example: { "kim.hansen@example.org": "invited", "KIM.HANSEN@example.org": "duplicate-in-request" }
})

/**
 * An address that was typed twice alike stands there once: as invited if it was either time, otherwise with its first
 * outcome. Each is an own property, whatever its name.
 */
export const wireInviteOutcomes = (
  typed: ReadonlyArray<string>,
  outcomes: ReadonlyArray<InviteOutcome>
): z.infer<typeof WireInviteOutcomes> => {
  const codes = new Map<string, (typeof outcomeCodes)[InviteOutcome]>()
  for (const [index, outcome] of outcomes.entries()) {
    const email = typed[index]
    if (email !== undefined && (outcome === "Invited" || !codes.has(email))) codes.set(email, outcomeCodes[outcome])
  }
  return Object.fromEntries(codes)
}

export const wireInvitation = (invitation: Invitation): z.infer<typeof WireInvitation> => ({
  id: invitation.id,
  email: invitation.email,
  status: wireStatus(invitation.status),
  createdAt: toWireInstant(invitation.createdAt),
  expiresAt: toWireInstant(invitation.expiresAt)
})

const wireListed = ({ value, inviter, delivery }: ListedInvitation): z.infer<typeof WireListedInvitation> => ({
  ...wireInvitation(value),
  personalMessage: value.personalMessage,
  invitedBy: { id: inviter.id, firstName: inviter.firstName, lastName: inviter.lastName },
  delivery: { status: delivery.status, error: delivery.error }
})

export const wireInvitationPage = (
  { number, size }: { readonly number: number; readonly size: number },
  { rows, total }: { readonly rows: ReadonlyArray<ListedInvitation>; readonly total: number }
): z.infer<typeof WireInvitationPage> => {
  const sort = { sorted: true, unsorted: false, empty: false }
  const totalPages = Math.ceil(total / size)
  return {
    content: rows.map(wireListed),
    pageable: { pageNumber: number, pageSize: size, offset: number * size, paged: true, unpaged: false, sort },
    number,
    size,
    totalElements: total,
    totalPages,
    numberOfElements: rows.length,
    first: number === 0,
    last: number + 1 >= totalPages,
    empty: rows.length === 0,
    sort
  }
}

export const wireValidation = ({
  invitation,
  companyName,
  inviter
}: {
  readonly invitation: Invitation
  readonly companyName: string
  readonly inviter: { readonly firstName: string; readonly lastName: string }
}): z.infer<typeof WireValidation> => {
  const { status, email, expiresAt } = invitation
  return {
    valid: status === "pending",
    email,
    organization: companyName,
    invitedBy: `${inviter.firstName} ${inviter.lastName}`,
    status: wireStatus(status),
    expiresAt: toWireInstant(expiresAt),
    ...(status !== "pending" && { error: reasonOf[status] })
  }
}

const reasonOf: Readonly<Record<Exclude<InvitationStatus, "pending">, string>> = {
  accepted: "The invitation has been accepted. Sign in instead.",
  declined: "The invitation has been declined.",
  expired: "The invitation has lapsed. Ask whoever invited you for another.",
  revoked: "The invitation has been revoked. Ask whoever invited you why."
}
