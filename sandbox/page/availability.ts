import { z } from 'zod'
import type { Installation } from '../botpress'

const output = z.object({ status: z.enum(['available', 'unavailable', 'unknown']), opensAt: z.string().optional() })

/** As much of the answer as the bot makes use of. @property opensAt an ISO date */
export type Availability = z.output<typeof output>

/** Asks as a card of the bot's flow would. Never rejects: a bot that cannot ask does not know. */
export const askAvailability = async (installation: Installation): Promise<Availability> => {
  try {
    return output.parse(await installation.callAction('checkAvailability', {}))
  } catch {
    return { status: 'unknown' }
  }
}
