import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import { Deadline } from '../platform/deadline'
import { findOnlineAgents } from './agents'
import { openSupport, type SupportClient } from './client'
import { failureReasonOf, SupportError } from './error'
import { openingAt } from './hours'
import { findSchedule } from './schedules'

type Handle = (request: IncomingMessage, response: ServerResponse) => void
/** What the server was asked: method, path and query. */
const asked: string[] = []
let handle: Handle = () => undefined
let server: ReturnType<typeof createServer>
let host = ''
let count = 0

const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
let granted = 0
let lifetime: number | null | undefined = 7200

beforeEach(async () => {
  asked.splice(0)
  granted = 0
  lifetime = 7200
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.url === '/oauth/tokens') json(response, { access_token: `token-${++granted}`, expires_in: lifetime })
    else handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  count += 1
  handle = (_, response) => json(response, {})
})
afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
})

/** A client of this test's account: a new one for each question, as a handler has one. */
const open = ({ ms = 60_000, clientId = `guard-${count}`, clientSecret = 'secret' } = {}): SupportClient =>
  openSupport({ host, clientId, clientSecret }, Deadline.in(ms))
const ask = (client = open()): Promise<unknown> => client.get('ask', '/api/v2/x', z.unknown())
const change = (): Promise<void> => open().put('change', '/api/v2/x', { a: 1 })
/** Lets that many seconds pass by the clock, without waiting. */
const pass = (seconds: number): void => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1_000 })
}
const callsOf = (path: string): number => asked.filter((call) => call.includes(path)).length

describe('a token', () => {
  it.each([
    [7200, 7130, 1],
    [7200, 7145, 2],
    [600, 545, 2],
    [null, 1735, 1],
    [undefined, 1745, 2],
  ])(
    'that lives %s s serves until a minute before its end: after %i s, %i were asked for',
    async (given, later, expected) => {
      lifetime = given
      await ask()
      pass(later)
      await ask()
      expect(granted).toBe(expected)
    }
  )

  it('that is refused is given up for a new one, which is not given up for the old one’s sake', async () => {
    await ask()
    let refused = 0
    handle = ({ headers }, response) => {
      const isOld = headers.authorization === 'Bearer token-1'
      if (isOld) refused += 1
      json(response, {}, isOld ? 401 : 200)
    }
    await Promise.all([ask(), ask(), ask()])
    await ask()
    expect([refused, granted]).toEqual([3, 2])
  })

  it('is another one where the secret was changed', async () => {
    await ask()
    const changed = open({ clientSecret: 'another' })
    await changed.get('ask', '/api/v2/x', z.unknown())
    expect(granted).toBe(2)
  })
})

describe('the client', () => {
  it('follows no redirect: the request bears a secret', async () => {
    handle = (_, response) => void response.writeHead(302, { location: `${host}/elsewhere` }).end()
    await expect(ask()).rejects.toMatchObject({ reason: 'noAnswer', status: 302 })
    expect(callsOf('elsewhere')).toBe(0)
  })

  it.each<[string, Handle]>([
    [
      'a page',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
    ],
    ['nothing', (_, response) => void response.writeHead(200).end()],
    ['a list', (_, response) => json(response, [])],
    ['another type', (_, response) => json(response, { wanted: 'three' })],
    [
      'half of it',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"wanted":'),
    ],
  ])('rejects %s with 200 in place of what it asked for, and says nothing of it', async (_, answer) => {
    handle = answer
    const error: unknown = await open()
      .get('ask', '/api/v2/x', z.object({ wanted: z.number() }))
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SupportError)
    expect(error).toMatchObject({ reason: 'noAnswer', message: 'ask: 200' })
  })

  it('says neither what Zendesk wrote nor who asked', async () => {
    handle = (_, response) => json(response, { error: 'jane@example.com' }, 403)
    const error: unknown = await ask().catch((e: unknown) => e)
    expect(String(error)).toBe('SupportError: ask: 403')
    expect(failureReasonOf(error)).toBe('notAllowed')
  })

  it('repeats a question once whose connection broke, and a change never', async () => {
    handle = ({ socket }) => void socket.destroy()
    await expect(ask()).rejects.toMatchObject({ reason: 'noAnswer', isBroken: true })
    expect(callsOf('GET /api/v2/x')).toBe(2)
    await expect(change()).rejects.toMatchObject({ reason: 'noAnswer' })
    expect(callsOf('PUT /api/v2/x')).toBe(1)
  })

  it('does not repeat a question that ran into its time limit', async () => {
    await ask()
    handle = () => undefined
    await expect(ask(open({ ms: 200 }))).rejects.toMatchObject({ isBroken: false })
    expect(callsOf('GET /api/v2/x')).toBe(2)
  })

  it('ends with an answer that begins and does not end', async () => {
    handle = (_, response) => void response.writeHead(200).write('{')
    const began = Date.now()
    await expect(ask(open({ ms: 300 }))).rejects.toMatchObject({ reason: 'noAnswer' })
    expect(Date.now() - began).toBeLessThan(1_000)
  })

  it.each([
    ['says how long', { 'retry-after': '30' }, 29, 31],
    ['does not say how long', {}, 9, 11],
    ['says it by a date', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 9, 11],
  ])('asks nothing while Zendesk wants to be left alone and %s', async (_, headers, still, over) => {
    handle = (_request, response) => json(response, {}, 429, headers)
    await expect(ask()).rejects.toMatchObject({ reason: 'tooManyRequests' })
    handle = (_request, response) => json(response, {})
    pass(still)
    await expect(ask()).rejects.toMatchObject({ reason: 'tooManyRequests' })
    expect(callsOf('/api/v2/x')).toBe(1)
    pass(over - still)
    await expect(ask()).resolves.toBeDefined()
  })

  it('waits once for a second, and no second time', async () => {
    handle = (_, response) => json(response, {}, 429, { 'retry-after': '1' })
    await expect(ask()).rejects.toMatchObject({ reason: 'tooManyRequests' })
    expect(callsOf('/api/v2/x')).toBe(2)
  })

  it('does not begin a wait that there is no time for', async () => {
    await ask()
    handle = (_, response) => json(response, {}, 429, { 'retry-after': '2' })
    const began = Date.now()
    await expect(ask(open({ ms: 1_500 }))).rejects.toMatchObject({ reason: 'tooManyRequests' })
    expect(Date.now() - began).toBeLessThan(1_000)
  })

  it.each([
    [400, 'notAllowed'],
    [404, 'notSupported'],
    [302, 'noAnswer'],
    [500, 'noAnswer'],
    [503, 'noAnswer'],
  ])('takes %i for %s', async (status, reason) => {
    handle = (_, response) => json(response, {}, status)
    await expect(ask()).rejects.toMatchObject({ reason, status })
  })
})

