/** What stands on a page on its own: what it is about, and what to do about it. */
export interface Words {
  readonly heading: string
  readonly lines: ReadonlyArray<string>
}

/** One field of a form. */
export interface FieldWords {
  readonly label: string
  readonly hint: string
  /** What is wrong with what was typed, and how it has to be. */
  readonly invalid: string
}

/**
 * All that the pages say in one language. Names, addresses and instants come in as they are to be shown. Nothing depends
 * on anybody's gender, and French elides before no name.
 */
export interface Texts {
  readonly language: "en" | "fr" | "nb"
  /** What dates are written by: a language with a region. */
  readonly dates: string
  /** The time zone of every instant, written out. */
  readonly timeZone: string
  /** Before the title of a page with mistakes in its form. */
  readonly mistake: string

  readonly invitation: {
    readonly heading: (company: string) => string
    readonly lead: (inviter: string, company: string) => string
    readonly facts: {
      readonly inviter: string
      readonly invited: string
      readonly company: string
      readonly until: string
    }
    readonly messageFrom: (inviter: string) => string
    readonly signedInAs: (email: string) => string
  }
  readonly newAccount: {
    readonly heading: string
    readonly line: (email: string) => string
    /** Somebody with another address is signed in. */
    readonly otherwiseSignedIn: (signedIn: string, email: string) => string
    readonly fields: {
      readonly username: FieldWords
      readonly firstName: FieldWords
      readonly lastName: FieldWords
      readonly contactNumber: FieldWords
    }
    readonly usernameTaken: string
    readonly mistakes: string
    readonly submit: (company: string) => string
  }
  readonly join: {
    readonly heading: string
    readonly line: string
    /** Of a candidate alone: what becomes of the offers. */
    readonly candidate: string
    readonly submit: (company: string) => string
  }
  readonly cannotJoin: {
    readonly AlreadyMember: (company: string) => Words
    readonly AlreadyInACompany: (company: string, inviter: string) => Words
    readonly IsAHiringManager: (company: string, inviter: string) => Words
  }
  readonly signInFirst: {
    readonly heading: string
    readonly line: (email: string) => string
    readonly after: string
    readonly submit: string
    /** A link from another site brings no cookie along. */
    readonly again: string
    readonly loadAgain: string
  }
  readonly somebodyElse: {
    readonly heading: string
    readonly line: (signedIn: string, email: string) => string
  }
  readonly decline: {
    readonly summary: string
    readonly line: (inviter: string) => string
    readonly submit: string
  }
  readonly closed: {
    readonly expired: (until: string, inviter: string) => Words
    readonly accepted: (company: string, email: string) => Words
    readonly acceptedByYou: (company: string) => Words
    readonly revoked: (company: string, inviter: string) => Words
    readonly declined: (inviter: string) => Words
    readonly unknown: Words
  }
  readonly done: {
    readonly accepted: Words
    readonly declined: Words
    readonly nothing: Words
    readonly toSignIn: string
  }
  readonly signIn: {
    readonly heading: string
    readonly line: string
    readonly email: FieldWords
    readonly submit: string
    readonly confirm: Words & { readonly submit: string }
    readonly asked: Words
    readonly again: string
    readonly tokenUnknown: Words
    readonly signedIn: Words
    readonly signOut: string
  }
  readonly trouble: {
    readonly tryAgain: string
    readonly BadRequest: Words
    readonly CrossOrigin: Words
    readonly MethodNotAllowed: Words
    readonly StaleVersion: Words
    readonly BodyTooLarge: Words
    readonly MediaTypeNotSupported: Words
    readonly Unexpected: Words
    readonly StoreUnavailable: Words
  }
}
