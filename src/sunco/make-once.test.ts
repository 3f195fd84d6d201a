import { expect, it } from 'vitest'
import { Deadline } from '../platform/deadline'
import { SuncoError } from './error'
import { makeOnce } from './make-once'

const failed = (details: { status?: number; code?: string }): SuncoError =>
  new SuncoError({ operation: 'post message', fate: 'unknown', ...details })

/** A request that fails and takes effect all the same, some time later. Returns how often it was made. */
const makeLate = async (failure: SuncoError, lateMs: number): Promise<number> => {
  const made: string[] = []
  let requests = 0
  const id = await makeOnce({
    deadline: Deadline.in(20_000),
    make: async () => {
      requests += 1
      setTimeout(() => made.push('m1'), lateMs)
      throw failure
    },
    find: async () => made[0],
  })
  expect(id).toBe('m1')
  return requests
}

it.each([
  ['a gateway gave up', failed({ status: 504 }), 1_800],
  ['a gateway lost it', failed({ status: 502 }), 1_800],
  ['it ran into the time limit', failed({ code: 'ETIMEDOUT' }), 2_000],
  ['it failed', failed({ status: 500 }), 600],
  ['the connection broke', failed({ code: 'ECONNRESET' }), 600],
])('what takes effect late is not made twice where %s', async (_, failure, lateMs) => {
  expect(await makeLate(failure, lateMs)).toBe(1)
})
