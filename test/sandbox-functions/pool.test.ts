import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startPool } from '../../sandbox/functions'
import { ANYWHERE, have, inTurn, isAlive, runPool, times, type Answered, useClosers } from './running'

useClosers()

const namesOf = (answers: Answered[]): (string | undefined)[] => answers.map(({ by }) => by)

describe('one request at a time', () => {
  it('starts more functions up to the bound, beyond which requests wait in the order in which they came', async () => {
    const pool = await runPool({ size: 2, most: 3 })
    const begun: unknown[] = []
    pool.hooks.beforeCall = (_, { body }) => void begun.push(body)
    const answers = await times(7, (index) => have(pool, { wait: 30 + index }))
    expect(answers.map(({ status, report }) => [status, report?.mostAtOnce])).toEqual(Array(7).fill([200, 1]))
    expect(new Set(namesOf(answers))).toEqual(new Set(['f1', 'f2', 'f3']))
    // But for the third, whose function had to be started first.
    expect(begun.filter((body) => !isDeepStrictEqual(body, { wait: 32 }))).toEqual(
      [0, 1, 3, 4, 5, 6].map((index) => ({ wait: 30 + index }))
    )
    expect(pool.functions()).toHaveLength(3)
  })

  it('lets one process take everything at once, awake, where it is shared', async () => {
    const pool = await runPool({ shared: true })
    const [, , last] = await times(3, () => have(pool, { wait: 30, tick: 5 }))
    expect(last).toMatchObject({ by: 'f1', report: { mostAtOnce: 3 } })
    await sleep(1_000)
    expect((await have(pool)).report?.ticks).toBeGreaterThan(9)
  })
})

describe('between two requests', () => {
  it('stops the process, so that no timer fires, and wakes it up for the next one', async () => {
    const pool = await runPool()
    await have(pool, { tick: 5 })
    expect(pool.functions()[0]?.state).toBe('frozen')
    await sleep(200)
    const { report } = await have(pool)
    expect(report?.served).toBe(2)
    // Some may fire before the stop, and one that is due when it wakes up; some forty would without it.
    const ticks = report?.ticks ?? Infinity
    expect(ticks).toBeLessThan(20)
    await sleep(100)
    expect((await have(pool, { wait: 100 })).report?.ticks).toBeGreaterThan(ticks + 2)
  })

  it('goes on where processes are not to be stopped', async () => {
    const pool = await runPool({ freeze: false })
    await have(pool, { tick: 5 })
    expect(pool.functions()[0]?.state).toBe('idle')
    await expect
      .poll(async () => (await have(pool)).report?.ticks, { timeout: 5_000, interval: 200 })
      .toBeGreaterThan(9)
  })

  it('wakes up fast', async () => {
    const pool = await runPool()
    await have(pool)
    const spent = await inTurn(21, async () => {
      const began = performance.now()
      await have(pool)
      return performance.now() - began
    })
    // On a busy machine, most may be late.
    expect(spent.sort((a, b) => a - b)[3]).toBeLessThan(20)
  })

  it('measures the memory of a function that is frozen, and freezes it again', async () => {
    const pool = await runPool()
    const [only] = pool.functions()
    const memory = await only?.memory()
    expect(memory?.inUse).toBeGreaterThan(1_000_000)
    expect(memory?.resident).toBeGreaterThan(memory?.inUse ?? 0)
    expect(only).toMatchObject({ state: 'frozen', call: undefined })
  })
})

describe('the choice of a function', () => {
  it('is the one that rested longest', async () => {
    const pool = await runPool({ size: 3 })
    expect(new Set(namesOf(await times(3, () => have(pool))))).toEqual(new Set(['f1', 'f2', 'f3']))
    const [first, ...others] = namesOf(await inTurn(6, () => have(pool)))
    expect([first, ...others].slice(0, 3)).toEqual(others.slice(2))
    expect(new Set(others).size).toBe(3)
  })

  it('is the same for the same seed, and another one for another', async () => {
    const playedWith = async (seed: number): Promise<(string | undefined)[]> => {
      const pool = await runPool({ size: 3, choice: { seed } })
      // All rest, in the order of their names.
      pool.hooks.choose = (idle) => idle.find(({ id }) => id === wanted)
      let wanted = ''
      for (wanted of ['f1', 'f2', 'f3']) await have(pool)
      pool.hooks.choose = undefined
      return namesOf(await inTurn(12, () => have(pool)))
    }
    const [once, again, other] = [await playedWith(7), await playedWith(7), await playedWith(8)]
    expect(again).toEqual(once)
    expect(other).not.toEqual(once)
    expect(new Set(once).size).toBe(3)
  })

  it('is a new process every time where all are to be cold, with spare ones at hand', async () => {
    const pool = await runPool({ size: 2, cold: true })
    const answers = await inTurn(5, () => have(pool))
    expect(new Set(answers.map(({ report }) => report?.pid)).size).toBe(5)
    expect(answers.map(({ report }) => report?.served)).toEqual(Array(5).fill(1))
    const alive = pool.functions()
    expect(alive).toHaveLength(2)
    expect(alive.some(({ id }) => namesOf(answers).includes(id))).toBe(false)
  })
})

