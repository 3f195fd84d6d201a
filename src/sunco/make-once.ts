import type { Deadline } from '../platform/deadline'
import { isSuncoError, type SuncoError } from './error'
import { isWorthRetrying, waitBeforeRetry } from './retry'

/** No repetition begins later than this after the first request, in milliseconds. */
const repetitionsTakeMs = 30_000
/** How often a request whose answer got lost is made again at most. */
const mostLost = 3
/**
 * Pauses before each look for what a request may have made, in milliseconds. One that ended in an error may still take
 * effect; one that a gateway gave up has shown that it takes long, and so has one that ran into our own time limit.
 * Where their sum is below a message's turn (3.5 s), as in the first two, quick messages keep their order.
 */
const pausesMs = { failed: [300, 700], atGateway: [300, 700, 1_500], timedOut: [300, 700, 1_500, 3_000] }

const pausesAfter = ({ code, status }: SuncoError): number[] => {
  if (code === 'ETIMEDOUT') return pausesMs.timedOut
  return status === 502 || status === 504 ? pausesMs.atGateway : pausesMs.failed
}

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
        for (const ms of pausesAfter(error)) {
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
