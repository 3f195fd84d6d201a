import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HandlerContext } from '../botpress'
import { authenticate } from './authenticate'

describe('authenticate', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('takes a secret that was withdrawn for a minute and no longer', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const kept = { appId: 'app', webhookSecret: 'leaked', secretReadAt: undefined as number | undefined }
    const ctx = { webhookId: 'withdrawn', integrationId: 'integration', configuration: { appId: 'app' } }
    const getState = () => Promise.resolve({ state: { payload: { ...kept } } })
    const context = { ctx, client: { getState } } as unknown as HandlerContext
    expect(await authenticate(context, 'leaked')).toMatchObject({ appId: 'app' })
    // Another process has learnt a new one just now.
    Object.assign(kept, { webhookSecret: 'new', secretReadAt: Date.now() + 60_000 })
    expect(await authenticate(context, 'leaked')).toMatchObject({ appId: 'app' })
    vi.setSystemTime(Date.now() + 60_000)
    await expect(authenticate(context, 'leaked')).rejects.toThrow()
    expect(await authenticate(context, 'new')).toMatchObject({ webhookSecret: 'new' })
  })
})
