import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HandlerContext } from '../botpress'
import { loadInstallation } from './state'

/** A context whose Botpress keeps this secret of the webhook. */
const contextWith = (kept: { webhookSecret: string }): HandlerContext => {
  const payload = { appId: 'app', ...kept }
  const getState = () => Promise.resolve({ state: { payload: { ...payload, ...kept } } })
  const ctx = { webhookId: 'webhook', integrationId: 'integration', configuration: { appId: 'app' } }
  return { ctx, client: { getState } } as unknown as HandlerContext
}

describe('what a process knows of an installation', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is asked for again within a minute: a secret that was withdrawn is worth nothing then', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const kept = { webhookSecret: 'leaked' }
    const context = contextWith(kept)
    expect(await loadInstallation(context)).toMatchObject({ webhookSecret: 'leaked' })
    kept.webhookSecret = 'new'
    expect(await loadInstallation(context)).toMatchObject({ webhookSecret: 'leaked' })
    vi.setSystemTime(Date.now() + 60_001)
    expect(await loadInstallation(context)).toMatchObject({ webhookSecret: 'new' })
  })
})
