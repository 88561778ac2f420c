/** The languages in which people are written to: English where nothing else is known. */
export const locales = ["en", "fr", "nb"] as const
/** One of {@link locales}. */
export type Locale = (typeof locales)[number]
