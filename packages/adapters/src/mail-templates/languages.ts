import type { Language } from "./mail.ts"

const english: Language = {
  name: "english",
  code: "en",
  dates: "en-GB",
  messageFrom: (name) => `${name} writes:`,
  copyAddress: "If the button does not work, copy this address into your browser:"
}

const french: Language = {
  name: "french",
  code: "fr",
  dates: "fr-FR",
  messageFrom: (name) => `${name} vous écrit\u00a0:`,
  copyAddress: "Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur\u00a0:"
}

/** Bokmål. */
const norwegian: Language = {
  name: "norwegian",
  code: "nb",
  dates: "nb-NO",
  messageFrom: (name) => `${name} skriver:`,
  copyAddress: "Hvis knappen ikke virker, kan du kopiere denne adressen inn i nettleseren:"
}

const byCode = new Map<string | undefined, Language>([
  ["fr", french],
  ["nb", norwegian],
  ["nn", norwegian],
  ["no", norwegian]
])

/** The language of a locale such as `fr-CA`: English where it is null or not one of these. */
export const languageOf = (locale: string | null): Language =>
  byCode.get(locale?.toLowerCase().split(/[-_]/)[0]) ?? english
