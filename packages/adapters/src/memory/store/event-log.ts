import { EventLog, type RecordedEvent } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import type { MemoryState } from "./state.ts"

export const makeEventLog = (state: MemoryState) =>
  EventLog.of({
    typesAfter: (subject, sequence) =>
      Effect.sync(() =>
        eventsOf(state, subject.id)
          .filter((event) => event.sequence > sequence)
          .map(({ type }) => type)
      )
  })

/** The events of one subject, oldest first. */
export const eventsOf = ({ events }: MemoryState, subjectId: string): ReadonlyArray<RecordedEvent> =>
  [...events.values()].filter(({ subject }) => subject.id === subjectId).sort((a, b) => a.sequence - b.sequence)
