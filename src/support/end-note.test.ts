import { describe, expect, it } from 'vitest'
import { endReasons } from '../session/end-reason'
import { endNoteText } from './end-note'

const startedAt = '2026-03-02T09:00:00.000Z'
const after = (ms: number): string => new Date(Date.parse(startedAt) + ms).toISOString()
const minutes = 60_000

describe('the note about an end', () => {
  it.each([
    [10_000, 'less than a minute'],
    [1 * minutes, '1 minute'],
    [59 * minutes, '59 minutes'],
    [60 * minutes, '1 hour'],
    [61 * minutes, '1 hour 1 minute'],
    [26 * 60 * minutes + 5 * minutes, '26 hours 5 minutes'],
  ])('says of %i ms that they are %s', (ms, expected) => {
    expect(endNoteText({ reason: 'released', startedAt, endedAt: after(ms) })).toMatch(
      new RegExp(`It lasted ${expected}\\.$`)
    )
  })

  it.each([
    [undefined, after(0)],
    [startedAt, undefined],
    [after(1), startedAt],
    ['', 'nonsense'],
  ])('says nothing of a length between %s and %s', (from, to) => {
    expect(endNoteText({ reason: 'stopHitl', startedAt: from, endedAt: to })).not.toContain('lasted')
  })

  it('has other words for every reason', () => {
    expect(new Set(endReasons.map((reason) => endNoteText({ reason }))).size).toBe(endReasons.length)
  })
})
