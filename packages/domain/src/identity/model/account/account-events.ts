import { declareEvents, type EventOf } from "../../../kernel/events.ts"
import { documented, id, oneOf, orNull } from "../../../kernel/fields.ts"

/** What a person may be in Treff. See docs/flows/identity.md. */
export const roles = ["hiring_manager", "recruiter", "candidate"] as const
/** One of {@link roles}. */
export type Role = (typeof roles)[number]

/** What a recruiter may be in the company: an admin acts on everybody's offers, a user on the own ones. */
export const subRoles = ["recruiter_admin", "recruiter_user"] as const
/** One of {@link subRoles}. */
export type SubRole = (typeof subRoles)[number]

/** How an account came into a company. */
const joining = {
  role: oneOf(roles),
  subRole: documented(orNull(oneOf(subRoles)), { about: "null for everybody but recruiters" }),
  formerRole: documented(orNull(oneOf(roles)), { about: "what it was before; null for an account that was made" }),
  invitationId: documented(orNull(id), { about: "by which invitation; null for who made the company" })
}

/** What can happen to an account. See docs/flows/identity.md. */
export const accountEvents = declareEvents("account", {
  created: { about: "An account was made for somebody who was invited.", data: joining },
  joined: { about: "An account that was there came into a company.", data: joining },
  subRoleChanged: { about: "A recruiter was given another sub-role.", data: { subRole: oneOf(subRoles) } },
  left: {
    about: "An account belongs to its company no more.",
    data: { role: documented(oneOf(roles), { about: "as what it belonged to the company" }) }
  }
})

/** An event of {@link accountEvents}. */
export type AccountEvent = EventOf<typeof accountEvents>
