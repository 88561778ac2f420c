import type { EmploymentType } from "@treff/domain/offers"
import type { Language } from "./people.ts"

export interface DemoCompany {
  readonly name: string
  readonly language: Language
  readonly domain: string
  /** Ends each of the company's descriptions. */
  readonly about: string
  readonly postings: ReadonlyArray<Posting>
}

export interface Posting {
  readonly title: string
  readonly text: string
  readonly type: EmploymentType
  readonly salary: string
}

const posting = (title: string, type: EmploymentType, salary: string, text: string): Posting => ({
  title,
  text,
  type,
  salary
})

export const demoCompanies: ReadonlyArray<DemoCompany> = [
  {
    name: "Fjordlys Bakeri AS",
    language: "nb",
    domain: "fjordlys.example.org",
    about:
      "Fjordlys Bakeri er 120 kolleger, fire bakerier og ett lager ved fjorden. Vi har tariffavtale, pensjon fra første krone og brød på bordet hver morgen. Har du spørsmål, så ring oss gjerne før du søker.",
    postings: [
      posting(
        "Nattbaker",
        "permanent",
        "480 000–530 000 kr i året, pluss nattillegg",
        "Du setter surdeigen i gang når byen sover, og har ansvar for ovnene fram til klokka seks. Fagbrev er en fordel, ikke et krav."
      ),
      posting(
        "Konditor til bryllup og selskap",
        "permanent",
        "510 000 kr i året",
        "Du tegner, baker og pynter kaker sammen med kunden. Vi ser etter en rolig hånd og godt humør i juni."
      ),
      posting(
        "Butikkleder, Strandgata",
        "permanent",
        "560 000–620 000 kr i året",
        "Du leder ni medarbeidere, setter opp vaktlister og kjenner stamgjestene ved navn."
      ),
      posting(
        "Butikkmedarbeider, helg",
        "fixed_term",
        "214 kr i timen",
        "Annenhver helg bak disken, med kaffekurs og fast kollega på vakt. Passer godt ved siden av studier."
      ),
      posting(
        "Lærling i bakerfaget",
        "apprenticeship",
        "Lærlinglønn etter tariff",
        "To år hos oss, to bakerier, én fadder. Du får dekket bøker og fagprøve."
      ),
      posting(
        "Lærling i logistikkfaget",
        "apprenticeship",
        "Lærlinglønn etter tariff",
        "Du lærer varemottak, lagerstyring og truck på et lite lager der alle kjenner alle."
      ),
      posting(
        "Sjåfør på morgenruten",
        "permanent",
        "455 000 kr i året",
        "Førerkort klasse C1. Du starter klokka fire, er ferdig til lunsj og møter soloppgangen på hver tur."
      ),
      posting(
        "Renholdsmedarbeider",
        "fixed_term",
        "226 kr i timen",
        "Vikariat i tolv måneder. Du holder produksjonen ren etter næringsmiddelkravene, og får opplæring i dem."
      ),
      posting(
        "Kvalitetsleder næringsmiddel",
        "permanent",
        "690 000–740 000 kr i året",
        "Du eier internkontrollen, allergenmerkingen og dialogen med tilsynet."
      ),
      posting(
        "Praktikant, produktutvikling",
        "internship",
        "18 000 kr i måneden",
        "Et halvt år på prøvekjøkkenet: oppskrifter, smakstester og en vare som du får se i hylla."
      ),
      posting(
        "Praktikant, bærekraft",
        "internship",
        "18 000 kr i måneden",
        "Du måler matsvinnet i fire butikker og foreslår hva vi gjør med det."
      ),
      posting(
        "Utvikler av nettbutikk",
        "freelance",
        "950 kr i timen",
        "Oppdrag på tre måneder: bestilling til fast hentetid, og en kasse som tåler 17. mai."
      ),
      posting(
        "Fotograf til ny meny",
        "freelance",
        "28 000 kr for oppdraget",
        "To dager i bakeriet, førti bilder, brukt på nett og i butikk."
      ),
      posting(
        "Regnskapsmedarbeider",
        "permanent",
        "540 000 kr i året",
        "Lønn, leverandører og avstemming. Du trives med at tallene går opp, og med å forklare hvorfor de ikke gjør det."
      ),
      posting(
        "Personalkonsulent",
        "fixed_term",
        "600 000 kr i året",
        "Foreldrevikariat i ti måneder. Du følger opp nyansatte, sykefravær og verneombud."
      ),
      posting(
        "Vedlikeholdstekniker",
        "permanent",
        "580 000–640 000 kr i året",
        "Ovner, eltemaskiner og kjølerom. Du har elektrofaglig bakgrunn og liker å høre at noe går rundt igjen."
      ),
      posting(
        "Innkjøper av korn og mel",
        "permanent",
        "620 000 kr i året",
        "Du reiser til bøndene våre, forhandler avtaler for to år om gangen og kjenner proteinet i rug."
      ),
      posting(
        "Kundeveileder, bedrift",
        "permanent",
        "500 000 kr i året",
        "Møtemat til 300 bedrifter. Du svarer på telefon og e-post, og husker hvem som ikke tåler nøtter."
      ),
      posting(
        "Sommervikar i produksjonen",
        "fixed_term",
        "221 kr i timen",
        "Åtte uker fra juni. Ingen erfaring trengs, bare at du kommer presis."
      ),
      posting(
        "Prosjektleder for nytt bakeri",
        "freelance",
        "1 150 kr i timen",
        "Du leder byggingen av det femte bakeriet vårt, fra tegning til første brød."
      )
    ]
  },
  {
    name: "Atelier Clairbois SAS",
    language: "fr",
    domain: "clairbois.example.com",
    about:
      "L’Atelier Clairbois dessine et fabrique des meubles en bois massif depuis 1987. Nous sommes 85, répartis entre l’atelier et deux boutiques, avec une semaine de 35 heures, une mutuelle familiale et une cantine où l’on mange bien.",
    postings: [
      posting(
        "Menuisier-ébéniste",
        "permanent",
        "28 000 à 33 000 € brut par an",
        "Vous réalisez des pièces à l’unité, du débit à la finition. Un CAP et le goût du travail précis suffisent."
      ),
      posting(
        "Responsable d’atelier",
        "permanent",
        "42 000 à 47 000 € brut par an",
        "Vous organisez le travail de quinze compagnons, la sécurité et les délais."
      ),
      posting(
        "Designer de mobilier",
        "permanent",
        "36 000 € brut par an",
        "Vous suivez une collection de l’esquisse au prototype, avec ceux qui la fabriqueront."
      ),
      posting(
        "Vendeuse ou vendeur en boutique",
        "fixed_term",
        "1 950 € brut par mois",
        "Remplacement de huit mois. Vous accueillez, conseillez et mesurez des salons entiers."
      ),
      posting(
        "Alternance menuiserie",
        "apprenticeship",
        "Selon la grille légale",
        "Deux ans entre l’école et l’établi, avec un maître d’apprentissage qui a formé douze compagnons."
      ),
      posting(
        "Alternance communication",
        "apprenticeship",
        "Selon la grille légale",
        "Vous racontez nos meubles : photos, lettre mensuelle, portes ouvertes."
      ),
      posting(
        "Technicien de maintenance",
        "permanent",
        "31 000 € brut par an",
        "Commandes numériques, aspiration, compresseurs : vous prévenez la panne plutôt que de la réparer."
      ),
      posting(
        "Magasinier cariste",
        "fixed_term",
        "1 900 € brut par mois",
        "Contrat de six mois. Vous tenez le stock de bois et préparez les livraisons. CACES 3 demandé."
      ),
      posting(
        "Comptable",
        "permanent",
        "34 000 € brut par an",
        "Comptabilité fournisseurs, TVA et clôtures mensuelles dans une petite équipe de trois."
      ),
      posting(
        "Stage en éco-conception",
        "internship",
        "650 € par mois",
        "Six mois pour mesurer l’empreinte de nos dix meubles les plus vendus, et la réduire."
      ),
      posting(
        "Stage en ressources humaines",
        "internship",
        "600 € par mois",
        "Vous préparez l’accueil des nouveaux et notre présence dans trois salons de l’emploi."
      ),
      posting(
        "Photographe de collection",
        "freelance",
        "450 € par jour",
        "Cinq jours de prises de vue, en lumière naturelle, pour le catalogue de printemps."
      ),
      posting(
        "Développeur du configurateur",
        "freelance",
        "520 € par jour",
        "Un client choisit son bois et ses dimensions, et voit sa table : à vous de le rendre possible en quatre mois."
      ),
      posting(
        "Acheteuse ou acheteur bois",
        "permanent",
        "38 000 € brut par an",
        "Vous visitez les scieries, négociez et garantissez l’origine de chaque planche."
      ),
      posting(
        "Chargé de clientèle professionnelle",
        "permanent",
        "33 000 € brut par an, plus une part variable",
        "Hôtels, restaurants, bibliothèques : vous suivez leurs projets du devis à la pose."
      ),
      posting(
        "Poseur, chantiers en région",
        "permanent",
        "27 000 € brut par an, plus les déplacements",
        "Par équipes de deux, du lundi au jeudi. Permis B indispensable."
      ),
      posting(
        "Assistant de direction",
        "fixed_term",
        "2 300 € brut par mois",
        "Remplacement d’un congé de maternité, de neuf mois. Agenda, courriers et beaucoup de tact."
      ),
      posting(
        "Vernisseur",
        "permanent",
        "26 500 € brut par an",
        "Huiles, cires, vernis à l’eau : la dernière main, et celle que l’on voit."
      ),
      posting(
        "Animatrice ou animateur prévention",
        "permanent",
        "35 000 € brut par an",
        "Bruit, poussières, gestes : vous êtes écouté parce que vous passez vos matinées à l’atelier."
      ),
      posting(
        "Traductrice ou traducteur du catalogue",
        "freelance",
        "0,12 € par mot",
        "Du français vers l’anglais et le norvégien, 30 000 mots, deux relectures comprises."
      )
    ]
  },
  {
    name: "Tidewell Works Ltd",
    language: "en",
    domain: "tidewell.example.net",
    about:
      "Tidewell Works builds and repairs small electric ferries. We are 140 people on one quay, with a four-and-a-half-day week, paid volunteering and a works canteen that overlooks the slipway. We answer every application within ten days.",
    postings: [
      posting(
        "Marine Electrician",
        "permanent",
        "£36,000 to £42,000 a year",
        "You wire, test and sign off propulsion systems up to 800 volts. We pay for the certificates that you still need."
      ),
      posting(
        "Battery Systems Engineer",
        "permanent",
        "£52,000 to £60,000 a year",
        "You own the battery pack of our 24-passenger ferry, from cell selection to its tenth year in service."
      ),
      posting(
        "Shipwright",
        "permanent",
        "£34,000 a year",
        "Composite and aluminium hulls, built under one roof, out of the rain."
      ),
      posting(
        "Yard Receptionist",
        "fixed_term",
        "£13.20 an hour",
        "Nine months, four mornings a week. You know who is on the quay, and where they ought to be."
      ),
      posting(
        "Apprentice Boatbuilder",
        "apprenticeship",
        "Apprentice rate, rising each year",
        "Three years, one day a week at college, and a boat with your name on its builder's plate."
      ),
      posting(
        "Apprentice Buyer",
        "apprenticeship",
        "Apprentice rate, rising each year",
        "You learn purchasing from fasteners to motors, and visit the people who make them."
      ),
      posting(
        "Quality Inspector",
        "permanent",
        "£38,500 a year",
        "You measure, photograph and refuse, kindly. Experience with class rules helps."
      ),
      posting(
        "Warehouse Operative",
        "fixed_term",
        "£12.90 an hour",
        "Six months over the refit season. Forklift licence welcome, steel toecaps provided."
      ),
      posting(
        "Management Accountant",
        "permanent",
        "£48,000 a year",
        "Project costing for boats that take eleven months to build. You make the numbers readable for those who weld."
      ),
      posting(
        "Naval Architecture Intern",
        "internship",
        "£1,650 a month",
        "Ten weeks on hull drag: a tank test, a model, and a talk to the whole yard at the end."
      ),
      posting(
        "Sustainability Intern",
        "internship",
        "£1,650 a month",
        "You count what a ferry costs the climate before it has carried anyone."
      ),
      posting(
        "Firmware Contractor",
        "freelance",
        "£480 a day",
        "Four months on the charging controller, in C, with hardware on your desk and tests that run on it."
      ),
      posting(
        "Technical Illustrator",
        "freelance",
        "£310 a day",
        "Forty drawings for the maintenance manual, clear enough to be used with gloves on."
      ),
      posting(
        "Sea Trials Coordinator",
        "permanent",
        "£41,000 a year",
        "You book the water, the crew and the weather, as far as it can be booked."
      ),
      posting(
        "People Partner",
        "permanent",
        "£45,000 a year",
        "You look after 140 colleagues, from the first day to the leaving do."
      ),
      posting(
        "Paint Shop Lead",
        "permanent",
        "£37,500 a year",
        "You plan the booth, keep the air clean and train two painters."
      ),
      posting(
        "Customer Support Engineer",
        "permanent",
        "£39,000 a year",
        "Operators in nine countries call you when a ferry won't leave. Most of the time you have it moving within the hour."
      ),
      posting(
        "Facilities Assistant",
        "fixed_term",
        "£12.60 an hour",
        "Cover for eight months: doors, heating, bicycles and the famous canteen."
      ),
      posting(
        "Procurement Lead",
        "permanent",
        "£56,000 a year",
        "You bring delivery times down without bringing suppliers to tears."
      ),
      posting(
        "Grant Writer",
        "freelance",
        "£350 a day",
        "Two applications for research funding, with our engineers beside you."
      )
    ]
  }
]
