import type { Deadline } from '../platform/deadline'
import { isSuncoError, type SuncoError } from './error'
import { isWorthRetrying, waitBeforeRetry } from './retry'

/** No repetition begins later than this after the first request, in milliseconds. */
const repetitionsTakeMs = 30_000
/** How often a request whose answer got lost is made again at most. */
const mostLost = 3
/**
 * Pauses before each look for what a request may have made, in milliseconds. One that ended in an error may still take
 * effect; one that ran into a time limit, ours or a gateway's, has shown that it takes long.
 */
const pausesMs = { ended: [300, 700], atWork: [300, 700, 1_500, 3_000] }

/** An answer that a gateway gave in Sunco's place says as little about the request as none in time. */
const mayBeAtWork = ({ code, status }: SuncoError): boolean => code === 'ETIMEDOUT' || status === 502 || status === 504

type Once<T> = {
  deadline: Deadline
  /** A single request. */
  make: () => Promise<T>
  /** Asks Sunco for what an earlier request may have made, by a mark that the thing bears. */
  find: () => Promise<T | undefined>
  /** Called before each repetition; rejects where the thing is not wanted any more. */
  check?: () => Promise<void>
}

/**
 * Makes a thing that must not be there twice. A POST whose fate is unknown is not simply repeated: what it would have
 * made is looked for. One that was refused for the moment is repeated after a wait. Rejects with SuncoError, or as
 * `check` does.
 */
export const makeOnce = async <T>({ deadline, make, find, check }: Once<T>): Promise<T> => {
  const repetitions = deadline.within(repetitionsTakeMs)
  let lost = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await make()
    } catch (error) {
      if (!isSuncoError(error) || deadline.remainingMs(1) === 0) throw error
      if (error.fate === 'unknown') {
        if (++lost > mostLost) throw error
        for (const ms of pausesMs[mayBeAtWork(error) ? 'atWork' : 'ended']) {
          await deadline.pause(ms * lost)
          const made = await find()
          if (made !== undefined) return made
        }
      } else {
        const wait = isWorthRetrying(error, false)
          ? waitBeforeRetry(error, attempt, repetitions.remainingMs())
          : undefined
        if (wait === undefined) throw error
        await deadline.pause(wait)
      }
      await check?.()
    }
  }
}
