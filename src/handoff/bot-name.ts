import QuickLRU from 'quick-lru'
import type { HandlerContext } from '../botpress'
import { withinBudget } from '../platform/deadline'

const fallback = 'Bot'
/** Spares a call; nothing depends on it. */
const names = new QuickLRU<string, string>({ maxSize: 1_000, maxAge: 10 * 60_000 })

/** The handoff does not wait longer for a name, in milliseconds. */
const patienceMs = 2_000

/** The bot's own name, for the transcript: one call in ten minutes. A bot without one, or one that is not told, is "Bot". */
export const readBotName = async ({ ctx, client }: HandlerContext): Promise<string> => {
  const key = `${ctx.webhookId}/${ctx.botUserId}`
  const known = names.get(key)
  if (known) return known
  try {
    const { user } = await withinBudget(patienceMs, () => client.getUser({ id: ctx.botUserId }))
    const name = user.name?.trim() || fallback
    names.set(key, name)
    return name
  } catch {
    return fallback
  }
}