describe('hooks', () => {
  it('choose a function, and are awaited before it gets the request and after its answer', async () => {
    const pool = await runPool({ size: 3 })
    const steps: string[] = []
    const step = async (what: string): Promise<void> => {
      const said = pool.log.length
      await sleep(50)
      expect(pool.log).toHaveLength(said)
      steps.push(what)
    }
    pool.hooks.choose = (idle) => idle.find(({ id }) => id === 'f2')
    pool.hooks.beforeCall = ({ id, call }, { operation }) => {
      expect(call).toEqual({ operation: 'ping', body: { say: 'at work' } })
      expect(pool.log).toEqual([])
      return step(`${id} ${operation}`)
    }
    pool.hooks.afterAnswer = ({ id, state }, _call, { status }) => {
      expect(pool.log).toEqual(['at work'])
      return step(`${id} ${state} ${status}`)
    }
    expect((await have(pool, { say: 'at work' })).by).toBe('f2')
    expect(steps).toEqual(['f2 ping', 'f2 frozen 200'])
  })

  it('make one function slower than the others', async () => {
    const pool = await runPool({ size: 2 })
    pool.hooks.beforeCall = ({ id }) => (id === 'f1' ? sleep(100) : undefined)
    const order: (string | undefined)[] = []
    await times(2, async () => order.push((await have(pool)).by))
    expect(order).toEqual(['f2', 'f1'])
  })
})

describe('the end of a function', () => {
  it('answers 502 to what it was at work on, and leaves the others alone', async () => {
    const pool = await runPool({ size: 2 })
    const [first] = pool.functions()
    const [lost, kept] = [have(pool, { wait: 5_000 }), have(pool, { wait: 200 })]
    await sleep(50)
    expect(first).toMatchObject({ id: 'f1', state: 'busy', call: { body: { wait: 5_000 } } })
    await first?.kill()
    expect([first?.state, isAlive(first?.pid ?? 0)]).toEqual(['dead', false])
    expect(await lost).toEqual({ status: 502, by: 'f1', report: undefined })
    expect(await kept).toMatchObject({ status: 200, by: 'f2' })
    expect(pool.functions().map(({ id }) => id)).toEqual(['f2'])
    expect(namesOf(await times(2, () => have(pool, { wait: 50 })))).toEqual(['f2', 'f3'])
  })

  it('comes when it takes too long over a request', async () => {
    const pool = await runPool({ timeoutMs: 100 })
    expect(await have(pool, { wait: 5_000 })).toEqual({ status: 502, by: 'f1', report: undefined })
    expect(await have(pool)).toMatchObject({ status: 200, by: 'f2' })
  })

  it('gives room to a request that waits', async () => {
    const pool = await runPool({ size: 1, most: 1 })
    const [only] = pool.functions()
    const [lost, next] = [have(pool, { wait: 5_000 }), have(pool)]
    await sleep(50)
    await only?.kill()
    expect([(await lost).status, (await next).by]).toEqual([502, 'f2'])
  })

  it('is not brought about by a handler that throws', async () => {
    const pool = await runPool()
    expect(await have(pool, { fail: true })).toEqual({ status: 500, by: 'f1', report: undefined })
    expect((await have(pool)).by).toBe('f1')
  })
})

describe('the whole pool', () => {
  it('answers 502 between kill and start, to those as well that waited, and then has forgotten all', async () => {
    const pool = await runPool({ size: 1, most: 1 })
    const [busy, waiting] = [have(pool, { wait: 5_000 }), have(pool)]
    await sleep(50)
    await pool.kill()
    expect([await busy, await waiting, await have(pool)].map(({ status }) => status)).toEqual([502, 502, 502])
    expect(pool.functions()).toEqual([])
    await pool.start()
    expect(await have(pool)).toMatchObject({ status: 200, by: 'f2', report: { served: 1 } })
    await pool.restart()
    expect(await have(pool)).toMatchObject({ status: 200, by: 'f3', report: { served: 1 } })
  })

  it('lives on, and remembers, where it is not reached', async () => {
    const pool = await runPool({ size: 1 })
    await have(pool)
    pool.hooks.isUnreachable = true
    expect((await have(pool)).status).toBe(502)
    pool.hooks.isUnreachable = false
    expect(await have(pool)).toMatchObject({ status: 200, by: 'f1', report: { served: 2 } })
  })

  it('grows and shrinks, a busy function ending after its answer', async () => {
    const pool = await runPool({ size: 1 })
    await pool.resize(3)
    expect(pool.functions().map(({ id }) => id)).toEqual(['f1', 'f2', 'f3'])
    const long = times(3, () => have(pool, { wait: 100 }))
    await pool.resize(1, 1)
    expect(pool.functions()).toHaveLength(3)
    expect((await long).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(pool.functions()).toHaveLength(1)
    expect(new Set(namesOf(await times(3, () => have(pool)))).size).toBe(1)
  })

  it('tells of each change of a function', async () => {
    const changes: string[] = []
    const pool = await runPool({ onChange: ({ id, state }) => changes.push(`${id} ${state}`) })
    await have(pool)
    await pool.kill()
    expect(changes).toEqual(['f1 starting', 'f1 frozen', 'f1 busy', 'f1 frozen', 'f1 dead'])
  })

  it('has what its functions wrote, line by line, when they have answered', async () => {
    const pool = await runPool({ size: 2 })
    await have(pool, { say: 'one\ntwo' })
    await have(pool, { say: 'x'.repeat(100_000) })
    expect(pool.log).toEqual(['one', 'two', 'x'.repeat(100_000)])
  })

  it('says what a bundle complained of that cannot be loaded', async () => {
    const started = startPool({ bundle: `${__dirname}/no-such-bundle.cjs`, ...ANYWHERE, size: 1 })
    await expect(started).rejects.toThrow(/did not start: .*Node\.js/)
  })
})