describe('lists', () => {
  const agent = (id: number, groups: unknown[], channels: Record<string, string>) => ({
    data: {
      id: `a|${id}`,
      attributes: { group_ids: groups },
      relationships: { channels: { data: Object.keys(channels).map((name) => ({ id: `a|${id}|channels|${name}` })) } },
    },
    included: Object.entries(channels).map(([name, status]) => ({
      id: `a|${id}|channels|${name}`,
      attributes: { name, status },
    })),
  })
  const pageOf = (agents: ReturnType<typeof agent>[], cursor?: string) => ({
    data: agents.map(({ data }) => data),
    included: agents.flatMap(({ included }) => included),
    meta: { has_more: cursor !== undefined, after_cursor: cursor },
  })

  it('of agents are fresh for half a minute', async () => {
    handle = (_, response) => json(response, pageOf([agent(1, [501], { messaging: 'online' })]))
    for (const later of [0, 29]) {
      pass(later)
      expect((await findOnlineAgents(open(), undefined)).agents).toHaveLength(1)
    }
    expect(callsOf('agent_availabilities')).toBe(1)
    handle = (_, response) => json(response, pageOf([]))
    pass(2)
    expect((await findOnlineAgents(open(), undefined)).agents).toHaveLength(0)
    expect(callsOf('agent_availabilities')).toBe(2)
  })

  it('of agents name groups by number or by string, and channels in any order', async () => {
    handle = (_, response) =>
      json(
        response,
        pageOf([
          agent(1, ['501'], { support: 'online', messaging: 'away' }),
          agent(2, [502], { talk: 'away', messaging: 'online' }),
          agent(3, ['503'], { messaging: 'online', support: 'away' }),
        ])
      )
    const counted = async (group?: string) => (await findOnlineAgents(open(), group)).agents.length
    expect(await Promise.all([counted(), counted('501')])).toEqual([2, 0])
    expect([await counted('502'), await counted('503')]).toEqual([1, 1])
  })

  it('of agents are read five pages far, even where each names another', async () => {
    handle = (_, response) => json(response, pageOf([agent(1, [501], { messaging: 'online' })], 'more'))
    const found = await findOnlineAgents(open(), '7')
    expect(found).toMatchObject({ agents: [], isWhole: false })
    expect(callsOf('agent_availabilities')).toBe(5)
  })

  const schedule = { id: 42, time_zone: 'Etc/UTC', intervals: [{ start_time: 0, end_time: 1440 }] }
  it('of schedules and holidays are fresh for ten minutes', async () => {
    handle = ({ url }, response) =>
      json(response, url?.includes('holidays') ? { holidays: [] } : { schedules: [schedule] })
    for (const later of [0, 9 * 60 + 50]) {
      pass(later)
      expect(await findSchedule(open(), undefined)).toMatchObject({ kind: 'schedule' })
    }
    expect([callsOf('schedules?') + callsOf('schedules/')]).toEqual([1])
    pass(15)
    await findSchedule(open(), undefined)
    expect(callsOf('/holidays')).toBe(2)
    expect(callsOf('business_hours')).toBe(4)
  })

  it('of holidays begin a day early, since the schedule’s zone may be behind, and end nowhere', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-12-27T03:00Z') })
    handle = ({ url }, response) =>
      json(
        response,
        url?.includes('holidays')
          ? // As Zendesk does: what starts on that day or later.
            {
              holidays: [{ start_date: '2026-12-26', end_date: '2026-12-26' }].filter(
                ({ start_date }) => start_date >= new URL(url, host).searchParams.get('start_date')!
              ),
            }
          : {
              schedules: [
                { ...schedule, time_zone: 'Hawaii', intervals: [{ start_time: 6 * 1440, end_time: 7 * 1440 }] },
              ],
            }
      )
    const hours = await findSchedule(open(), '42')
    // There it is still the 26th, a Saturday.
    expect(hours.kind === 'schedule' && openingAt(hours.schedule, new Date()).isOpen).toBe(false)
    expect(asked.find((call) => call.includes('holidays'))).not.toContain('end_date')
  })

  it('of holidays belong to one account: the same number of a schedule is another one’s elsewhere', async () => {
    const other = open({ clientId: `guard-${count}-b` })
    handle = ({ url }, response) =>
      json(response, url?.includes('holidays') ? { holidays: [] } : { schedules: [schedule] })
    await findSchedule(open(), '42')
    await findSchedule(other, '42')
    expect(callsOf('/holidays')).toBe(2)
  })
})
