import { afterEach, describe, expect, it, vi } from 'vitest'
import { Deadline } from '../platform/deadline'
import type { SuncoClient } from './client'
import { SuncoError } from './error'
import { configuredHost, findHost, subdomainOf } from './host'

const key = { appId: 'a', keyId: 'app_1', keySecret: 's' }
const deadline = Deadline.in(60_000)

/** A client that knows the app, or not, by host. */
const hosts = (answers: Record<string, { subdomain?: string } | number | undefined>) => {
  const asked: string[] = []
  const open = (host: string) => {
    asked.push(host)
    const getApp = () => {
      const answer = answers[host]
      if (typeof answer === 'object') return Promise.resolve({ id: 'a', ...answer })
      return Promise.reject(new SuncoError({ operation: 'read app', fate: 'refused', status: answer }))
    }
    return { getApp } as Partial<SuncoClient> as SuncoClient
  }
  return { open, asked }
}

afterEach(() => vi.unstubAllEnvs())

describe('findHost', () => {
  it('asks the configured subdomain alone', async () => {
    const { open, asked } = hosts({ 'https://acme.zendesk.com/sc': {} })
    expect((await findHost({ ...key, subdomain: 'acme' }, deadline, open)).host).toBe('https://acme.zendesk.com/sc')
    expect(asked).toHaveLength(1)
  })

  it('goes by the subdomain that the app names', async () => {
    const { open } = hosts({ 'https://api.smooch.io': { subdomain: 'acme' } })
    expect((await findHost(key, deadline, open)).host).toBe('https://acme.zendesk.com/sc')
  })

  it('stays at smooch.io where the app names none, in the EU where the US does not know it', async () => {
    const { open, asked } = hosts({ 'https://api.smooch.io': 401, 'https://api.eu-1.smooch.io': {} })
    expect((await findHost(key, deadline, open)).host).toBe('https://api.eu-1.smooch.io')
    expect(asked).toEqual(['https://api.smooch.io', 'https://api.eu-1.smooch.io'])
  })

  it('takes a refusal for final only where every host answered', async () => {
    const refused = hosts({ 'https://api.smooch.io': 401, 'https://api.eu-1.smooch.io': 401 })
    await expect(findHost(key, deadline, refused.open)).rejects.toMatchObject({ status: 401 })
    const down = hosts({ 'https://api.smooch.io': undefined, 'https://api.eu-1.smooch.io': 401 })
    await expect(findHost(key, deadline, down.open)).rejects.toMatchObject({ status: undefined })
  })

  it('can be pointed elsewhere by one environment variable, and by nothing else', async () => {
    vi.stubEnv('SUNCO_API_URL', 'http://127.0.0.1:9')
    expect(configuredHost({ ...key, subdomain: 'acme' })).toBe('http://127.0.0.1:9')
    vi.stubEnv('SUNCO_API_URL', '')
    expect(configuredHost({ ...key, subdomain: 'evil.example/' })).toBeUndefined()
  })
})

describe('subdomainOf', () => {
  it.each([
    ['acme', 'acme'],
    [' Acme-2 ', 'acme-2'],
    ['acme.zendesk.com', 'acme'],
    ['https://acme.zendesk.com/agent/home', 'acme'],
    ['acme.zendesk.com.evil.example', undefined],
    ['evil.example', undefined],
    ['acme/../x', undefined],
    ['', undefined],
  ])('%j names %j', (entered, name) => {
    expect(subdomainOf(entered)).toBe(name)
  })
})
