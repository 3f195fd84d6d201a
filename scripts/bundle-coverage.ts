import { eachMapping, TraceMap } from '@jridgewell/trace-mapping'

/** From, to, and whether it ran (0: no), in characters of the bundle; of ranges in each other the innermost holds. */
export type Range = [start: number, end: number, count: number]

/** A place of a source file, as source maps count: lines from 1, columns from 0. */
export type Place = { line: number; column: number }

type Mapped = { offset: number; source: string; place: Place }

/** Where each line of a text starts. */
const lineStarts = (text: string): number[] => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

const mappedPlaces = (code: string, map: string, isWanted: (source: string) => boolean): Mapped[] => {
  const starts = lineStarts(code)
  const mapped: Mapped[] = []
  eachMapping(new TraceMap(map), ({ source, generatedLine, generatedColumn, originalLine, originalColumn }) => {
    if (source === null || !isWanted(source)) return
    const offset = (starts[generatedLine - 1] ?? 0) + generatedColumn
    mapped.push({ offset, source, place: { line: originalLine, column: originalColumn } })
  })
  return mapped.sort((one, other) => one.offset - other.offset)
}

/** The first index whose place lies at the offset or behind it. */
const indexAt = (mapped: Mapped[], offset: number): number => {
  let [low, high] = [0, mapped.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (mapped[middle]!.offset < offset) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The places of each source file that ran in the bundle.
 *
 * @param bundle its code and its source map
 * @param isWanted chooses among the paths of the map, which are also those of the result
 * @param notes what ran, as `sandbox/functions/coverage.cjs` noted it: the ranges of many moments
 */
export const placesThatRan = (
  { code, map }: { code: string; map: string },
  isWanted: (source: string) => boolean,
  notes: Range[][]
): Map<string, Place[]> => {
  const mapped = mappedPlaces(code, map, isWanted)
  const hasRun = new Uint8Array(mapped.length)
  for (const ranges of notes) {
    const runs = new Uint8Array(mapped.length)
    // The outer ones first, so that the inner ones overwrite them.
    const inwards = [...ranges].sort(([start, end], [otherStart, otherEnd]) => start - otherStart || otherEnd - end)
    for (const [start, end, count] of inwards) {
      runs.fill(count > 0 ? 1 : 0, indexAt(mapped, start), indexAt(mapped, end))
    }
    runs.forEach((ran, index) => (hasRun[index]! |= ran))
  }
  const places = new Map<string, Place[]>()
  mapped.forEach(({ source, place }, index) => {
    if (!hasRun[index]) return
    const others = places.get(source)
    if (others) others.push(place)
    else places.set(source, [place])
  })
  return places
}
