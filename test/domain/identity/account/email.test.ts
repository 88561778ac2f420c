import { always } from "@treff/contract-tests/fixtures"
import { emailKey, emailLimit, isEmail } from "@treff/domain/identity"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"

describe("an address", () => {
  it("of a mailbox, as people have them", () => {
    always(
      fc.property(fc.emailAddress(), (email) => {
        // Quoted names, and what is longer than the one or the other part may be, aside.
        fc.pre(email.length <= emailLimit && email.indexOf("@") <= 64)
        assert.isTrue(isEmail(email), email)
      })
    )
  })

  it("is none with anything in it that another line, another recipient or markup could begin with", () => {
    always(
      fc.property(
        fc.emailAddress(),
        fc.nat(),
        fc.constantFrom(
          "\n",
          "\r",
          " ",
          ",",
          ";",
          "<",
          ">",
          '"',
          "(",
          ")",
          "[",
          "]",
          "\\",
          ":",
          "\0",
          "\u2028",
          "é",
          "\ud83e"
        ),
        (email, where, what) => {
          const at = where % (email.length + 1)
          assert.isFalse(isEmail(email.slice(0, at) + what + email.slice(at)))
        }
      )
    )
  })

  it("is the same in any letter case", () => {
    always(
      fc.property(fc.emailAddress(), (email) => {
        assert.strictEqual(emailKey(email.toUpperCase()), emailKey(email))
        assert.strictEqual(isEmail(email.toUpperCase()), isEmail(email))
      })
    )
  })
})
