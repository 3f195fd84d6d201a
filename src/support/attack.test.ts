import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import type { HandlerContext } from '../botpress'
import { withinBudget } from '../platform/deadline'
import { findOnlineAgents } from './agents'
import { openSupport, type SupportClient } from './client'
import { openingAt, type Interval } from './hours'
import { prepareTicket } from './index'
import { findSchedule } from './schedules'

/**
 * FAILING ON PURPOSE: each test here shows a defect of the connection to Zendesk Support. Whoever mends one moves its test
 * to the file of its subject.
 */

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
  support = openSupport({ host, clientId: `client-${++count}`, clientSecret: 'secret' })
})
afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
})

/** Grants a token, and answers everything else as told. */
const answering = (other: Handle): void => {
  handle = (request, response) => (request.url === '/oauth/tokens' ? grants : other)(request, response)
}

describe('the client', () => {
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
    await withinBudget(0, () => expect(support.put('y', '/api/v2/y', {})).rejects.toThrow())
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

  it('of a group that is no number are not known to be absent', async () => {
    const id = 'agent_availabilities|1'
    answering((_, response) =>
      json(response, {
        data: [{ id, attributes: { group_ids: [501] } }],
        included: [{ id: `${id}|channels|messaging`, attributes: { name: 'messaging', status: 'online' } }],
        meta: { has_more: false },
      })
    )
    // A bot builder who enters the name of a group would be told for ever that nobody is there.
    const found = await findOnlineAgents(support, 'Sales').catch(() => undefined)
    expect(found?.isWhole && !found.hasUnclear && found.agents.length === 0).toBeFalsy()
  })
})

describe('schedules', () => {
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
    const hours = await findSchedule({ support, host }, undefined).catch(() => undefined)
    // Either understood or not known; never taken for a day like any other.
    const isOpen = hours?.kind === 'schedule' ? openingAt(hours.schedule, new Date('2026-12-24T12:00Z')).isOpen : false
    expect(isOpen).toBe(false)
  })
})

describe('business hours', () => {
  const opening = (intervals: Interval[], now: string) =>
    openingAt({ zone: 'Etc/UTC', intervals, holidays: [] }, new Date(now))
  const at = (day: number, hour: number): number => (day * 24 + hour) * 60

  it('are off in an interval of no length', () => {
    expect(opening([{ start: at(1, 9), end: at(1, 9) }], '2026-03-02T10:00Z').isOpen).toBe(false)
  })

  it('never close a week later than they are on', () => {
    const { isOpen, closesAt } = opening([{ start: at(1, 9), end: at(1, 8) }], '2026-03-02T10:00Z')
    if (isOpen) expect(closesAt!.getTime()).toBeLessThan(Date.parse('2026-03-09T00:00Z'))
  })

  it.each([
    ['into a Tuesday', { start: at(1, 22), end: at(2, 6) }, '2026-03-03T02:00Z'],
    ['from a Saturday into a Sunday', { start: at(6, 22), end: at(0, 6) }, '2026-03-08T02:00Z'],
    ['through the week', { start: 0, end: at(7, 0) }, '2026-03-04T12:00Z'],
  ])('are on in an interval that goes on over midnight, %s', (_, interval, now) => {
    expect(opening([interval], now).isOpen).toBe(true)
  })
})

describe('a handoff', () => {
  it('does not cut a title inside a character: Botpress may refuse such a tag, and the handoff with it', () => {
    const ctx = { configuration: { supportClientId: 'a', supportClientSecret: 'b' } } as HandlerContext['ctx']
    const { subject } = prepareTicket({ ctx }, 'c'.repeat(24), `${'x'.repeat(149)}😀 and more`)
    expect(subject).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/)
  })
})
