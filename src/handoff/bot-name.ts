import { LRUCache } from 'lru-cache'
import type { Handling } from '../botpress'

const fallback = 'Bot'
const names = new LRUCache<string, string>({ max: 1_000, ttl: 60 * 60_000 })

/** The bot's own name, for the transcript: one call an hour. A bot without one, or one that is not told, is "Bot". */
export const readBotName = async ({ ctx, client }: Handling): Promise<string> => {
  const key = `${ctx.integrationId}/${ctx.botUserId}`
  const known = names.get(key)
  if (known) return known
  const name = await client.getUser({ id: ctx.botUserId }).then(
    ({ user }) => user.name?.trim() || fallback,
    () => fallback
  )
  names.set(key, name)
  return name
}
