/**
 * Whether a text is trimmed, between 1 and `limit` code points long, well-formed, and free of NUL, which no store can
 * hold.
 */
export const isText = (text: string, limit: number): boolean =>
  text.trim() === text && text.length > 0 && [...text].length <= limit && text.isWellFormed() && !text.includes("\0")

/** The same in words. */
export const textRule = (limit: number) =>
  `must be 1 to ${limit} characters long, trimmed, and well-formed Unicode without NUL`
