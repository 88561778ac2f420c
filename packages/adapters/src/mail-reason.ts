/**
 * What somebody else's server said, as PostgreSQL takes it: at most 500 characters, no NUL, no half of a pair. Filters quote
 * the links that they block, so whatever is as long as a token is left out.
 */
export const mailReason = (said: string): string =>
  said
    .replaceAll(/[\w-]{40,}/g, "…")
    .replaceAll("\0", "\uFFFD")
    .slice(0, 500)
    .toWellFormed()
