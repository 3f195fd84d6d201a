import { setTimeout as sleep } from 'node:timers/promises'
import { errorFrom } from '@botpress/client'
import { describe, expect, it } from 'vitest'
import type { Client } from '../botpress'
import { withinBudget } from '../platform/deadline'
import { TryLater } from '../platform/failure'
import { withClaim } from './claim'

type Stored = { subject: string; token: string; at: number } | null

/**
 * The claim of one conversation as Botpress keeps it: each call takes a moment, and what it does it does at once. With
 * `cacheMs`, get-or-set answers with what it saw up to that long ago.
 */
const createStore = (stored: Stored, cacheMs = 0) => {
  let cached: { payload: Stored; until: number } | undefined
  const moment = (): Promise<void> => sleep(Math.random() * 5)
  const answer = async (act: () => Stored): Promise<{ state: { payload: Stored } }> => {
    await moment()
    const payload = act()
    await moment()
    return { state: { payload } }
  }
  const getOrSet = (payload: Stored): Stored => {
    if (cached && cached.until > Date.now()) return cached.payload
    stored ??= payload
    cached = { payload: stored, until: Date.now() + cacheMs }
    return stored
  }
  const client = {
    getOrSetState: ({ payload }: { payload: Stored }) => answer(() => getOrSet(payload)),
    setState: ({ payload }: { payload: Stored }) => answer(() => (stored = payload)),
    getState: () =>
      answer(() => {
        if (!stored)
          throw errorFrom({ type: 'ResourceNotFound', code: 404, id: 'err', message: 'There is no such state' })
        return stored
      }),
  } as unknown as Client
  return { client, stored: () => stored }
}

const dead = (subject: string) => ({ subject, token: 'of a process that died', at: Date.now() - 60_000 })
const alive = (subject: string) => ({ subject, token: 'of a living process', at: Date.now() })

const compete = async (client: Client, subjects: string[]) => {
  const effects: string[] = []
  const outcomes = await Promise.allSettled(
    subjects.map((subject) =>
      withClaim({
        context: { client },
        conversationId: 'c',
        subject,
        isDone: () => Promise.resolve(effects.includes(subject)),
        effect: async () => {
          await sleep(5)
          effects.push(subject)
        },
      })
    )
  )
  return {
    effects,
    failures: outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : [])),
  }
}

describe('withClaim', () => {
  it.each<[string, Stored]>([
    ['nobody has claimed', null],
    ['a dead process has claimed', dead('end')],
    ['a dead process has claimed something else', dead('m1')],
  ])('brings an effect about once that %s, however many try at once', async (_, stored) => {
    const round = async (): Promise<void> => {
      const store = createStore(stored && { ...stored })
      const { effects, failures } = await compete(store.client, ['end', 'end', 'end', 'end', 'end'])
      expect(effects).toEqual(['end'])
      expect(failures).toEqual([])
      expect(store.stored()).toBeNull()
    }
    await Promise.all(Array.from({ length: 20 }, round))
  })

  it('brings several effects about once each, one after the other', async () => {
    const { client } = createStore(null)
    const { effects, failures } = await compete(client, ['m1', 'end', 'm1', 'm2', 'end'])
    expect(effects.toSorted()).toEqual(['end', 'm1', 'm2'])
    expect(failures).toEqual([])
  })

  it('costs nothing but time where Botpress answers from a cache', async () => {
    const { client } = createStore(null, 400)
    const { effects, failures } = await compete(client, ['m1', 'm1', 'm2'])
    expect(effects.toSorted()).toEqual(['m1', 'm2'])
    expect(failures).toEqual([])
  })

  it('waits for a living process, as long as there is time, and then asks to be tried later', async () => {
    const { client } = createStore(alive('end'))
    const started = Date.now()
    const { effects, failures } = await withinBudget(700, () => compete(client, ['end']))
    expect(effects).toEqual([])
    expect(failures).toEqual([expect.any(TryLater)])
    expect(Date.now() - started).toBeGreaterThan(600)
  })

  it('goes on as soon as the living process has cleared its claim', async () => {
    const { client } = createStore(alive('m1'))
    const competing = compete(client, ['end'])
    await sleep(300)
    await client.setState({ type: 'conversation', id: 'c', name: 'claim', payload: null })
    expect(await competing).toEqual({ effects: ['end'], failures: [] })
  })

  it('leaves the claim where the effect may yet come about, and clears it where it surely failed', async () => {
    const late = Object.assign(new Error('timeout'), { code: 'ECONNABORTED' })
    for (const [error, isLeft] of [
      [errorFrom({ type: 'Internal', code: 500, message: 'timeout', error: late }), true],
      [errorFrom({ type: 'InvalidPayload', code: 400, id: 'err', message: 'refused' }), false],
    ] as const) {
      if (isLeft) Object.assign(error, { error: late })
      const { client, stored } = createStore(null)
      const claimed = withClaim({
        context: { client },
        conversationId: 'c',
        subject: 'end',
        isDone: () => Promise.resolve(false),
        effect: () => Promise.reject(error),
      })
      await expect(claimed).rejects.toBe(error)
      expect(stored() !== null).toBe(isLeft)
    }
  })
})
