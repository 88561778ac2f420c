/**
 * Who caused an event. A context says which kinds there are; what time alone did is `system`, whose `id` is null, as is
 * that of somebody who was invited and has no account. See docs/events.md.
 */
export interface Actor {
  readonly kind: string
  readonly id: string | null
}

/** The actor of what time alone did. */
export const system: Actor = { kind: "system", id: null }
