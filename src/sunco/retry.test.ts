import { describe, expect, it } from 'vitest'
import { SuncoError } from './error'
import { isWorthRetrying, waitBeforeRetry } from './retry'

const error = (status?: number, more: { fate?: 'refused' | 'unknown'; retryAfterMs?: number } = {}) =>
  new SuncoError({ operation: 'post message', status, fate: 'unknown', ...more })

describe('isWorthRetrying', () => {
  it.each([
    ['429', error(429), true, true],
    ['503', error(503), true, true],
    ['no connection', error(undefined, { fate: 'refused' }), true, true],
    ['no answer', error(), false, true],
    ['500', error(500), false, true],
    ['504', error(504), false, true],
    ['an answer that breaks off', error(200), false, true],
    ['400', error(400), false, false],
    ['401', error(401), false, false],
    ['404', error(404), false, false],
    ['423', error(423), false, false],
  ])('%s', (_, failure, whenMaking, whenRepeatable) => {
    expect(isWorthRetrying(failure, false)).toBe(whenMaking)
    expect(isWorthRetrying(failure, true)).toBe(whenRepeatable)
  })
})

describe('waitBeforeRetry', () => {
  it('doubles, with jitter, up to a cap', () => {
    const waits = [1, 2, 3, 9].map((attempt) => waitBeforeRetry(error(429), attempt, 60_000, () => 1))
    expect(waits).toEqual([250, 500, 1000, 5000])
    expect(waitBeforeRetry(error(429), 3, 60_000, () => 0)).toBe(500)
  })

  it('backs off also where the hint is no wait at all', () => {
    const waits = [1, 2, 3].map((attempt) => waitBeforeRetry(error(429, { retryAfterMs: 0 }), attempt, 60_000, () => 1))
    expect(waits).toEqual([250, 500, 1000])
  })

  it('lets Sunco’s own hint go first, and gives up where there is no time for it', () => {
    expect(waitBeforeRetry(error(429, { retryAfterMs: 7_000 }), 1, 10_000)).toBe(7_000)
    expect(waitBeforeRetry(error(429, { retryAfterMs: 7_000 }), 1, 5_000)).toBeUndefined()
  })
})
