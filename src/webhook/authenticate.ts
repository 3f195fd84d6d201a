import QuickLRU from 'quick-lru'
import type { HandlerContext, Installation } from '../botpress'
import { knownInstallation, readInstallation, saveInstallation } from '../installation/state'
import { isTransient, TryLater } from '../platform/failure'
import { isProblem } from '../problems'
import { isSameSecret } from '../text/secret'

/** A secret that another process has replaced is not taken for longer, in milliseconds. */
const knownForMs = 60_000
/** Sunco is asked for the secret once in this time, in milliseconds, however many processes get wrong ones. */
const readAgainAfterMs = 60_000

/**
 * Installations that a wrong secret was asked about lately: a flood of forged requests must not become one of calls.
 */
const askedLately = new QuickLRU<string, true>({ maxSize: 500, maxAge: 2_000 })

/**
 * The installation that a webhook request belongs to, or undefined for a stranger's. Sunco sends the webhook's secret
 * in the header `X-API-Key`. Botpress is not asked where this process asked within the last minute and the secret
 * fits.
 *
 * A secret that does not fit may have been changed in Zendesk: another process may have learnt the new one, and Sunco
 * is asked for it once a minute. In between it cannot be judged, and the call rejects with {@link TryLater}: a refusal
 * would be final to Sunco.
 */
export const authenticate = async (
  context: HandlerContext,
  apiKey: string | undefined
): Promise<Installation | undefined> => {
  if (typeof apiKey !== 'string' || !apiKey) return undefined
  const known = knownInstallation(context, knownForMs)
  if (known && isSameSecret(known.webhookSecret, apiKey)) return known
  const key = context.ctx.webhookId
  if (askedLately.has(key)) throw new TryLater('a secret was asked for just now')
  const kept = await readInstallation(context)
  if (kept && isSameSecret(kept.webhookSecret, apiKey)) return kept
  askedLately.set(key, true)
  const current = await readFromSunco(context, kept)
  return current && isSameSecret(current.webhookSecret, apiKey) ? current : undefined
}

/** The installation with today's secret, or undefined where Sunco refuses to say. */
const readFromSunco = async (
  context: HandlerContext,
  kept: Installation | undefined
): Promise<Installation | undefined> => {
  const now = Date.now()
  if (kept?.secretReadAt && now - kept.secretReadAt < readAgainAfterMs) {
    throw new TryLater('the secret was read less than a minute ago')
  }
  // First, so that other processes do not ask at the same time.
  if (kept) await saveInstallation(context, { ...kept, secretReadAt: now })
  try {
    const { recoverInstallation } = await import('../install/recover')
    return await recoverInstallation(context, now)
  } catch (error) {
    if (!isProblem(error) && isTransient(error)) throw error
    return undefined
  }
}
