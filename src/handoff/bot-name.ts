import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Handling } from '../botpress'

const fallback = 'Bot'
const names = new LRUCache<string, string>({ max: 1_000, ttl: 10 * 60_000 })

/** The handoff does not wait longer for a name. */
const patienceMs = 2_000
const tooLate = async (): Promise<never> => {
  await sleep(patienceMs, undefined, { ref: false })
  throw new Error('the name did not come')
}

/** The bot's own name, for the transcript: one call in ten minutes. A bot without one, or one that is not told, is "Bot". */
export const readBotName = async ({ ctx, client }: Handling): Promise<string> => {
  const key = `${ctx.webhookId}/${ctx.botUserId}`
  const known = names.get(key)
  if (known) return known
  try {
    const { user } = await Promise.race([client.getUser({ id: ctx.botUserId }), tooLate()])
    const name = user.name?.trim() || fallback
    names.set(key, name)
    return name
  } catch {
    return fallback
  }
}
