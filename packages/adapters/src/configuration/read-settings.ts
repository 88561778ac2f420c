import type * as z from "zod"

/**
 * Settings are missing or can't be right. It says all that is wrong, in a sentence for each setting that names it, and repeats
 * none of their values.
 */
export class ConfigurationInvalid extends Error {
  override readonly name = "ConfigurationInvalid"
  /** A sentence for each mistake. */
  readonly mistakes: ReadonlyArray<string>

  constructor(mistakes: ReadonlyArray<string>) {
    super(mistakes.join(" "))
    this.mistakes = mistakes
  }
}

/** Reads the settings of a schema, and throws `ConfigurationInvalid`. A setting that is empty counts as not set. */
export const readSettings = <S extends z.ZodObject>(schema: S, env: object): z.output<S> => {
  const supplied = Object.entries(env).filter(([, value]) => value !== "")
  const read = schema.safeParse(Object.fromEntries(supplied))
  if (read.success) return read.data
  throw new ConfigurationInvalid(read.error.issues.map(({ path, message }) => `${path.join("/")} ${message}.`))
}
