import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import type { Handling } from '../botpress'
import { findSession, hasSeenAll, noteSeenAll } from './session'

afterEach(() => void vi.restoreAllMocks())

it('trusts what it knows of a live session for ten minutes, and of its own installation only', async () => {
  const listConversations = vi.fn(() =>
    Promise.resolve({ conversations: [{ id: 'c', createdAt: new Date().toISOString(), tags: { id: 's' } }] })
  )
  const handling = { ctx: { webhookId: 'w' }, client: { listConversations } } as unknown as Handling
  const other = { ...handling, ctx: { webhookId: 'v' } } as unknown as Handling
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now)
  const after = async (minutes: number): Promise<void> => {
    clock.mockReturnValue(now + minutes * 60_000)
    // The cache asks the clock once in a millisecond.
    await sleep(5)
  }
  const meet = () => findSession(handling, 's')
  await meet()
  noteSeenAll(handling.ctx, 's', true)
  await after(9)
  await meet()
  expect(listConversations).toHaveBeenCalledTimes(1)
  expect([hasSeenAll(handling.ctx, 's'), hasSeenAll(other.ctx, 's')]).toEqual([true, false])
  await findSession(other, 's')
  expect(listConversations).toHaveBeenCalledTimes(2)
  await after(11)
  await meet()
  expect(listConversations).toHaveBeenCalledTimes(3)
  expect(hasSeenAll(handling.ctx, 's')).toBe(false)
})
