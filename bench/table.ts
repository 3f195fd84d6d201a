import type { Row } from './rows'

const verdictOf = ({ ok }: Row): string => (ok === undefined ? '' : ok ? 'yes' : 'NO')

/** The rows as a Markdown table with aligned columns. */
export const toTable = (rows: Row[]): string => {
  const head = ['what', 'measured', 'must reach', 'ok']
  const cells = rows.map((row) => [row.what, row.measured, row.mustReach ?? '', verdictOf(row)])
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)))
  const toLine = (line: string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  return [head, widths.map((width) => '-'.repeat(width)), ...cells].map(toLine).join('')
}
