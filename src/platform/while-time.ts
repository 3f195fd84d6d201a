import type { Deadline } from './deadline'
import { sideBySide } from './side-by-side'

const atOnce = 5

/**
 * Works on as many of the items as there is time for, some at a time and in their order. Returns how many were worked
 * on.
 * @param reserveMs nothing further is begun when less than this is left, in milliseconds
 */
export const whileTime = async <T>(
  deadline: Deadline,
  reserveMs: number,
  items: readonly T[],
  work: (item: T) => Promise<void>
): Promise<number> => {
  for (let done = 0; done < items.length; done += atOnce) {
    if (deadline.remainingMs(reserveMs) < reserveMs) return done
    await sideBySide(items.slice(done, done + atOnce).map(work))
  }
  return items.length
}
