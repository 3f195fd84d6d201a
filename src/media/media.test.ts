import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Deadline } from '../platform/deadline'
import { isPublic, withMedia, type FetchMediaOptions, type Media } from './fetch-media'
import { isZendeskMedia } from './zendesk-media'

describe('isZendeskMedia', () => {
  const host = 'https://acme.zendesk.com/sc'
  it.each([
    ['https://acme.zendesk.com/sc/attachments/v2/1/a.png', true],
    ['https://media.smooch.io/apps/1/a.png', true],
    ['https://media.eu-1.smooch.io/apps/1/a.png', true],
    ['https://smooch.io/a.png', false],
    ['https://api.smooch.io/v2/apps/1/users', false],
    ['https://acme.zendesk.com/sc/v2/apps/1/users', false],
    ['https://acme.zendesk.com/sc/attachments/../v2/apps/1/users', false],
    ['https://:password@acme.zendesk.com/sc/attachments/a.png', false],
    ['http://acme.zendesk.com/sc/attachments/a.png', false],
    ['https://acme.zendesk.com:8443/sc/attachments/a.png', false],
    ['https://user@acme.zendesk.com/sc/attachments/a.png', false],
    ['https://evilzendesk.com/sc/attachments/a.png', false],
    ['https://evil-acme.zendesk.com/sc/attachments/a.png', false],
    ['https://other.zendesk.com/sc/attachments/a.png', false],
    ['https://acme.zendesk.com.evil.example/sc/attachments/a.png', false],
    ['https://media.evilsmooch.io/a.png', false],
    ['https://media.smooch.io.evil.example/a.png', false],
    ['https://acme.zendesk.com@evil.example/sc/attachments/a.png', false],
    ['file:///etc/passwd', false],
    ['not a url', false],
  ])('%s: %s', (url, is) => {
    expect(isZendeskMedia(url, host)).toBe(is)
  })
})

type Read = Pick<Media, 'size' | 'contentType'> & { text: string }
const fetchMedia = (url: string, options: FetchMediaOptions): Promise<Read> =>
  withMedia(url, options, async ({ path, size, contentType }) => ({
    text: await readFile(path, 'utf8'),
    size,
    contentType,
  }))

