import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorFrom } from '@botpress/client'
import { describe, expect, it } from 'vitest'
import { useLocalBotpress } from '../../test/local-botpress'
import type { HandlerContext } from '../botpress'
import { openBotpress } from '../platform/client'
import { Deadline } from '../platform/deadline'
import { TryLater } from '../platform/failure'
import { withClaim } from './claim'

type Stored = { subject: string; token: string; at: number } | null

/**
 * The claim of one conversation as Botpress keeps it. With `cacheMs`, get-or-set answers with what it saw up to that
 * long ago.
 */
type Store = {
  stored: Stored
  cacheMs: number
  cached?: { payload: Stored; until: number }
  /** Connections that break at the next clearing of the claim, before or after it is done. */
  clearsBreak: ('before' | 'after')[]
  /** Until then, in milliseconds since 1970, connections break at each claim that is stored over another. */
  takeOversBreakUntil: number
}

/** By conversation. */
const stores = new Map<string, Store>()

const getOrSet = (store: Store, payload: Stored): Stored => {
  if (store.cached && store.cached.until > Date.now()) return store.cached.payload
  store.stored ??= payload
  store.cached = { payload: store.stored, until: Date.now() + store.cacheMs }
  return store.stored
}

/** Each call takes a moment, and what it does it does at once. */
const ctx = useLocalBotpress((request, response) => {
  const answer = async (): Promise<void> => {
    const [, conversationId = '', action] =
      /\/states\/conversation\/([^/]+)\/claim(\/get-or-set)?$/.exec(request.url ?? '') ?? []
    const store = stores.get(conversationId)!
    const { payload = null } = request.method === 'POST' ? ((await json(request)) as { payload: Stored }) : {}
    await sleep(Math.random() * 5)
    const breaks = request.method === 'POST' && payload === null ? store.clearsBreak.shift() : undefined
    if (breaks === 'after') store.stored = null
    const isTakeOver = request.method === 'POST' && !action && payload !== null
    if (breaks || (isTakeOver && Date.now() < store.takeOversBreakUntil)) return void request.socket.destroy()
    const kept = action ? getOrSet(store, payload) : request.method === 'POST' ? (store.stored = payload) : store.stored
    await sleep(Math.random() * 5)
    const isMissing = request.method === 'GET' && !kept
    const body = isMissing
      ? { type: 'ResourceNotFound', code: 404, id: 'err', message: 'There is no such state' }
      : { state: { payload: kept } }
    response.writeHead(isMissing ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  void answer()
})

const contextWithin = (ms: number): HandlerContext => {
  const deadline = Deadline.in(ms)
  return { ctx, deadline, client: openBotpress(ctx, deadline) } as HandlerContext
}

const createStore = (stored: Stored, cacheMs = 0) => {
  const conversationId = `c${stores.size}`
  const store: Store = { stored, cacheMs, clearsBreak: [], takeOversBreakUntil: 0 }
  stores.set(conversationId, store)
  return {
    conversationId,
    stored: () => store.stored,
    clear: () => (store.stored = null),
    breakTakeOvers: (ms: number) => (store.takeOversBreakUntil = Date.now() + ms),
    breakClears: (...when: Store['clearsBreak']) => store.clearsBreak.push(...when),
  }
}

const dead = (subject: string) => ({ subject, token: 'of a process that died', at: Date.now() - 60_000 })
const alive = (subject: string) => ({ subject, token: 'of a living process', at: Date.now() })

const compete = async (conversationId: string, subjects: string[], { ms = 60_000, effectMs = 5, apartMs = 0 } = {}) => {
  const effects: string[] = []
  const outcomes = await Promise.allSettled(
    subjects.map(async (subject, n) => {
      await sleep(n * apartMs)
      return withClaim({
        context: contextWithin(ms),
        conversationId,
        subject,
        isDone: () => Promise.resolve(effects.includes(subject)),
        effect: async () => {
          await sleep(effectMs)
          effects.push(subject)
        },
      })
    })
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
    ['Botpress keeps a cleared claim as an empty one', {} as Stored],
  ])('brings an effect about once that %s, however many try at once', async (_, stored) => {
    const round = async (): Promise<void> => {
      const store = createStore(stored && { ...stored })
      const { effects, failures } = await compete(store.conversationId, ['end', 'end', 'end', 'end', 'end'])
      expect(effects).toEqual(['end'])
      expect(failures).toEqual([])
      expect(store.stored()).toBeNull()
    }
    // More at once would make the calls themselves late on a busy machine.
    await Promise.all(Array.from({ length: 6 }, round))
  })

  it('brings several effects about once each, one after the other', async () => {
    const { conversationId } = createStore(null)
    const { effects, failures } = await compete(conversationId, ['m1', 'end', 'm1', 'm2', 'end'])
    expect(effects.toSorted()).toEqual(['end', 'm1', 'm2'])
    expect(failures).toEqual([])
  })

  it('costs nothing but time where Botpress answers from a cache', async () => {
    const { conversationId } = createStore(null, 400)
    const { effects, failures } = await compete(conversationId, ['m1', 'm1', 'm2'])
    expect(effects.toSorted()).toEqual(['m1', 'm2'])
    expect(failures).toEqual([])
  })

  it('waits for a living process, as long as there is time, and then asks to be tried later', async () => {
    const { conversationId } = createStore(alive('end'))
    const started = Date.now()
    const { effects, failures } = await compete(conversationId, ['end'], { ms: 700 })
    expect(effects).toEqual([])
    expect(failures).toEqual([expect.any(TryLater)])
    expect(Date.now() - started).toBeGreaterThan(500)
  })

  it('goes on as soon as the living process has cleared its claim', async () => {
    const { conversationId, clear } = createStore(alive('m1'))
    const competing = compete(conversationId, ['end'])
    await sleep(300)
    clear()
    expect(await competing).toEqual({ effects: ['end'], failures: [] })
  })

  it('is taken over later where that fails for a while', async () => {
    const { conversationId, breakTakeOvers } = createStore(dead('end'))
    breakTakeOvers(2_000)
    expect(await compete(conversationId, ['end', 'end'])).toEqual({ effects: ['end'], failures: [] })
  })

  it('is not taken over by one who was slow to see that nothing was done', async () => {
    const { conversationId } = createStore(dead('end'))
    const effects: string[] = []
    const claimBy = (name: string, looksForMs: number[]): Promise<void> =>
      withClaim({
        context: contextWithin(60_000),
        conversationId,
        subject: 'end',
        isDone: async () => {
          await sleep(looksForMs.shift())
          return effects.length > 0
        },
        effect: async () => {
          await sleep(2_500)
          effects.push(name)
        },
      })
    await Promise.all([claimBy('quick', []), claimBy('slow', [1_800])])
    expect(effects).toEqual(['quick'])
  })

  it('is cleared once where the answer to that was lost: by then it may be another one’s', async () => {
    const { conversationId, breakClears } = createStore(null)
    breakClears('after')
    const { effects, failures } = await compete(conversationId, ['m1', 'm2', 'm2', 'm2', 'm2', 'm2'], {
      effectMs: 300,
      apartMs: 20,
    })
    expect(effects.toSorted()).toEqual(['m1', 'm2'])
    expect(failures).toEqual([])
  })

  it('is cleared again where that did not come to Botpress', async () => {
    const { conversationId, stored, breakClears } = createStore(null)
    breakClears('before', 'before')
    expect(await compete(conversationId, ['m1'])).toEqual({ effects: ['m1'], failures: [] })
    expect(stored()).toBeNull()
  })

  it('leaves the claim where the effect may yet come about, and clears it where it surely failed', async () => {
    const late = Object.assign(new Error('timeout'), { code: 'ECONNABORTED' })
    for (const [error, isLeft] of [
      [errorFrom({ type: 'Internal', code: 500, message: 'timeout', error: late }), true],
      [errorFrom({ type: 'InvalidPayload', code: 400, id: 'err', message: 'refused' }), false],
    ] as const) {
      if (isLeft) Object.assign(error, { error: late })
      const { conversationId, stored } = createStore(null)
      const claimed = withClaim({
        context: contextWithin(60_000),
        conversationId,
        subject: 'end',
        isDone: () => Promise.resolve(false),
        effect: () => Promise.reject(error),
      })
      await expect(claimed).rejects.toBe(error)
      expect(stored() !== null).toBe(isLeft)
    }
  })
})
