import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Deadline } from '../platform/deadline'
import { SuncoClient } from './client'
import { SuncoError } from './error'
import { createTokenSource } from './token'
import { createTransport } from './transport'

type Reply = (response: http.ServerResponse, count: number) => void

let server: http.Server
let requests: { method?: string; url?: string; headers: http.IncomingHttpHeaders; body: string; socket: unknown }[]
let reply: Reply

beforeEach(async () => {
  requests = []
  server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { method, url, headers, socket } = request
      requests.push({ method, url, headers, body, socket })
      reply(response, requests.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const json = (
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {}
): void => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

const open = () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accessToken = createTokenSource({ keyId: 'app_key', keySecret: 'top-secret' })
  return new SuncoClient(createTransport(url, 'app/1', accessToken)(Deadline.in(60_000)), () =>
    Promise.resolve(accessToken())
  )
}
const failureOf = async (call: Promise<unknown>): Promise<SuncoError> => {
  const thrown: unknown = await call.catch((error: unknown) => error)
  if (!(thrown instanceof SuncoError)) throw new Error('no SuncoError')
  return thrown
}
const posting = () => open().postMessage('c1', { author: { type: 'business' }, content: { type: 'text', text: 'Hi' } })

describe('the transport', () => {
  it('sends a bearer token, JSON, and encoded ids', async () => {
    reply = (response) => json(response, 200, { user: { id: 'u1' } })
    await open().updateUser('a+b/c@example.com', { profile: { givenName: 'Jane' } })
    expect(requests[0]).toMatchObject({
      method: 'PATCH',
      url: '/v2/apps/app%2F1/users/a%2Bb%2Fc%40example.com',
      body: '{"profile":{"givenName":"Jane"}}',
    })
    expect(requests[0]?.headers.authorization).toMatch(/^Bearer ey/)
    expect(JSON.stringify(requests[0]?.headers)).not.toContain('top-secret')
  })

  it('keeps the connection alive', async () => {
    reply = (response) => json(response, 200, { switchboards: [] })
    const sunco = open()
    await sunco.listSwitchboards()
    await sunco.listSwitchboards()
    expect(requests[1]?.socket).toBe(requests[0]?.socket)
  })

  it('reads lists to the last page', async () => {
    reply = (response, count) =>
      json(response, 200, {
        integrations: [{ id: `i${count}` }],
        meta: count < 3 ? { hasMore: true, afterCursor: `cursor ${count}` } : { hasMore: false },
      })
    expect((await open().listCustomIntegrations()).map(({ id }) => id)).toEqual(['i1', 'i2', 'i3'])
    expect(decodeURIComponent(requests[2]?.url ?? '')).toContain('page[after]=cursor 2')
    expect(decodeURIComponent(requests[0]?.url ?? '')).toContain('filter[types]=custom')
  })

  it('follows no redirect, which would carry the token elsewhere', async () => {
    reply = (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    expect(await failureOf(open().getApp())).toMatchObject({ status: 302 })
    expect(requests).toHaveLength(1)
  })

  it('repeats a POST that was refused with 429 or 503, Sunco’s Retry-After going first', async () => {
    reply = (response, count) =>
      count === 1
        ? json(response, 429, {}, { 'retry-after': '1' })
        : count === 2
          ? json(response, 503, {})
          : json(response, 201, { integration: { id: 'i1' } })
    const start = Date.now()
    const webhook = { target: 'https://example.com', triggers: [] }
    expect(await open().createCustomIntegration('name', webhook)).toMatchObject({ id: 'i1' })
    expect(requests).toHaveLength(3)
    expect(Date.now() - start).toBeGreaterThanOrEqual(990)
  })

  it.each<[string, Reply]>([
    ['a broken connection', (response) => response.destroy()],
    ['500', (response) => json(response, 500, {})],
    [
      'an answer that is no JSON',
      (response) => void response.writeHead(201, { 'content-type': 'application/json' }).end('<'),
    ],
    ['an answer of another shape', (response) => json(response, 201, { messages: 'none' })],
  ])('does not repeat a POST after %s, and says that its fate is unknown', async (_, given) => {
    reply = given
    expect(await failureOf(posting())).toMatchObject({ fate: 'unknown' })
    expect(requests).toHaveLength(1)
  })

  it('leaves it to the caller whether a refused post is made again', async () => {
    reply = (response) => json(response, 429, {}, { 'retry-after': '0' })
    expect(await failureOf(posting())).toMatchObject({ status: 429, fate: 'refused' })
    expect(requests).toHaveLength(1)
  })

  it('repeats a GET after a broken connection', async () => {
    reply = (response, count) => (count < 3 ? void response.destroy() : json(response, 200, { switchboards: [] }))
    expect(await open().listSwitchboards()).toEqual([])
  })

  it('takes a refusal as it is', async () => {
    reply = (response) =>
      json(response, 423, { errors: [{ code: 'locked', title: 'Jane Doe’s conversation is full' }] })
    const error = await failureOf(posting())
    expect(error).toMatchObject({ status: 423, code: 'locked', fate: 'refused' })
    expect(error.message).toBe('Sunshine Conversations answered 423 (locked) to: post message')
    expect(requests).toHaveLength(1)
  })

  it('uploads bytes with name and type', async () => {
    reply = (response) => json(response, 201, { attachment: { mediaUrl: 'https://acme.zendesk.com/sc/a' } })
    const file = { filename: 'ä b.png', contentType: 'image/png', source: Buffer.from('PNG') }
    expect(await open().uploadAttachment('c1', file)).toBe('https://acme.zendesk.com/sc/a')
    expect(requests[0]?.body).toMatch(/name="source"; filename="ä b.png"\r\nContent-Type: image\/png\r\n\r\nPNG/)
  })
})