describe('withMedia', () => {
  let servers: http.Server[] = []
  let seen: { path?: string; authorization?: string }[] = []
  let urls: string[] = []
  let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void

  beforeEach(async () => {
    seen = []
    servers = [0, 1].map(() =>
      http.createServer((request, response) => {
        seen.push({ path: request.url, authorization: request.headers.authorization })
        answer(request, response)
      })
    )
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))))
    urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  afterEach(() =>
    servers.forEach((server) => {
      server.closeAllConnections()
      server.close()
    })
  )
  const options = () => ({
    isTrusted: (url: string) => url.startsWith(urls[0]!),
    authorization: () => Promise.resolve('Bearer token'),
    deadline: Deadline.in(60_000),
  })

  it('shows the credentials to the trusted host and not to where it redirects', async () => {
    answer = (request, response) =>
      request.url === '/a.png'
        ? void response.writeHead(302, { location: `${urls[1]}/signed` }).end()
        : void response.writeHead(200, { 'content-type': 'image/png; charset=x' }).end('PNG')
    expect(await fetchMedia(`${urls[0]}/a.png`, options())).toEqual({
      text: 'PNG',
      size: 3,
      contentType: 'image/png',
    })
    expect(seen).toEqual([
      { path: '/a.png', authorization: 'Bearer token' },
      { path: '/signed', authorization: undefined },
    ])
  })

  it('shows them to no other trusted host, nor again on the way back', async () => {
    const targets: Record<string, string> = { '/a.png': `${urls[1]}/hop`, '/hop': `${urls[0]}/back` }
    answer = ({ url = '' }, response) =>
      targets[url] ? void response.writeHead(302, { location: targets[url] }).end() : void response.end('PNG')
    await fetchMedia(`${urls[0]}/a.png`, { ...options(), isTrusted: () => true })
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer token', undefined, undefined])
  })

  it('follows no redirect to another protocol', async () => {
    answer = (_, response) => void response.writeHead(302, { location: `${urls[0]!.replace('http', 'https')}/b` }).end()
    await expect(fetchMedia(`${urls[0]}/a.png`, options())).rejects.toMatchObject({
      reason: 'not readable',
      isTransient: false,
    })
  })

  it('takes 50 MB and no more', async () => {
    const most = 50 * 1024 * 1024
    let size = most
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': String(size) })
      for (let sent = 0; sent < size; sent += 1024 * 1024)
        response.write(Buffer.alloc(Math.min(1024 * 1024, size - sent)))
      response.end()
    }
    expect(await withMedia(`${urls[0]}/a`, options(), (media) => Promise.resolve(media.size))).toBe(most)
    size += 1
    await expect(fetchMedia(`${urls[0]}/a`, options())).rejects.toMatchObject({ reason: 'too large' })
  })

  it('waits no longer than it may for a host that is silent', async () => {
    answer = () => undefined
    const started = Date.now()
    await expect(fetchMedia(`${urls[0]}/a`, { ...options(), deadline: Deadline.in(200) })).rejects.toMatchObject({
      reason: 'timed out',
    })
    expect(Date.now() - started).toBeLessThan(5_000)
  })

  it('leaves nothing on the disk, whatever becomes of the file', async () => {
    answer = (_, response) => void response.end('x')
    const paths: string[] = []
    const use = (media: Media): Promise<void> => {
      paths.push(media.path)
      return existsSync(media.path) ? Promise.reject(new Error('of no use')) : Promise.resolve()
    }
    await expect(withMedia(`${urls[0]}/a.png`, options(), use)).rejects.toThrow('of no use')
    expect(paths.map((path) => existsSync(path) || existsSync(dirname(path)))).toEqual([false])
  })

  it('shows the credentials to no stranger', async () => {
    answer = (_, response) => void response.end('x')
    await fetchMedia(`${urls[1]}/a.png`, options())
    expect(seen[0]?.authorization).toBeUndefined()
  })

  it.each<[string, (response: http.ServerResponse) => void]>([
    ['that says so', (response) => void response.writeHead(200, { 'content-length': '5000' }).write('x')],
    [
      'that does not',
      (response) => {
        const send = setInterval(() => response.write('x'.repeat(100)), 1)
        response.once('close', () => clearInterval(send))
      },
    ],
  ])('reads no more than the limit of a file %s', async (_, given) => {
    answer = (_request, response) => given(response)
    await expect(fetchMedia(`${urls[0]}/a`, { ...options(), limit: 1000 })).rejects.toMatchObject({
      reason: 'too large',
    })
  })

  it.each<[string, (response: http.ServerResponse) => void]>([
    ['403', (response) => void response.writeHead(403).end()],
    ['a login page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<form>')],
    ['a broken connection', (response) => void response.destroy()],
    ['a redirect without end', (response) => void response.writeHead(302, { location: '/again' }).end()],
  ])('has no file after %s', async (_, given) => {
    answer = (_request, response) => given(response)
    await expect(fetchMedia(`${urls[0]}/a.png`, options())).rejects.toMatchObject({ reason: 'not readable' })
    expect(await isPublic(`${urls[0]}/a.png`, options())).toBe(false)
  })

  it('takes a page for the file where one is asked for, and not the login page that its host leads to', async () => {
    const page = (response: http.ServerResponse, text: string) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end(text)
    answer = (_request, response) => page(response, 'a quote')
    expect(await fetchMedia(`${urls[0]}/quote.html`, options())).toMatchObject({ text: 'a quote' })
    answer = ({ url }, response) =>
      url === '/login' ? page(response, '<form>') : void response.writeHead(302, { location: '/login' }).end()
    await expect(fetchMedia(`${urls[0]}/quote.html`, options())).rejects.toMatchObject({ reason: 'not readable' })
    expect(await isPublic(`${urls[0]}/quote.html`, options())).toBe(false)
  })
})
