/** Who may do what, as a table for a snapshot: a row for each of `rows`, a column for each of `columns`. */
export const accessTable = <R extends string, C>(
  rows: ReadonlyArray<R>,
  columns: Readonly<Record<string, C>>,
  cell: (column: C, row: R) => string
): string => {
  const names = Object.keys(columns)
  const lines = [
    ["", ...names],
    ...rows.map((row) => [row, ...Object.values(columns).map((column) => cell(column, row))])
  ]
  const widths = ["", ...names].map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)) + 2)
  const padded = lines.map((line) =>
    line
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join("")
      .trimEnd()
  )
  return `\n${padded.join("\n")}\n`
}
