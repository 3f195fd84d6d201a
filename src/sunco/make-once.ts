import { setTimeout as sleep } from 'node:timers/promises'
import { remainingMs } from '../deadline'
import { isSuncoError } from './error'

const mostAttempts = 4
/** A request whose answer got lost may still be at work when its result is asked for. */
const settleMs = 300

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
      await sleep(settleMs * attempt)
      const made = await find()
      if (made !== undefined) return made
    }
  }
}
