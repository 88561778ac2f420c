import type { Chance } from "./random.ts"

export type Language = "nb" | "fr" | "en"

/** Names as they are in the three languages. Nobody is meant. */
const names: Readonly<
  Record<Language, { readonly first: ReadonlyArray<string>; readonly last: ReadonlyArray<string> }>
> = {
  nb: {
    first:
      "Amund Astrid Birgitte Eirik Frida Gaute Guro Halvor Håkon Idunn Ingvild Kjersti Leiv Maren Oddny Ragnhild Sigurd Solveig Torbjørn Tuva Vebjørn Yngve Åshild Øystein".split(
        " "
      ),
    last: "Bjørkli Fossheim Granli Haugstad Kvernmo Lindvik Mykland Nesheim Rognlien Sandbakk Skogrand Solbakk Tveitan Vestrum Øygard Åslund".split(
      " "
    )
  },
  fr: {
    first:
      "Adèle Anaïs Bastien Benoît Capucine Clémence Corentin Élodie Fabien Gaëlle Hélène Jérôme Léonie Loïc Maëlys Margaux Mathilde Noémie Quentin Raphaël Solène Théo Yannick Zoé".split(
        " "
      ),
    last: "Aubertin Beaulac Castagnier Delaunoy Ferrandin Gaudreau Jacquemin Lavigeon Marchandeau Noirmont Péradel Quenault Roussillard Thévenot Vasselin Œuvrard".split(
      " "
    )
  },
  en: {
    first:
      "Alasdair Bethany Callum Cordelia Dermot Eleanor Fergus Gemma Harriet Imogen Isla Jasper Keira Leopold Maeve Nadia Owen Priya Rosalind Rufus Sanjay Tabitha Winifred Zachary".split(
        " "
      ),
    last: "Ashcombe Birchall Copperthwaite Dunnock Easterbrook Fairweather Greenhalgh Hollowell Inglefield Larkspur Merriwell Netherby Oakhanger Pennywell Thistlewood Wexcombe".split(
      " "
    )
  }
}

export const languages = Object.keys(names) as ReadonlyArray<Language>

export interface Person {
  readonly firstName: string
  readonly lastName: string
}

export const makePerson = (chance: Pick<Chance, "oneOf">, language: Language): Person => ({
  firstName: chance.oneOf(names[language].first),
  lastName: chance.oneOf(names[language].last)
})

/** A name as the part of an address before the @: small ASCII letters with dots. */
export const addressOf = ({ firstName, lastName }: Person): string =>
  `${firstName}.${lastName}`
    .toLowerCase()
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .replaceAll("œ", "oe")
    .normalize("NFD")
    .replace(/[^a-z.]+/g, "")
