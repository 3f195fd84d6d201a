import { isTransientAnswer, type SuncoError } from './error'

const firstWaitMs = 250
const longestWaitMs = 5_000

/**
 * Whether a failed call is made again. Sunco publishes no numbers for its rate limit and asks for exponential backoff
 * with jitter on 429. A call that is not `repeatable` (a POST that makes something) is repeated only where it is
 * certain that nothing was done: Sunco refused it with 429 or 503, or no connection came about.
 */
export const isWorthRetrying = (error: SuncoError, repeatable: boolean): boolean => {
  if (error.status === 429 || error.status === 503) return true
  if (error.status === undefined) return repeatable || error.fate === 'refused'
  return repeatable && isTransientAnswer(error)
}

/**
 * Milliseconds until the next attempt, or undefined where there is no time for it. At least what the server asks for,
 * and some time also where it asks for none.
 * @param attempt 1 after the first failure
 */
export const waitBeforeRetry = (
  error: SuncoError,
  attempt: number,
  remainingMs: number,
  random: () => number = Math.random
): number | undefined => {
  const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1))
  const wait = Math.max(error.retryAfterMs ?? 0, ceiling / 2 + (random() * ceiling) / 2)
  return wait < remainingMs ? wait : undefined
}
