import { createHash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Handling, Installation } from '../botpress'
import { installationKey, loadInstallation, recoverInstallation } from '../install/installation'
import { isProblem } from '../problems'
import { noteGap } from '../session/session'
import { isPassing, isSuncoError } from '../sunco/error'

/** Compares in constant time, also where the lengths differ: what is compared are digests. */
export const isSameSecret = (secret: string, candidate: string): boolean => {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return secret !== '' && timingSafeEqual(digest(secret), digest(candidate))
}

type Reading = {
  /** Undefined where Sunco refuses to say. */
  current?: Installation
  /** The secret that counted before, where it was changed. */
  former?: string
}

/** What reading the set-up from Sunco gave, or is giving, that a request with another secret led to; by installation. */
const readings = new LRUCache<string, Promise<Reading>>({ max: 5_000, ttl: 60_000 })

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
  const { current, former } = await readAgain(handling, installation?.webhookSecret)
  if (current && isSameSecret(current.webhookSecret, apiKey)) return current
  // On its way while the secret was changed: not to be believed, and final to Sunco. What it said is looked for instead.
  if (former && isSameSecret(former, apiKey)) noteGap(handling.ctx)
  return undefined
}

/** One reading a minute, whose outcome all requests share that come in the meantime. */
const readAgain = (handling: Handling, knownSecret: string | undefined): Promise<Reading> => {
  const key = installationKey(handling.ctx)
  const running = readings.get(key)
  if (running) return running
  const reading = recoverInstallation(handling).then(
    (current): Reading => {
      if (current.webhookSecret === knownSecret) return { current }
      noteGap(handling.ctx)
      return { current, former: knownSecret }
    },
    (error: unknown) => {
      const isRefused = isSuncoError(error) ? !isPassing(error) : isProblem(error)
      if (isRefused) return {}
      throw error
    }
  )
  readings.set(key, reading)
  return reading
}
