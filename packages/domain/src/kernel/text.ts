/**
 * Whether a text is trimmed, between 1 and `limit` code points long, well-formed, and free of NUL, which no store can
 * hold.
 */
export const isText = (text: string, limit: number): boolean =>
  text.trim() === text && text.length > 0 && [...text].length <= limit && text.isWellFormed() && !text.includes("\0")

/** What `isText` demands, in words. */
export const textRule = (limit: number) =>
  `must be 1 to ${limit} characters long, trimmed, and well-formed Unicode without NUL`

/**
 * Whether a text, such as a name, also fits in one line: it has no control characters, which would break a mail's header,
 * and none that change the writing direction of the text around it.
 */
export const isLine = (text: string, limit: number): boolean =>
  isText(text, limit) && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text)

/** What `isLine` demands, in words. */
export const lineRule = (limit: number) => `${textRule(limit)}, in one line and without controls of writing direction`
