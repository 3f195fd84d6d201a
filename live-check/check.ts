import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../src/platform/failure'
import type { SuncoClient } from '../src/sunco/client'
import { isSuncoError } from '../src/sunco/error'
import type { App } from '../src/sunco/types'
import type { FactName } from './facts'
import type { Findings } from './findings'
import type { Made } from './made'
import type { Operations } from './operations'

/** What every part of the check works with. */
export type Check = {
  app: App
  /** Base URL of the API. */
  host: string
  sunco: SuncoClient
  operations: Operations
  findings: Findings
  made: Made
  /** How long is looked for what may be shown late, in milliseconds. */
  patienceMs: number
  stop: AbortSignal
}

/**
 * Plays one part. What fails leaves its facts open and lets the other parts go on; only a stop ends the check. Returns
 * undefined for a part that failed.
 */
export const part = async <T>(
  { findings, stop }: Check,
  names: readonly FactName[],
  play: () => Promise<T>
): Promise<T | undefined> => {
  stop.throwIfAborted()
  try {
    return await play()
  } catch (error) {
    stop.throwIfAborted()
    findings.leaveOpen(names, reasonOf(error))
    return undefined
  }
}

const lookEveryMs = 150

/** Looks until `isSeen`, and returns how long it took in milliseconds; undefined where it was not seen in time. */
export const msUntil = async (
  { patienceMs, stop }: Check,
  isSeen: () => Promise<boolean>
): Promise<number | undefined> => {
  const began = Date.now()
  for (;;) {
    const askedAt = Date.now()
    if (await isSeen()) return askedAt - began
    if (Date.now() - began >= patienceMs) return undefined
    await sleep(lookEveryMs, undefined, { signal: stop })
  }
}

export const seenAfter = (ms: number | undefined): string =>
  ms === undefined ? 'not seen' : ms < lookEveryMs ? 'seen at once' : `seen after ${ms} ms`

/** What came of a request that may be refused for good. */
export type Outcome<T> = { answer: T; refusedWith?: undefined } | { answer?: undefined; refusedWith: number }

const refusals = [400, 403, 404, 409, 422]

/** Rejects as the request does where that says nothing about what was asked for. */
export const outcomeOf = async <T>(request: Promise<T>): Promise<Outcome<T>> => {
  try {
    return { answer: await request }
  } catch (error) {
    if (isSuncoError(error) && error.status !== undefined && refusals.includes(error.status))
      return { refusedWith: error.status }
    throw error
  }
}

/** A note on a refusal, and none where all went well. */
export const refusedNote = ({ refusedWith }: Outcome<unknown>, otherwise?: string): string | undefined =>
  refusedWith === undefined ? otherwise : `refused with ${refusedWith}`
