import { setTimeout as sleep } from 'node:timers/promises'
import { Client as PlainClient, type ApiError, type RetryConfig } from '@botpress/client'
import { IntegrationSpecificClient, isApiError } from '@botpress/sdk'
import QuickLRU from 'quick-lru'
import type { Client, Context, ZendeskMessagingHitl } from '../botpress'
import type { Deadline } from './deadline'
import { isTimeout, OutOfTime } from './failure'

/** Longest wait for one answer of Botpress, in milliseconds. The client that the SDK hands over waits a minute. */
export const callTimeoutMs = 5_000
/** Waits before the repetitions of a call, in milliseconds. */
const pausesMs = [60, 300, 900]
const longestHintMs = 3_000
/**
 * Waits before a call is made again whose repetitions have all failed, in milliseconds. Nobody hands a customer's
 * message or a handoff over a second time, so that some seconds in which Botpress fails must not lose it.
 */
const outagePausesMs = [1_000, 1_500, 4_500]
/** A call is not repeated with less time than this, in milliseconds: what came of it would not be heard. */
const leastTimeMs = 500

/** A repetition would make a second one, which nothing tells from the first. */
const makesAnother = new Set<string | symbol>(['createEvent', 'createUser'])
/** The first attempt may have been carried out, and another process may have stored its own state since. */
const clearsState = (name: string | symbol, input: unknown): boolean =>
  name === 'setState' && (input as { payload?: unknown }).payload === null

type SpecificClient = IntegrationSpecificClient<ZendeskMessagingHitl>
type RetryCause = Parameters<NonNullable<RetryConfig['retryCondition']>>[0]

/** Refused before anything was done: too many requests, or a conflict, as over a record that is locked just now. */
const isRefused = ({ response, code }: RetryCause): boolean =>
  response?.status === 429 || response?.status === 409 || code === 'ECONNREFUSED'
/** A connection that broke, or a transient error of Botpress'. A call that ran into its time limit is not repeated. */
const isBroken = ({ response, code }: RetryCause): boolean =>
  response ? response.status >= 500 || response.status === 408 : code !== 'ECONNABORTED'

const hintOf = (error: RetryCause): number => {
  const seconds = Number(error.response?.headers['retry-after'] ?? 0)
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, longestHintMs) : 0
}

const pauseBefore = (count: number, error: RetryCause): number => Math.max(hintOf(error), pausesMs[count - 1] ?? 0)

/**
 * All attempts of a call share its time limit. The client takes the time of the last one off it only after it has asked
 * this.
 */
const isTimeFor = (error: RetryCause): boolean => {
  const { timeout = 0, 'axios-retry': state } = error.config ?? {}
  const took = Date.now() - (state?.lastRequestTime ?? 0)
  return timeout - took > pauseBefore((state?.retryCount ?? 0) + 1, error) + leastTimeMs
}

const retryOf = (isRepeatable: boolean): RetryConfig => ({
  retries: pausesMs.length,
  retryCondition: (error) => (isRefused(error) || (isRepeatable && isBroken(error))) && isTimeFor(error),
  retryDelay: pauseBefore,
})

const open = (
  { botId, integrationId, integrationAlias }: Context,
  timeout: number,
  retry: RetryConfig
): SpecificClient =>
  new IntegrationSpecificClient<ZendeskMessagingHitl>(
    new PlainClient({ botId, integrationId, integrationAlias, timeout, retry })
  )

/** Making a client takes longer than calling with it. */
const kept = new QuickLRU<string, SpecificClient>({ maxSize: 100 })

/** The client for calls that have all the time they may take. Kept for those very callers, address and token. */
const usualClient = (ctx: Context): SpecificClient => {
  const { BP_API_URL, BP_TOKEN } = process.env
  const key = JSON.stringify([ctx.botId, ctx.integrationId, ctx.integrationAlias, BP_API_URL, BP_TOKEN])
  const client = kept.get(key) ?? open(ctx, callTimeoutMs, retryOf(true))
  kept.set(key, client)
  return client
}

/** One that hung has used its time up and is not made again. */
const mayBeMadeAgain = (error: unknown, isRepeatable: boolean): error is ApiError =>
  isApiError(error) && !isTimeout(error) && (error.code === 429 || (isRepeatable && error.code >= 500))

/**
 * Botpress' client for what has to be done by a deadline: every call ends within its own time limit and before that,
 * and is repeated only where that is safe. Address and token come from the environment, as for the client of the SDK.
 * Rejects with {@link OutOfTime} once the time is up.
 */
export const openBotpress = (ctx: Context, deadline: Deadline): Client => {
  const usual = usualClient(ctx)
  const clientFor = (isRepeatable: boolean): SpecificClient => {
    const timeout = deadline.remainingMs(callTimeoutMs)
    if (timeout === 0) throw new OutOfTime()
    return timeout === callTimeoutMs && isRepeatable ? usual : open(ctx, timeout, retryOf(isRepeatable))
  }
  const call = async (name: string | symbol, input: unknown): Promise<unknown> => {
    const isRepeatable = !makesAnother.has(name) && !clearsState(name, input)
    for (let attempt = 0; ; attempt++) {
      try {
        const operation = Reflect.get(clientFor(isRepeatable), name) as (input: unknown) => Promise<unknown>
        return await operation(input)
      } catch (error) {
        if (attempt >= outagePausesMs.length || !mayBeMadeAgain(error, isRepeatable)) throw error
        // How long Botpress asks to wait is not known any more here.
        const pause = Math.max(outagePausesMs[attempt] ?? 0, error.code === 429 ? longestHintMs : 0)
        if (deadline.remainingMs() < pause + leastTimeMs) throw error
        await sleep(pause)
      }
    }
  }
  return new Proxy(usual, {
    // Whoever awaits the client must get the client.
    get: (_, name) => (name === 'then' ? undefined : (input: unknown) => call(name, input)),
  })
}
