import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Handling } from '../botpress'
import * as installation from '../install/installation'
import { authenticate, isSameSecret } from './authenticate'

describe('isSameSecret', () => {
  it.each([
    ['the same', 'secret', 'secret', true],
    ['another of the same length', 'secret', 'secreT', false],
    ['a longer one', 'secret', 'secrets', false],
    ['a shorter one', 'secret', 'secre', false],
    ['an empty one', 'secret', '', false],
    ['nothing against nothing', '', '', false],
    ['a very long one', 'secret', 'x'.repeat(1_000_000), false],
  ])('%s', (_, secret, candidate, same) => {
    expect(isSameSecret(secret, candidate)).toBe(same)
  })
})

describe('authenticate', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('reads a secret again once a minute, however many requests come with another', async () => {
    const kept = { webhookSecret: 'kept' } as Awaited<ReturnType<typeof installation.recoverInstallation>>
    vi.spyOn(installation, 'installationKey').mockReturnValue('an installation')
    vi.spyOn(installation, 'loadInstallation').mockResolvedValue(kept)
    const reading = vi.spyOn(installation, 'recoverInstallation').mockResolvedValue(kept)
    const handling = { ctx: { webhookId: 'w' } } as Handling
    const forge = () => authenticate(handling, 'forged')
    const now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now)
    for (const seconds of [0, 1, 30, 59]) {
      clock.mockReturnValue(now + seconds * 1_000)
      await sleep(5)
      expect(await forge()).toBeUndefined()
    }
    expect(reading).toHaveBeenCalledTimes(1)
    clock.mockReturnValue(now + 61_000)
    await sleep(5)
    await forge()
    expect(reading).toHaveBeenCalledTimes(2)
  })
})
