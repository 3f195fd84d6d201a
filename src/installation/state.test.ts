import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HandlerContext } from '../botpress'
import { knownInstallation, loadInstallation } from './state'

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

  it('is not believed for longer than the caller does', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const context = contextWith({ webhookSecret: 'secret' })
    await loadInstallation(context)
    vi.setSystemTime(Date.now() + 59_999)
    expect(knownInstallation(context, 60_000)).toMatchObject({ webhookSecret: 'secret' })
    vi.setSystemTime(Date.now() + 1)
    expect(knownInstallation(context, 60_000)).toBeUndefined()
    expect(knownInstallation(context)).toMatchObject({ webhookSecret: 'secret' })
  })
})
