import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { errorFrom } from '@botpress/client'
import type { Client } from '../botpress'
import { once } from './once'
import { TryLater } from './try-later'

type Stored = { subject: string; token: string; at: number } | null

/** States of one conversation as Botpress keeps them: each call takes a moment, and what it does it does at once. */
const createStore = (states: Record<string, Stored>): Client => {
  const moment = (): Promise<void> => sleep(Math.random() * 5)
  const answer = async (act: () => Stored): Promise<{ state: { payload: Stored } }> => {
    await moment()
    const payload = act()
    await moment()
    return { state: { payload } }
  }
  return {
    getOrSetState: ({ name, payload }: { name: string; payload: Stored }) => answer(() => (states[name] ??= payload)),
    setState: ({ name, payload }: { name: string; payload: Stored }) => answer(() => (states[name] = payload)),
    getState: ({ name }: { name: string }) =>
      answer(() => {
        const stored = states[name]
        if (!stored) throw errorFrom({ type: 'ResourceNotFound', message: 'There is no such state' })
        return stored
      }),
  } as unknown as Client
}

const dead = (subject: string) => ({ subject, token: 'of a process that died', at: Date.now() - 60_000 })

describe('once', () => {
  it.each([
    ['nobody has claimed', {}],
    ['a dead process has claimed', { ending: dead('end') }],
    ['one dead process has claimed and another died taking over', { ending: dead('end'), takeover: dead('ending') }],
  ])('brings an effect about once that %s, however many try at once', async (_, states) => {
    const round = async (): Promise<void> => {
      const client = createStore({ ...states })
      let effects = 0
      const attempts = Array.from({ length: 5 }, () =>
        once({
          client,
          conversationId: 'c',
          name: 'ending',
          subject: 'end',
          isDone: () => Promise.resolve(effects > 0),
          effect: async () => {
            await sleep(5)
            effects += 1
          },
        })
      )
      const outcomes = await Promise.allSettled(attempts)
      expect(effects).toBe(1)
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(TryLater)
    }
    await Promise.all(Array.from({ length: 20 }, round))
  })
})
