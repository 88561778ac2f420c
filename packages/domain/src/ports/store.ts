import * as Data from "effect/Data"

/** The store could not be reached or did not answer in time. What was asked may be asked again; nothing is half written. */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  readonly operation: string
  readonly cause: unknown
}> {}

/** Somebody else changed what this commit builds on. Nothing was written: load again and decide anew. */
export class StaleVersion extends Data.TaggedError("StaleVersion")<{ readonly subjectId: string }> {}

/** The account no longer agrees with what the caller's token says of it. */
export class CallerStale extends Data.TaggedError("CallerStale")<{ readonly accountId: string }> {}

/** The queue did not take the messages; they are due again by themselves. */
export class QueueUnavailable extends Data.TaggedError("QueueUnavailable")<{ readonly cause: unknown }> {}
