import { createHash, timingSafeEqual } from 'node:crypto'
import QuickLRU from 'quick-lru'
import type { HandlerContext, Installation } from '../botpress'
import { knownInstallation, readInstallation, saveInstallation } from '../installation/state'
import { isTransient, TryLater } from '../platform/failure'
import { isProblem } from '../problems'

/** Compares in constant time, also where the lengths differ: what is compared are digests. */
export const isSameSecret = (secret: string, candidate: string): boolean => {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return secret !== '' && timingSafeEqual(digest(secret), digest(candidate))
}

/** Sunco is asked for the secret once in this time, in milliseconds, however many processes get wrong ones. */
const readAgainAfterMs = 60_000
/** How long a reading may take, in milliseconds: until then, other processes wait for what it gives. */
const readingTakesMs = 5_000
const askAgainAfterMs = 2_000

/**
 * What asking about a wrong secret gave in this process lately, by installation: a flood of forged requests must not become
 * one of calls.
 */
const lately = new QuickLRU<string, 'refused' | 'unsure'>({ maxSize: 500, maxAge: askAgainAfterMs })

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
  const known = knownInstallation(context)
  if (known && isSameSecret(known.webhookSecret, apiKey)) return known
  const key = context.ctx.webhookId
  const outcome = lately.get(key)
  if (outcome === 'refused') return undefined
  if (outcome === 'unsure') throw new TryLater('a secret was asked for just now')
  lately.set(key, 'unsure')
  const current = await learn(context, apiKey)
  if (current && isSameSecret(current.webhookSecret, apiKey)) {
    lately.delete(key)
    return current
  }
  lately.set(key, 'refused')
  return undefined
}

/** The installation with the secret that is the newest to be had, or undefined where there is none. */
const learn = async (context: HandlerContext, apiKey: string): Promise<Installation | undefined> => {
  const kept = await readInstallation(context)
  if (kept && isSameSecret(kept.webhookSecret, apiKey)) return kept
  const now = Date.now()
  if (kept?.secretReadingUntil && now < kept.secretReadingUntil) throw new TryLater('a secret is being read')
  if (kept?.secretReadAt && now - kept.secretReadAt < readAgainAfterMs) return kept
  // First, so that other processes do not ask at the same time.
  if (kept) await saveInstallation(context, { ...kept, secretReadingUntil: now + readingTakesMs })
  try {
    const { recoverInstallation } = await import('../installation/recover')
    return await recoverInstallation(context, now)
  } catch (error) {
    if (!isProblem(error) && isTransient(error)) throw error
    // Sunco refuses to say.
    if (kept) await saveInstallation(context, { ...kept, secretReadAt: now })
    return kept
  }
}
