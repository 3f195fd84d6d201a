import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isApiError } from '@botpress/sdk'
import { LRUCache } from 'lru-cache'
import type { states } from '../../definitions/states'
import type { Client } from '../botpress'
import { isTimeout, TryLater } from './try-later'

export type ClaimName = Exclude<keyof typeof states, 'installation' | 'takeover'>
type Claim = { subject: string; token: string; at: number }

/**
 * How long a claim counts as being worked on, in milliseconds. Longer than the claimed effect may take, so that an older
 * claim without its effect belongs to a process that died.
 */
const leaseMs = 12_000
/** A claim that took longer than this to be stored may have run out: nothing is done on its strength. */
const freshMs = 2_000

/** Claims of this process whose effect failed: nobody works on them, so they need not run out. */
const abandoned = new LRUCache<string, true>({ max: 1_000 })

type OnceOptions = {
  client: Client
  /** Botpress id of the conversation that the claim is kept in. */
  conversationId: string
  name: ClaimName
  /** What the claim is about: a claim about another subject is replaced. */
  subject: string
  /** Asks Botpress whether the effect is there. Called only where another process may have brought it about. */
  isDone: () => Promise<boolean>
  effect: () => Promise<void>
}

/**
 * Brings an effect about once, although several processes may try at the same instant and any of them may die halfway.
 * `getOrSetState` decides who works: the first writer's token stays. Botpress' events have no key against doubling, so
 * that where a claimant died, the effect itself is looked for before it is brought about again.
 *
 * Costs one call beside the effect. Rejects with {@link TryLater} while another process works on it.
 */
export const once = async ({ client, conversationId, name, subject, isDone, effect }: OnceOptions): Promise<void> => {
  const place = { type: 'conversation', id: conversationId } as const
  const mine: Claim = { subject, token: randomUUID(), at: Date.now() }

  const isStale = ({ token, at }: Claim): boolean => {
    if (Date.now() - at <= freshMs) return false
    abandoned.set(token, true)
    return true
  }
  const claim = async (state: ClaimName | 'takeover', payload: Claim): Promise<Claim> => {
    const held = (await client.getOrSetState({ ...place, name: state, payload })).state.payload
    if (held.token === payload.token && isStale(payload)) throw new TryLater(`the answer to a claim came too late`)
    return held
  }
  const isWorkedOn = ({ token, at }: Claim): boolean => !abandoned.has(token) && Date.now() - at < leaseMs
  const work = async (): Promise<void> => {
    try {
      await effect()
    } catch (error) {
      // After a time limit the effect may yet come about: others have to wait until the claim has run out.
      if (!isTimeout(error)) abandoned.set(mine.token, true)
      throw error
    }
  }

  const held = await claim(name, mine)
  if (held.token === mine.token) return work()
  if (held.subject === subject) {
    if (await isDone()) return
    if (isWorkedOn(held)) throw new TryLater(`${name} is being handled elsewhere`)
  }

  // The claim changes hands, one process at a time: its holder died, or it is about an earlier subject.
  const lock = { ...mine, subject: name, at: Date.now() }
  const locked = await claim('takeover', lock)
  if (locked.token !== lock.token) {
    if (isWorkedOn(locked)) throw new TryLater(`${name} is changing hands elsewhere`)
    await client.setState({ ...place, name: 'takeover', payload: lock })
    if (isStale(lock)) throw new TryLater('a lock was stored too late')
    // Whoever else found the dead one's lock has stored its own by then, or has given up: the last one stays.
    await sleep(freshMs)
    const last = await client.getState({ ...place, name: 'takeover' }).catch((error: unknown) => {
      // The one who took it is done with it already.
      if (isApiError(error) && error.type === 'ResourceNotFound') return undefined
      throw error
    })
    const isLate = Date.now() - lock.at > leaseMs / 2
    if (isLate || last?.state.payload?.token !== lock.token) {
      throw new TryLater(`${name} is changing hands elsewhere`)
    }
  }
  try {
    if (await isDone()) return
    const dated = { ...mine, at: Date.now() }
    await client.setState({ ...place, name, payload: dated })
    if (isStale(dated)) throw new TryLater('a claim was stored too late')
    await work()
  } finally {
    await client.setState({ ...place, name: 'takeover', payload: null }).catch(() => abandoned.set(lock.token, true))
  }
}
