import { createHash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Handling, Installation } from '../botpress'
import { loadInstallation, recoverInstallation } from '../install/installation'
import { isProblem } from '../problems'
import { noteGap } from '../session/session'
import { isPassing, isSuncoError } from '../sunco/error'

/** Compares in constant time, also where the lengths differ: what is compared are digests. */
export const isSameSecret = (secret: string, candidate: string): boolean => {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return secret !== '' && timingSafeEqual(digest(secret), digest(candidate))
}

/** What reading the set-up from Sunco gave, or is giving, that a request with another secret led to; by installation. */
const readings = new LRUCache<string, Promise<Installation | undefined>>({ max: 5_000, ttl: 60_000 })

/**
 * The installation that a webhook request belongs to, or undefined for a stranger's. Sunco sends the webhook's secret in
 * the header `X-API-Key`. No call on a warm process. A secret that does not fit may have been changed in Zendesk: it is
 * read again, at most once a minute per installation, so that forged requests cause no flood of calls. Rejects where it
 * cannot be read.
 */
export const authenticate = async (
  handling: Handling,
  apiKey: string | undefined
): Promise<Installation | undefined> => {
  if (typeof apiKey !== 'string' || !apiKey) return undefined
  const installation = await loadInstallation(handling)
  if (installation && isSameSecret(installation.webhookSecret, apiKey)) return installation
  const current = await readAgain(handling, installation?.webhookSecret)
  return current && isSameSecret(current.webhookSecret, apiKey) ? current : undefined
}

/** One reading a minute, whose outcome all requests share that come in the meantime. */
const readAgain = (handling: Handling, knownSecret: string | undefined): Promise<Installation | undefined> => {
  const { integrationId } = handling.ctx
  const running = readings.get(integrationId)
  if (running) return running
  const reading = recoverInstallation(handling).then(
    (current) => {
      if (current.webhookSecret !== knownSecret) noteGap(handling.ctx)
      return current
    },
    (error: unknown) => {
      const isRefused = isSuncoError(error) ? !isPassing(error) : isProblem(error)
      if (isRefused) return undefined
      throw error
    }
  )
  readings.set(integrationId, reading)
  return reading
}
