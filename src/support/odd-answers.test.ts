import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import { Deadline } from '../platform/deadline'
import { findOnlineAgents } from './agents'
import { openSupport, type SupportClient } from './client'
import { openingAt } from './hours'
import { findSchedule } from './schedules'

type Handle = (request: IncomingMessage, response: ServerResponse) => void
const asked: string[] = []
let handle: Handle = () => undefined
let server: ReturnType<typeof createServer>
let support: SupportClient
let host = ''
let count = 0

const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
const grants: Handle = (_, response) => json(response, { access_token: 'token', expires_in: 7200 })

beforeEach(async () => {
  asked.splice(0)
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  count += 1
  support = open()
})
afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
})

/** A client of this test's account. */
const open = (ms = 60_000): SupportClient =>
  openSupport({ host, clientId: `client-${count}`, clientSecret: 'secret' }, Deadline.in(ms))

/** Grants a token, and answers everything else as told. */
const answering = (other: Handle): void => {
  handle = (request, response) => (request.url === '/oauth/tokens' ? grants : other)(request, response)
}

describe('the client and odd answers', () => {
  it('leaves Zendesk alone where it asks for it in answer to the question for a token', async () => {
    handle = (_, response) => json(response, {}, 429, { 'retry-after': '60' })
    await expect(support.get('x', '/api/v2/x', z.unknown())).rejects.toMatchObject({ reason: 'tooManyRequests' })
    await expect(support.get('x', '/api/v2/x', z.unknown())).rejects.toMatchObject({ reason: 'tooManyRequests' })
    expect(asked).toEqual(['POST /oauth/tokens'])
  })

  it('sends no change when the time is up: what came of it would not be heard', async () => {
    answering((_, response) => json(response, {}))
    await support.get('x', '/api/v2/x', z.unknown())
    asked.splice(0)
    await expect(open(0).put('y', '/api/v2/y', {})).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(asked).toEqual([])
  })

  it('takes a page in place of JSON for a failure of a change as well', async () => {
    answering(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>')
    )
    await expect(support.put('y', '/api/v2/y', {})).rejects.toMatchObject({ reason: 'noAnswer' })
  })

  it('takes a lifetime that is written as a string', async () => {
    handle = (request, response) =>
      json(response, request.url === '/oauth/tokens' ? { access_token: 'token', expires_in: '7200' } : {})
    await expect(support.get('x', '/api/v2/x', z.unknown())).resolves.toBeDefined()
  })
})

describe('agents', () => {
  it('are not all known where there is more of the list and no way to it', async () => {
    answering((_, response) => json(response, { data: [], included: [], meta: { has_more: true, after_cursor: null } }))
    expect((await findOnlineAgents(support, undefined)).isWhole).toBe(false)
  })

  it.each<[string, object, object, object]>([
    ['whose status is in capitals are online', { status: 'ONLINE' }, { group_ids: [501] }, { hasUnclear: false }],
    ['without a status are unclear', { status: null }, { group_ids: [501] }, { hasUnclear: true }],
    ['without groups are unclear, where a group is named', { status: 'online' }, {}, { hasUnclear: true }],
  ])('%s', async (_, status, groups, expected) => {
    answering((_request, response) =>
      json(response, {
        data: [{ id: '1', attributes: groups, relationships: { channels: { data: [{ id: 'c' }] } } }],
        included: [{ id: 'c', attributes: { name: 'messaging', ...status } }],
      })
    )
    const found = await findOnlineAgents(support, '501')
    expect(found).toMatchObject({ isWhole: true, ...expected })
    expect(found.agents.length > 0).toBe(!found.hasUnclear)
  })
})

describe('schedules', () => {
  it('are unclear where they are listed without their hours, and closed where there are none', async () => {
    answering((_, response) => json(response, { schedules: [{ id: 1, time_zone: 'UTC' }] }))
    expect(await findSchedule(support, undefined)).toMatchObject({ kind: 'unclear' })
    count += 1
    answering((request, response) =>
      json(
        response,
        request.url?.includes('holidays')
          ? { holidays: [] }
          : { schedules: [{ id: 1, time_zone: 'UTC', intervals: [] }] }
      )
    )
    expect(await findSchedule(open(), undefined)).toMatchObject({ kind: 'schedule' })
  })

  it.each(['2026-12-24T00:00:00Z', '12/24/2026'])('are unclear where a holiday is written as %s', async (date) => {
    const thursday = { start_time: 4 * 1440, end_time: 5 * 1440 }
    answering((request, response) =>
      json(
        response,
        request.url?.includes('holidays')
          ? { holidays: [{ start_date: date, end_date: date }] }
          : { schedules: [{ id: 1, time_zone: 'UTC', intervals: [thursday] }] }
      )
    )
    const hours = await findSchedule(support, undefined).catch(() => undefined)
    // Either understood or not known; never taken for a day like any other.
    const isOpen = hours?.kind === 'schedule' ? openingAt(hours.schedule, new Date('2026-12-24T12:00Z')).isOpen : false
    expect(isOpen).toBe(false)
  })
})
