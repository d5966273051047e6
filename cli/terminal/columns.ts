import { unpainted } from './paint.ts'
import { safe } from './safe.ts'

/** Lays rows out in columns two spaces apart, `indent` spaces from the left. Cells may be painted. The last column is not padded. */
export function columns(rows: readonly (readonly string[])[], indent = 0): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell)))).join('  ')
  return rows.map((row) => `${' '.repeat(indent)}${line(row)}`.trimEnd()).join('\n')
}

function width(cell: string): number {
  return [...safe(unpainted(cell))].length
}
