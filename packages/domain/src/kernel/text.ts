/**
 * Whether a text is trimmed, between 1 and `limit` code points long, well-formed, and free of NUL, which no store can
 * hold.
 */
export const isText = (text: string, limit: number): boolean =>
  text.trim() === text && text.length > 0 && [...text].length <= limit && text.isWellFormed() && !text.includes("\0")

/** The same in words. */
export const textRule = (limit: number) =>
  `must be 1 to ${limit} characters long, trimmed, and well-formed Unicode without NUL`

/**
 * The same for what stands in one line: a name, say. It holds no controls, so that it breaks no header, and turns nothing
 * that stands around it to the other direction.
 */
export const isLine = (text: string, limit: number): boolean =>
  isText(text, limit) && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text)

/** The same in words. */
export const lineRule = (limit: number) => `${textRule(limit)}, in one line and without controls of writing direction`
