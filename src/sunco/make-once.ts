import { setTimeout as sleep } from 'node:timers/promises'
import { remainingMs } from '../platform/deadline'
import { isSuncoError } from './error'

const mostAttempts = 4
/**
 * Pauses before each look for what a request may have made, in milliseconds. One whose answer got lost may still be at work,
 * and one that ran into its time limit has shown that it takes long.
 */
const pausesMs = { lost: [300], timedOut: [300, 700, 1_500, 3_000] }

/**
 * Makes a thing that must not be there twice. A POST whose fate is unknown is not simply repeated: Sunco is asked for
 * what it would have made, by a mark that the thing bears. Rejects with SuncoError.
 */
export const makeOnce = async <T>(make: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await make()
    } catch (error) {
      const mayGoOn = attempt < mostAttempts && remainingMs(1) > 0
      if (!isSuncoError(error) || error.fate !== 'unknown' || !mayGoOn) throw error
      for (const pause of pausesMs[error.code === 'ETIMEDOUT' ? 'timedOut' : 'lost']) {
        await sleep(remainingMs(pause * attempt))
        const made = await find()
        if (made !== undefined) return made
      }
    }
  }
}
