import { everybody } from "./cast.ts"
import type { Call, Flow } from "./flow.ts"
import { type InvitationsWorld, invitations } from "./flows/invitations.ts"
import { offers } from "./flows/offers.ts"
import { people } from "./flows/people.ts"
import { type SendsWorld, sends } from "./flows/sends.ts"

// A new flow adds its file to `flows`, and a line to each of these.

/** All that the model knows. */
export interface World extends SendsWorld, InvitationsWorld {}

export const beginning: World = { ...everybody, offers: [], sends: [], invitations: [], sent: [] }

export const flows: ReadonlyArray<Flow<Call, World>> = [people, offers, sends, invitations]
