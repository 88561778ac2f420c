import * as Data from "effect/Data"

/**
 * The store could not be reached or did not answer in time. What was asked may be asked again; nothing is half written.
 * `operation` names the port's method.
 */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  readonly operation: string
  readonly cause: unknown
}> {}

/** Somebody else changed what this commit builds on. Nothing was written: load again and decide anew. */
export class StaleVersion extends Data.TaggedError("StaleVersion")<{ readonly subjectId: string }> {}
