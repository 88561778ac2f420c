import * as Data from "effect/Data"

/**
 * The store could not be reached or did not answer in time. What was asked may be asked again; nothing is half written.
 * `operation` names the port's method. Source: `http.md`, errors.
 */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  readonly operation: string
  readonly cause: unknown
}> {}

/**
 * Somebody else changed what this commit builds on. Nothing was written: load again and decide anew. Source: `http.md`,
 * `If-Match`.
 */
export class StaleVersion extends Data.TaggedError("StaleVersion")<{ readonly subjectId: string }> {}

/** The account no longer agrees with what the caller's token says of it. Source: `http.md`, tokens. */
export class CallerStale extends Data.TaggedError("CallerStale")<{ readonly accountId: string }> {}

/** The queue did not take the messages; they are due again by themselves. Source: `http.md`, the event log. */
export class QueueUnavailable extends Data.TaggedError("QueueUnavailable")<{ readonly cause: unknown }> {}
