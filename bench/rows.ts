/** One line of the table. `ok` is left out where nothing has to be reached. */
export type Row = { what: string; measured: string; mustReach?: string; ok?: boolean }

export const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

export const median = (values: number[]): number => quantile(values, 0.5)

/**
 * The value that the share `q` of all values does not exceed; the mean of the middle two for the median of an even
 * number.
 */
export const quantile = (values: number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const place = q * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  if (below === undefined || above === undefined) throw new Error('nothing was measured')
  return below + (above - below) * (place - Math.floor(place))
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Counts are exact: the median is shown, and the range where they differ, but the worst has to be within the limit. */
const showCounts = (counts: number[]): string => {
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? whole(most) : `${whole(median(counts))} (${whole(least)} to ${whole(most)})`
}

export const atMost = (what: string, counts: number[], limit: number): Row => ({
  what,
  measured: showCounts(counts),
  mustReach: limit === 0 ? '0' : `at most ${whole(limit)}`,
  ok: counts.length > 0 && counts.every((count) => count <= limit),
})

export const exactly = (what: string, values: string[], wanted: string): Row => ({
  what,
  measured: [...new Set(values)].join(' / '),
  mustReach: wanted,
  ok: values.length > 0 && values.every((value) => value === wanted),
})

export const ratioAtMost = (what: string, ratio: number, limit: number): Row => ({
  what,
  measured: ratio.toFixed(2),
  mustReach: `at most ${limit.toFixed(2)}`,
  ok: ratio <= limit,
})

/** Told, not judged. */
export const shown = (what: string, measured: string): Row => ({ what, measured })

export const shownCounts = (what: string, counts: number[]): Row => shown(what, showCounts(counts))

export const milliseconds = (times: number[]): string =>
  `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`

export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`

export const bytes = (size: number): string => `${whole(size)} bytes`
