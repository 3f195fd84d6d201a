import { setImmediate as turn } from 'node:timers/promises'
import { unreachable, type IntegrationRequest } from '../botpress/integration-call'
import { FunctionDied } from './channel'
import { createChooser } from './choice'
import { startFunction, type FunctionCall, type FunctionProcess, type PoolFunction } from './function'
import type { Pool, PoolHooks, PoolOptions } from './pool-options'
import { noWatchdog, startWatchdog } from './watchdog'

type Waiting = { call: FunctionCall; resolve: (chosen: FunctionProcess | undefined) => void }

/** 55 s is what Botpress' own integrations plan with; a minute is what calls were seen to get. */
const TIMEOUT_MS = 60_000

const isIdle = ({ state }: PoolFunction): boolean => state === 'idle' || state === 'frozen'
const isAlive = ({ state }: PoolFunction): boolean => state !== 'dead'

/**
 * Runs the built bundle as Botpress Cloud does: in processes that take one request at a time and are frozen between.
 */
export const startPool = async (options: PoolOptions): Promise<Pool> => {
  const { bundle, cold = false, shared = false, choice = 'longestRested' } = options
  const env = {
    BP_API_URL: options.botpressUrl,
    BP_TOKEN: options.token,
    SUNCO_API_URL: options.suncoUrl,
    ZENDESK_SUPPORT_API_URL: options.supportUrl,
  }
  const freezes = !shared && (options.freeze ?? process.platform !== 'win32')
  let size = shared ? 1 : (options.size ?? 4)
  let most = shared ? 1 : Math.max(options.most ?? 16, size)
  let isDown = true
  let started = 0
  /** Those that were used stand in the order in which they came to rest, behind those that were not. */
  let all: FunctionProcess[] = []
  const retiring = new Set<FunctionProcess>()
  const waiting: Waiting[] = []
  const hooks: PoolHooks = {}
  const log: string[] = []
  const byRule = createChooser(choice)
  const watchdog = freezes ? startWatchdog() : noWatchdog

  const onChange = (changed: PoolFunction): void => {
    options.onChange?.(changed)
    if (isIdle(changed) || !isAlive(changed)) queueMicrotask(assign)
  }
  const launch = (): FunctionProcess => {
    started += 1
    const launched = startFunction({
      id: `f${started}`,
      bundle,
      env,
      freezes,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      connections: options.connections ?? [],
      onLine: (line) => log.push(line),
      onChange,
    })
    all.push(launched)
    const guard = (): void => watchdog.guard(all.map(({ pid }) => pid))
    guard()
    void launched.ended.then(() => {
      all = all.filter((one) => one !== launched)
      guard()
    })
    options.onChange?.(launched)
    return launched
  }
  const topUp = (): FunctionProcess[] => {
    const spare = all.filter((one) => isIdle(one) || (one.state === 'starting' && one.call === undefined))
    const alive = cold ? spare : all.filter(isAlive)
    return isDown ? [] : Array.from({ length: Math.max(0, size - alive.length) }, launch)
  }

  const choose = (call: FunctionCall): FunctionProcess | undefined => {
    const alive = all.filter(isAlive)
    if (shared) return alive[0] ?? launch()
    const idle = alive.filter(isIdle)
    const wanted = idle.length > 0 ? hooks.choose?.(idle, call) : undefined
    const chosen = idle.find((one) => one === wanted) ?? byRule(idle)
    return chosen ?? (alive.length < most ? launch() : undefined)
  }
  /** Hands functions to those that wait, first come, first served. */
  const assign = (): void => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const chosen = isDown ? undefined : choose(next.call)
      if (!chosen && !isDown) return
      waiting.shift()
      chosen?.take(next.call)
      next.resolve(chosen)
    }
  }
  const acquire = (call: FunctionCall): Promise<FunctionProcess | undefined> =>
    new Promise((resolve) => {
      waiting.push({ call, resolve })
      assign()
    })
  const release = (used: FunctionProcess, call: FunctionCall): void => {
    const isOver = cold || retiring.delete(used)
    if (isOver) void used.kill()
    all = [...all.filter((one) => one !== used), ...all.filter((one) => one === used)]
    used.leave(call)
    if (cold) topUp()
  }

  const answerOf = async (by: FunctionProcess, call: FunctionCall, request: IntegrationRequest) => {
    try {
      await by.ready
      await hooks.beforeCall?.(by, call)
      const { status, headers, body } = await by.handle({ ...request, body: JSON.stringify(request.body) })
      return { status, headers: new Headers(headers), text: body, function: by.id }
    } catch (error) {
      if (!(error instanceof FunctionDied)) throw error
      return { ...unreachable(), function: by.id }
    } finally {
      release(by, call)
    }
  }

  const pool: Pool = {
    log,
    hooks,
    functions: () => all.filter(isAlive),
    call: async (request) => {
      const call: FunctionCall = { operation: request.headers['x-bp-operation'] ?? '', body: request.body }
      const by = hooks.isUnreachable ? undefined : await acquire(call)
      if (!by) return unreachable()
      const answer = await answerOf(by, call, request)
      // What the function wrote to its console before it answered is read within one turn of the event loop.
      await turn()
      await hooks.afterAnswer?.(by, call, answer)
      return answer
    },
    kill: async () => {
      isDown = true
      await Promise.all(all.map((one) => one.kill()))
      assign()
    },
    start: async () => {
      isDown = false
      await Promise.all(topUp().map(({ ready }) => ready))
      assign()
    },
    restart: async () => {
      await pool.kill()
      await pool.start()
    },
    resize: async (wanted, bound = Math.max(most, wanted)) => {
      ;[size, most] = [wanted, bound]
      const alive = all.filter((one) => isAlive(one) && !retiring.has(one))
      const surplus = [...alive.filter(isIdle), ...alive.filter((one) => !isIdle(one))].slice(0, -wanted || undefined)
      const ends = surplus.map((one) => (isIdle(one) ? one.kill() : retiring.add(one)))
      await Promise.all([...ends, ...topUp().map(({ ready }) => ready)])
    },
    close: async () => {
      await pool.kill()
      watchdog.close()
    },
  }
  try {
    await pool.start()
  } catch {
    await pool.close()
    throw new Error(`The integration did not start: ${log.slice(-3).join(' / ')}`)
  }
  return pool
}
