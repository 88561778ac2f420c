import { assert } from "vitest"
import { type LogRows, rows, type SnapshotPart } from "./part.ts"

export interface SignInRows {
  readonly signIns: ReadonlyArray<SignInRow>
}

export interface SignInRow {
  readonly id: string
  readonly email: string
  readonly isSealed: boolean
  readonly isUsed: boolean
}

export const signInsPart: SnapshotPart<SignInRows, LogRows & SignInRows> = {
  rows: {
    signIns: {
      sql: rows(
        `select id, email, sealed_token is not null as "isSealed", used_at is not null as "isUsed" from sign_in`
      ),
      fromMemory: ({ signIns }) =>
        [...signIns.values()].map(({ id, email, sealedToken, usedAt }) => ({
          id,
          email,
          isSealed: sealedToken !== null,
          isUsed: usedAt !== null
        }))
    }
  },
  /** Each request to sign in has one mail, and no event. */
  assertConsistent: ({ signIns, notifications }) => {
    const mails = Map.groupBy(notifications, ({ eventId }) => eventId)
    for (const { id, isSealed, isUsed } of signIns) {
      const [mail, ...more] = mails.get(id) ?? []
      assert.deepStrictEqual(more, [])
      assert.deepInclude(mail, { recipientId: id, channel: "mail", template: "sign-in" })
      assert.strictEqual(isSealed, mail?.status === "queued" && !isUsed, "the token of a sign-in")
    }
  }
}
