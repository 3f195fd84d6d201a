import { createHash, timingSafeEqual } from 'node:crypto'
import { isApiError } from '@botpress/sdk'
import { LRUCache } from 'lru-cache'
import type { Handling, Installation } from '../botpress'
import { loadInstallation, recoverInstallation } from '../install/installation'
import { noteGap } from '../session/session'
import { TryLater } from '../session/try-later'
import { isPassing, isSuncoError } from '../sunco/error'

/** Compares in constant time, also where the lengths differ: what is compared are digests. */
export const isSameSecret = (secret: string, candidate: string): boolean => {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return secret !== '' && timingSafeEqual(digest(secret), digest(candidate))
}

/** How reading the set-up from Sunco went that a request with another secret led to, by installation, for a minute. */
const readings = new LRUCache<string, 'read' | 'unanswered'>({ max: 5_000, ttl: 60_000 })
const unansweredTtlMs = 5_000

/**
 * The installation that a webhook request belongs to, or undefined for a stranger's. Sunco sends the webhook's secret in
 * the header `X-API-Key`. No call on a warm process. A secret that does not fit may have been changed in Zendesk: it is
 * read again, at most once a minute per installation, so that forged requests cause no flood of calls.
 */
export const authenticate = async (
  handling: Handling,
  apiKey: string | undefined
): Promise<Installation | undefined> => {
  if (!apiKey) return undefined
  const installation = await loadInstallation(handling)
  if (installation && isSameSecret(installation.webhookSecret, apiKey)) return installation
  const { integrationId } = handling.ctx
  const reading = readings.get(integrationId)
  if (reading === 'unanswered') throw new TryLater('the secret could not be read')
  if (reading === 'read') return undefined
  readings.set(integrationId, 'read')
  try {
    const current = await recoverInstallation(handling)
    if (current.webhookSecret !== installation?.webhookSecret) noteGap(handling.ctx)
    return isSameSecret(current.webhookSecret, apiKey) ? current : undefined
  } catch (error) {
    const isRefused = isSuncoError(error) ? !isPassing(error) : isApiError(error) && error.type === 'Runtime'
    if (isRefused) return undefined
    readings.set(integrationId, 'unanswered', { ttl: unansweredTtlMs })
    throw error
  }
}
