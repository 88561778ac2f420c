/**
 * What the bearer of a link is known by: of the token itself only its `hash` is kept, and, `sealed`, the token for the
 * mail that is still to be sent. See docs/flows/identity.md.
 */
export interface TokenSecret {
  readonly hash: string
  readonly sealed: string
}
