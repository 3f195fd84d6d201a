/** One user-perceived character at a time: a cut inside one would show as two broken signs. */
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Of flags, in UTF-16 units: longer rows may be cut in the middle of one. */
const longestRow = 4_096

/** The last place at or before `limit` that does not lie inside a character. */
const boundaryBefore = (text: string, limit: number): number => {
  // A character of sane length that crosses the limit starts within this window.
  const windowStart = Math.max(0, limit - 64)
  // The window itself must not start inside a surrogate pair.
  const aligned = windowStart > 0 && /[\uDC00-\uDFFF]/.test(text[windowStart] ?? '') ? windowStart + 1 : windowStart
  // Nor inside a row of flags, each of which is a pair of two such signs.
  const flags = /(?:\uD83C[\uDDE6-\uDDFF])+$/.exec(text.slice(Math.max(0, aligned - longestRow), aligned))
  const start = aligned - (flags?.[0].length ?? 0)
  let boundary = 0
  for (const { index } of characters.segment(text.slice(start, limit + 64))) {
    if (start + index <= limit) boundary = start + index
  }
  return boundary > start ? boundary : limit
}

/** The best place to cut: a line's end in the second half, else a blank there, else between two characters. */
const cutOf = (text: string, limit: number): number => {
  const lineEnd = text.lastIndexOf('\n', limit)
  if (lineEnd >= limit / 2) return lineEnd
  for (let index = limit; index >= limit / 2; index--) {
    if (/\s/.test(text[index] ?? '')) return index
  }
  return boundaryBefore(text, limit)
}

/**
 * Splits a text into parts of at most `limit` UTF-16 units, between words where there are any and never inside a
 * character. Blanks at a cut are dropped; nothing else is. An empty or blank text gives no part.
 */
export const splitText = (text: string, limit: number): string[] => {
  const parts: string[] = []
  let rest = text.trim()
  while (rest.length > limit) {
    const cut = cutOf(rest, limit)
    parts.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  return rest ? [...parts, rest] : parts
}

/** The beginning of a text, at most `limit` UTF-16 units long, ending in an ellipsis where something was cut off. */
export const shorten = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, boundaryBefore(text, limit - 1)).trimEnd()}…`
