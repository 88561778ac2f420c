/** Words of SQL, each with one that could stand there by mistake. What is longer comes before what it contains. */
const swaps: ReadonlyArray<readonly [RegExp, string]> = [
  [/<>/, "="],
  [/<=/, "<"],
  [/>=/, ">"],
  [/</, "<="],
  // Not those of JSON's -> and ->>.
  [/(?<!->?)>/, ">="],
  [/=/, "<>"],
  [/\bis not null\b/, "is null"],
  [/\bis null\b/, "is not null"],
  [/\bnot exists\b/, "exists"],
  [/\bexists\b/, "not exists"],
  [/\bunion all\b/, "union"],
  [/\bleft join\b/, "join"],
  [/\bon conflict do nothing\b/, ""],
  [/\bfor update( of \w+)?( skip locked)?/, ""],
  [/\bdistinct\b/, ""],
  [/\band\b/, "or"],
  [/\bor\b/, "and"],
  [/\basc\b/, "desc"],
  [/\bdesc\b/, "asc"],
  [/\bleast\b/, "greatest"],
  [/\bgreatest\b/, "least"],
  [/\bmin\b(?=\()/, "max"],
  [/\bmax\b(?=\()/, "min"],
  [/\btrue\b/, "false"],
  [/\bfalse\b/, "true"]
]

const words = new RegExp([...swaps.map(([word]) => word.source), String.raw`(?<![\w.$])\d+\b`].join("|"), "g")
const clauses = /\b(set|where|on|and|or|when|having|select|from|returning)\b/g

/** Where a word of a statement could be another, in the order of the text. */
export const sqlMutations = (
  sql: string
): ReadonlyArray<{ readonly index: number; readonly word: string; readonly replacement: string }> =>
  [...sql.matchAll(words)].flatMap(({ 0: word, index }) => {
    const clause = [...sql.slice(0, index).matchAll(clauses)].at(-1)?.[0]
    // That would be no SQL: it is an assignment.
    if (word === "=" && clause === "set") return []
    const swap = swaps.find(([pattern]) => new RegExp(`^(?:${pattern.source})`).test(word))
    return [{ index, word, replacement: swap?.[1] ?? String(Number(word) + 1) }]
  })
