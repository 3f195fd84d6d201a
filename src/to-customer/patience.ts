import { saidAt } from '../events/parse'

/**
 * For so long after it was said, a message waits for what may succeed later, in milliseconds, and what the agent said
 * after it waits with it. Afterwards the customer gets the best that can be had of it.
 */
export const patienceMs = 60_000

/**
 * So long after the end of a session, in milliseconds, the customer is given back although something cannot be brought.
 * Longer, since what is not brought by then is lost.
 */
export const endPatienceMs = 10 * 60_000

export const isOverdue = (message: Parameters<typeof saidAt>[0]): boolean => Date.now() - saidAt(message) >= patienceMs
