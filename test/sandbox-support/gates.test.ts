import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { call, get, handOver, newToken, stage, useStage } from './stage'

useStage()

let ticketId: number
let requesterId: number

beforeEach(async () => {
  ;({ ticketId } = await handOver())
  requesterId = stage.account.ticket(ticketId).requesterId
  stage.account.schedules.push({ id: 42, name: 'Desk', timeZone: 'UTC', intervals: [], holidays: [] })
})

type Call = {
  name: string
  path: () => string
  body?: object
  scopes: string[]
  isForAdmins?: true
  isForAnybody?: true
}

const reads: Call[] = [
  { name: 'availabilities', path: () => '/agent_availabilities', scopes: ['read'], isForAdmins: true },
  { name: 'schedules', path: () => '/business_hours/schedules', scopes: ['read'], isForAdmins: true },
  { name: 'one schedule', path: () => '/business_hours/schedules/42', scopes: ['read'] },
  { name: 'holidays', path: () => '/business_hours/schedules/42/holidays', scopes: ['read'], isForAdmins: true },
  { name: 'settings', path: () => '/account/settings', scopes: ['read'] },
  { name: 'me', path: () => '/users/me', scopes: ['read', 'users:read'], isForAnybody: true },
  { name: 'a list', path: () => `/users/${requesterId}/tickets/requested`, scopes: ['read', 'tickets:read'] },
  { name: 'a ticket', path: () => `/tickets/${ticketId}`, scopes: ['read', 'tickets:read'] },
]
const writes: Call[] = [
  { name: 'a change', path: () => `/tickets/${ticketId}`, body: { ticket: {} }, scopes: ['write', 'tickets:write'] },
  { name: 'tags', path: () => `/tickets/${ticketId}/tags`, body: { tags: ['x'] }, scopes: ['write', 'tickets:write'] },
]
const allScopes = ['read', 'write', 'users:read', 'users:write', 'tickets:read', 'tickets:write', 'hc:read', 'made:up']

describe.each([...reads, ...writes])('$name', ({ path, body, scopes, isForAdmins, isForAnybody }) => {
  const method = body ? 'PUT' : 'GET'
  const ask = async (token?: string | null) => call(method, `/api/v2${path()}`, body, token)

  it('asks for one of the scopes that open it', async () => {
    for (const scope of allScopes) {
      const { status, body: said } = await ask(await newToken(scope))
      expect([scope, status]).toEqual([scope, scopes.includes(scope) ? 200 : 403])
      const missing = method === 'GET' ? 'read' : 'write'
      const description = `You are missing the following required scopes: ${missing}`
      if (status === 403) expect(said).toEqual({ error: 'Forbidden', description })
    }
  })

  it('asks for the role', async () => {
    stage.account.role = 'agent'
    const answer = await ask()
    expect(answer.status).toBe(isForAdmins ? 403 : 200)
    const message = expect.stringContaining('You do not have access to this page') as string
    if (isForAdmins) expect(answer.body).toEqual({ error: 'Forbidden', message })
  })

  it('asks for a token', async () => {
    expect((await ask(null)).status).toBe(isForAnybody ? 200 : 401)
    expect((await ask('wrong')).status).toBe(401)
  })
})

describe('an unknown path', () => {
  it.each(['/api/v2/search', '/api/v2/tickets', '/api/tickets/1', '/'])('is a page: %s', async (path) => {
    const answer = await get(path)
    expect(answer).toMatchObject({ status: 404, body: undefined })
    expect(answer.headers.get('content-type')).toContain('text/html')
  })
})

describe('an unknown id', () => {
  it.each(['/tickets/999', '/tickets/x', '/business_hours/schedules/1', '/users/1/tickets/requested'])(
    'is JSON: %s',
    async (path) => {
      expect(await get(`/api/v2${path}`)).toMatchObject({ status: 404, body: { error: 'RecordNotFound' } })
    }
  )
})

describe('faults', () => {
  it.each([
    [401, undefined, { error: 'invalid_token' }],
    [401, 'invalid_client', { error: 'invalid_client' }],
    [403, undefined, { message: expect.stringContaining('do not have access') as string }],
    [403, 'read', { description: 'You are missing the following required scopes: read' }],
    [404, undefined, { error: 'RecordNotFound' }],
    [409, undefined, { error: 'UpdateConflict' }],
    [422, undefined, { details: { status: [{ description: 'Status: closed prevents ticket update' }] } }],
    [422, 'assignee', { details: { base: [{ description: 'Assignee: is required when solving a ticket' }] } }],
    [500, undefined, { error: 'InternalError' }],
  ])('refuse with %i (%s) as Zendesk words it', async (status, code, body) => {
    const token = await newToken()
    stage.faults.next(/GET \/api\/v2\/tickets/, { kind: 'refuse', status, code })
    expect(await get(`/api/v2/tickets/${ticketId}`, token)).toMatchObject({ status, body })
    expect((await get(`/api/v2/tickets/${ticketId}`, token)).status).toBe(200)
  })

  it('tell how long to wait', async () => {
    stage.faults.next(/agent_availabilities/, { kind: 'refuse', status: 429, retryAfterSeconds: 7 })
    const answer = await get('/api/v2/agent_availabilities')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
  })

  it('leave a caller without an answer', async () => {
    const token = await newToken()
    stage.faults.next(/agent_availabilities/, { kind: 'hang' })
    const answered = get('/api/v2/agent_availabilities', token).then(() => 'answered')
    expect(await Promise.race([answered, sleep(200, 'waiting')])).toBe('waiting')
    await stage.support.close()
    await expect(answered).rejects.toThrow()
  })

  it('are told, as all that was asked and answered is', async () => {
    stage.faults.next(/account\/settings/, { kind: 'refuse', status: 503 })
    await get('/api/v2/account/settings')
    expect(stage.exchanges.map(({ path, status, fault }) => [path, status, fault]).slice(-2)).toEqual([
      ['/oauth/tokens', 200, undefined],
      ['/api/v2/account/settings', 503, 'refuse'],
    ])
  })
})
