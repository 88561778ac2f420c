/** What somebody else's server said, as PostgreSQL takes it: at most 500 characters, no NUL, no half of a pair. */
export const mailReason = (said: string): string => said.replaceAll("\0", "\uFFFD").slice(0, 500).toWellFormed()
