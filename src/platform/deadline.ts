import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

const deadlines = new AsyncLocalStorage<number>()

/** Runs work whose calls end when the time is up; within other such work, the earlier end counts. */
export const withinBudget = <T>(budgetMs: number, work: () => Promise<T>): Promise<T> =>
  deadlines.run(Math.min(Date.now() + budgetMs, deadlines.getStore() ?? Infinity), work)

/** Runs work with time of its own, for what has to be tidied up although the time is up. */
export const withFreshBudget = <T>(budgetMs: number, work: () => Promise<T>): Promise<T> =>
  deadlines.run(Date.now() + budgetMs, work)

/** Milliseconds that are left, at most `most`; 0 when the time is up. */
export const remainingMs = (most: number): number =>
  Math.max(0, Math.min(most, (deadlines.getStore() ?? Infinity) - Date.now()))

/** Waits, but not longer than there is time. */
export const pause = (ms: number): Promise<void> => sleep(remainingMs(ms))
