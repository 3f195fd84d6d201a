import path from 'node:path'
import { afterEach } from 'vitest'
import { z } from 'zod'
import { startPool, type Pool, type PoolOptions } from '../../sandbox/functions'

/** Does what it is told in the body of a request. */
export const TINY_BUNDLE = path.join(__dirname, 'tiny-bundle.cjs')

/** On a busy machine, the end of a connection takes some time to arrive; a real function rests for seconds. */
export const RESTS_MS = 200

const nowhere = 'http://127.0.0.1:1'
export const ANYWHERE = { botpressUrl: nowhere, token: 'token', suncoUrl: nowhere, supportUrl: nowhere }

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const closers: (() => Promise<unknown>)[] = []

/** For whatever must not outlive its test. */
export const atEnd = (close: () => Promise<unknown>): void => void closers.push(close)

/** To be called once in a file of tests: closes what its tests have started. */
export const useClosers = (): void => {
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })
}

export const runPool = async (options: Partial<PoolOptions> = {}): Promise<Pool> => {
  const pool = await startPool({ bundle: TINY_BUNDLE, ...ANYWHERE, size: 1, ...options })
  atEnd(pool.close)
  return pool
}

const outcome = z.object({ status: z.number().optional(), code: z.string().optional(), reused: z.boolean() })
const report = z.object({
  pid: z.number(),
  served: z.number(),
  mostAtOnce: z.number(),
  ticks: z.number(),
  got: outcome.optional(),
  late: z.array(outcome),
})

export type Work = Partial<{
  say: string
  /** Says what a variable of its environment is. */
  sayEnv: string
  /** Milliseconds. */
  wait: number
  /** Counts every so many milliseconds, from then on. */
  tick: number
  /** A request that is not waited for. */
  leave: string
  get: string
  fetch: string
  fail: boolean
}>

export type Answered = { status: number; by?: string; report?: z.infer<typeof report> }

/** Has a function work; the report tells what that function has seen in all its life. */
export const have = async (pool: Pool, work: Work = {}): Promise<Answered> => {
  const answer = await pool.call({ headers: { 'x-bp-operation': 'ping' }, body: work })
  const said = report.safeParse(JSON.parse(answer.text)).data
  return { status: answer.status, by: answer.function, report: said }
}

export const times = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)))

export const inTurn = async <T>(count: number, act: () => Promise<T>): Promise<T[]> => {
  const results: T[] = []
  for (let n = 0; n < count; n += 1) results.push(await act())
  return results
}
