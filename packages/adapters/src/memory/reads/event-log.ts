import { EventLog } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import { type MemoryState, pageOf } from "../store/state.ts"
import { confirm } from "./accounts.ts"

export const makeEventLog = (state: MemoryState) => {
  const ofSubject = (id: string) =>
    [...state.events.values()].filter(({ subject }) => subject.id === id).sort((a, b) => a.sequence - b.sequence)

  return EventLog.of({
    ofOffer: Effect.fnUntraced(function* (claimed, id, page) {
      const caller = yield* confirm(state, claimed)
      const events = ofSubject(id.toLowerCase()).filter(
        ({ subject, companyId }) => subject.type === "offer" && companyId !== null && companyId === caller.companyId
      )
      const offer = state.offers.get(id.toLowerCase())?.value
      return {
        caller,
        ownerId: offer?.companyId === caller.companyId ? offer.ownerId : null,
        page: pageOf(events, page, ({ sequence }, after) => sequence > after)
      }
    }),

    typesAfter: (subject, sequence) =>
      Effect.sync(() =>
        ofSubject(subject.id)
          .filter((event) => event.sequence > sequence)
          .map(({ type }) => type)
      )
  })
}
