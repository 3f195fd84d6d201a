import { createHash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { HandlerContext, Installation } from '../botpress'
import { loadInstallation, readInstallation, saveInstallation } from '../installation/state'
import { isTransient, TryLater } from '../platform/failure'
import { isProblem } from '../problems'

/** Compares in constant time, also where the lengths differ: what is compared are digests. */
export const isSameSecret = (secret: string, candidate: string): boolean => {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return secret !== '' && timingSafeEqual(digest(secret), digest(candidate))
}

/** Sunco is asked for the secret once in this time, in milliseconds, however many processes get wrong ones. */
const readAgainAfterMs = 60_000
/** When this process last asked Botpress because of a wrong secret, by installation: a flood must not become one of calls. */
const askedAt = new LRUCache<string, number>({ max: 500, ttl: 2_000 })

/**
 * The installation that a webhook request belongs to, or undefined for a stranger's. Sunco sends the webhook's secret in
 * the header `X-API-Key`. No call where this process knows the installation.
 *
 * A secret that does not fit may have been changed in Zendesk: another process may have learnt the new one, and Sunco is asked
 * for it once a minute. Rejects with {@link TryLater} where a secret cannot be judged at the moment: a refusal would be
 * final to Sunco.
 */
export const authenticate = async (
  context: HandlerContext,
  apiKey: string | undefined
): Promise<Installation | undefined> => {
  if (typeof apiKey !== 'string' || !apiKey) return undefined
  const known = await loadInstallation(context)
  if (known && isSameSecret(known.webhookSecret, apiKey)) return known
  const key = context.ctx.webhookId
  if (askedAt.has(key)) throw new TryLater('a secret was asked for just now')
  askedAt.set(key, Date.now())
  const kept = await readInstallation(context)
  if (kept && isSameSecret(kept.webhookSecret, apiKey)) return kept
  if (kept?.secretReadAt && Date.now() - kept.secretReadAt < readAgainAfterMs) return undefined
  const current = await readFromSunco(context, kept)
  return current && isSameSecret(current.webhookSecret, apiKey) ? current : undefined
}

/** Undefined where Sunco refuses to say. */
const readFromSunco = async (
  context: HandlerContext,
  kept: Installation | undefined
): Promise<Installation | undefined> => {
  const secretReadAt = Date.now()
  // First, so that other processes do not ask at the same time.
  if (kept) await saveInstallation(context, { ...kept, secretReadAt })
  try {
    const { recoverInstallation } = await import('../installation/recover')
    return await recoverInstallation(context, secretReadAt)
  } catch (error) {
    if (!isProblem(error) && isTransient(error)) throw error
    return undefined
  }
}
