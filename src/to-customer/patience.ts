import { saidAt } from '../events/parse'

/**
 * For so long after it was said, a message waits for what may succeed later, in milliseconds, and what the agent said
 * after it waits with it. Afterwards the customer gets the best that can be had of it.
 */
const patienceMs = 60_000

/**
 * The same where waiting is worth more, in milliseconds: for a message that Botpress does not answer for, since that
 * may be an outage, and for what is to be brought after the end of its session, since the customer is then given back
 * without it.
 */
export const longPatienceMs = 10 * 60_000

type Said = Parameters<typeof saidAt>[0]

export const isOverdue = (message: Said): boolean => Date.now() - saidAt(message) >= patienceMs
export const isLongOverdue = (message: Said): boolean => Date.now() - saidAt(message) >= longPatienceMs
