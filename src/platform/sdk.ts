import type { RetryConfig } from '@botpress/client'
import { isApiError } from '@botpress/sdk'
import type { SdkProps, TimedHandlers } from '../botpress'

// All that newer majors of Botpress' SDK and of its client are known to do otherwise, in one place: they call
// `messageCreated` what is `messages` here, and the client is made without axios (read in the SDK's published types and
// code). They also answer 500 to an error that is none of theirs; no handler of ours lets one out.

type HitlChannel = SdkProps['channels']['hitl']

/** One handler for each message type of the `hitl` channel, as the SDK calls it. */
type SdkChannel = HitlChannel['messages']
/** The same, for handlers that are told by when they have to be done. */
export type Channel = TimedHandlers<SdkChannel>

/** The channel for the SDK. */
export const channelOf = (messages: SdkChannel): HitlChannel => ({ messages })

type RetryCause = Parameters<NonNullable<RetryConfig['retryCondition']>>[0]

/** By this code, axios says that a call ran into its time limit. */
const timedOut = 'ECONNABORTED'

/** Refused before anything was done: too many requests, or a conflict, as over a record that is locked just now. */
const isRefused = ({ response, code }: RetryCause): boolean =>
  response?.status === 429 || response?.status === 409 || code === 'ECONNREFUSED'
/** A connection that broke, or a transient error of Botpress'. A call that ran into its time limit is not repeated. */
const isBroken = ({ response, code }: RetryCause): boolean =>
  response ? response.status >= 500 || response.status === 408 : code !== timedOut

/** Longest wait that Botpress may ask for before a repetition, in milliseconds. */
export const longestHintMs = 3_000

const hintOf = (error: RetryCause): number => {
  const seconds = Number(error.response?.headers['retry-after'] ?? 0)
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, longestHintMs) : 0
}

/** How a call is repeated. */
export type Repetition = {
  /** Waits before the repetitions, in milliseconds. Where Botpress asks for more, it is given that. */
  pausesMs: number[]
  /** A call is not repeated with less time than this, in milliseconds. */
  leastTimeMs: number
  /** Whether it may be made again where nobody knows if it was carried out; one that was refused always may. */
  isRepeatable: boolean
}

/** For the client's `retry`. All attempts of a call share its time limit. */
export const retryOf = ({ pausesMs, leastTimeMs, isRepeatable }: Repetition): RetryConfig => {
  const pauseBefore = (count: number, error: RetryCause): number => Math.max(hintOf(error), pausesMs[count - 1] ?? 0)
  // The client takes the time of the last attempt off the limit only after it has asked this.
  const isTimeFor = (error: RetryCause): boolean => {
    const { timeout = 0, 'axios-retry': state } = error.config ?? {}
    const took = Date.now() - (state?.lastRequestTime ?? 0)
    return timeout - took > pauseBefore((state?.retryCount ?? 0) + 1, error) + leastTimeMs
  }
  return {
    retries: pausesMs.length,
    retryCondition: (error) => (isRefused(error) || (isRepeatable && isBroken(error))) && isTimeFor(error),
    retryDelay: pauseBefore,
  }
}

/** What kept the client from getting an answer, or undefined where it got one. */
const causeOf = (error: unknown): unknown => (isApiError(error) ? error.error : undefined)

/** Whether a call to Botpress has surely been answered; where it has not, it may yet be carried out. */
export const isAnswered = (error: unknown): boolean => isApiError(error) && causeOf(error) === undefined

/** Whether the client gave up waiting, so that the request may yet be carried out. */
export const isTimeout = (error: unknown): boolean => {
  const cause = causeOf(error)
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === timedOut
}
