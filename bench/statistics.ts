/** The value below which a share of the sorted values lies. */
export const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

export const sorted = (values: ReadonlyArray<number>): ReadonlyArray<number> => [...values].sort((a, b) => a - b)

export const median = (values: ReadonlyArray<number>): number => quantile(sorted(values), 0.5)

/** The same in an order left to chance, so that nothing that comes and goes with time favours one of them. */
export const shuffled = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items
    .map((item) => ({ item, chance: Math.random() }))
    .sort((a, b) => a.chance - b.chance)
    .map(({ item }) => item)

/** How far two samples differ, by the test of Mann and Whitney (1947). */
interface Comparison {
  /** How often one of the first is the greater of a pair drawn from both: a half where they are alike. */
  readonly share: number
  /** How likely it is that two samples of the same thing differ at least so much. */
  readonly p: number
}

/** Compares two samples by the ranks of their values, whatever their distribution: by U, which of thousands is normal. */
export const compareRanks = (first: ReadonlyArray<number>, second: ReadonlyArray<number>): Comparison => {
  const all = [...first.map((value) => ({ value, own: 1 })), ...second.map((value) => ({ value, own: 0 }))].sort(
    (a, b) => a.value - b.value
  )
  let ranks = 0
  let ties = 0
  for (let begin = 0; begin < all.length; ) {
    let end = begin
    let own = 0
    while (all[end] !== undefined && all[end]?.value === all[begin]?.value) own += all[end++]?.own ?? 0
    // Equals share the mean of their ranks.
    ranks += own * ((begin + 1 + end) / 2)
    ties += (end - begin) ** 3 - (end - begin)
    begin = end
  }
  const [m, n, total] = [first.length, second.length, all.length]
  const u = ranks - (m * (m + 1)) / 2
  const deviation = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))))
  return { share: u / (m * n), p: complementaryError(Math.abs(u - (m * n) / 2) / deviation / Math.SQRT2) }
}

/** For 0 and above, to seven digits. See Abramowitz and Stegun, 7.1.26. */
const complementaryError = (x: number): number => {
  const t = 1 / (1 + 0.3275911 * x)
  const sum = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429].reduceRight(
    (rest, coefficient) => (rest + coefficient) * t,
    0
  )
  return sum * Math.exp(-x * x)
}
