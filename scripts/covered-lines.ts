import { z } from 'zod'
import type { Place } from './bundle-coverage'

const placeSchema = z.object({ line: z.number(), column: z.number() })
const spanSchema = z.object({
  start: placeSchema,
  // Without a column it lasts to the end of the line.
  end: z.object({ line: z.number(), column: z.number().nullable() }),
})

/** A source file as Vitest's reporter `json` tells of it: its statements, its functions, and which statements ran. */
export const measuredFileSchema = z.object({
  path: z.string(),
  statementMap: z.record(z.string(), spanSchema),
  fnMap: z.record(z.string(), z.object({ loc: spanSchema })),
  s: z.record(z.string(), z.number()),
})

export type MeasuredFile = z.infer<typeof measuredFileSchema>

type Span = z.infer<typeof spanSchema>

export type FileLines = { path: string; lines: number; uncovered: number[] }

const isUpTo = (one: Place, other: Place): boolean =>
  one.line < other.line || (one.line === other.line && one.column <= other.column)

const isWithin = (place: Place, { start, end }: Span): boolean => {
  const last = { line: end.line, column: end.column === null ? Infinity : end.column - 1 }
  return isUpTo(start, place) && isUpTo(place, last)
}

const ranInBundle = (statement: Span, { fnMap }: MeasuredFile, ran: Place[]): boolean => {
  // A constant has no place in the bundle where its value is written wherever it is used; but what stands outside of
  // all functions ran before anything else of its file.
  const isOutside = !Object.values(fnMap).some(({ loc }) => isWithin(statement.start, loc))
  // What runs within a statement, a function that it makes included, runs only where the statement did.
  return isOutside ? ran.length > 0 : ran.some((place) => isWithin(place, statement))
}

/**
 * The lines of a file in which statements start. One is covered when one of them ran, in the tests or in the bundle.
 *
 * @param ran the places of the file that ran in the bundle
 */
export const linesOf = (file: MeasuredFile, ran: Place[]): FileLines => {
  const lines = new Map<number, boolean>()
  for (const [key, statement] of Object.entries(file.statementMap)) {
    const { line } = statement.start
    lines.set(line, lines.get(line) || file.s[key]! > 0 || ranInBundle(statement, file, ran))
  }
  const uncovered = [...lines].filter(([, isCovered]) => !isCovered).map(([line]) => line)
  return { path: file.path, lines: lines.size, uncovered: uncovered.sort((a, b) => a - b) }
}

/** Of one file or many. */
export const percentOf = (files: FileLines[]): number => {
  const lines = files.reduce((sum, file) => sum + file.lines, 0)
  const uncovered = files.reduce((sum, file) => sum + file.uncovered.length, 0)
  return lines === 0 ? 100 : (100 * (lines - uncovered)) / lines
}
