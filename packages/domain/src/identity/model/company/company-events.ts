import { declareEvents, type EventOf } from "../../../kernel/events.ts"
import { id } from "../../../kernel/fields.ts"

/** What can happen to a company. Its first name is a person's, so no event holds a name. See docs/flows/identity.md. */
export const companyEvents = declareEvents("company", {
  created: { about: "A company was made, named after its creator until they name it.", data: { creatorId: id } },
  renamed: { about: "A company was given another name.", data: {} }
})

/** An event of {@link companyEvents}. */
export type CompanyEvent = EventOf<typeof companyEvents>
