// The token of a link stands in the path of the routes that take one, and goes nowhere else.

/** A path as it may be shown and logged. */
export const withoutSecret = (path: string): string => path.replace(secret, "$1…").replaceAll(likeSecret, "…")

/** What follows the name of such a route, however it is written, and whether or not there is the route. */
const secret = /((?:\/|%2f)(?:validate|accept|decline|sign-in)(?:\/|%2f)).+$/is

/** Anything as long as a token is taken for one, wherever it stands. No id is that long. */
const likeSecret = /[\w-]{40,}/g
