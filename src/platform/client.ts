import { setTimeout as sleep } from 'node:timers/promises'
import { Client as PlainClient, type ApiError } from '@botpress/client'
import { IntegrationSpecificClient, isApiError } from '@botpress/sdk'
import QuickLRU from 'quick-lru'
import type { Client, Context, ZendeskMessagingHitl } from '../botpress'
import type { Deadline } from './deadline'
import { OutOfTime } from './failure'
import { isTimeout, longestHintMs, retryOf } from './sdk'

/** Longest wait for one answer of Botpress, in milliseconds. The client that the SDK hands over waits a minute. */
export const callTimeoutMs = 5_000
/** Waits before the repetitions of a call, in milliseconds. */
const pausesMs = [60, 300, 900]
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

const open = (
  { botId, integrationId, integrationAlias }: Context,
  timeout: number,
  isRepeatable: boolean
): SpecificClient => {
  const retry = retryOf({ pausesMs, leastTimeMs, isRepeatable })
  return new IntegrationSpecificClient<ZendeskMessagingHitl>(
    new PlainClient({ botId, integrationId, integrationAlias, timeout, retry })
  )
}

/** Making a client takes longer than calling with it. */
const kept = new QuickLRU<string, SpecificClient>({ maxSize: 100 })

/** The client for calls that have all the time they may take. Kept for those very callers, address and token. */
const usualClient = (ctx: Context): SpecificClient => {
  const { BP_API_URL, BP_TOKEN } = process.env
  const key = JSON.stringify([ctx.botId, ctx.integrationId, ctx.integrationAlias, BP_API_URL, BP_TOKEN])
  const client = kept.get(key) ?? open(ctx, callTimeoutMs, true)
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
    return timeout === callTimeoutMs && isRepeatable ? usual : open(ctx, timeout, isRepeatable)
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
