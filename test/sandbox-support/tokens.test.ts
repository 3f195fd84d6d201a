import { describe, expect, it } from 'vitest'
import { askToken, call, get, newAccount, newToken, stage, useStage } from './stage'

useStage()

const invalidToken = { status: 401, body: { error: 'invalid_token' } }
const current = '/api/v2/oauth/tokens/current'

describe('a token', () => {
  it('is given for the credentials of a client, with the scope and the lifetime that were asked for', async () => {
    const before = Date.now()
    const answer = await askToken({ scope: 'read tickets:write', expires_in: 7200 })
    const [token] = stage.account.tokens
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual({
      access_token: token?.accessToken,
      token_type: 'bearer',
      scope: 'read tickets:write',
      expires_in: 7200,
    })
    expect(token?.scopes).toEqual(['read', 'tickets:write'])
    expect(token?.expiresAt).toBeGreaterThanOrEqual(before + 7_200_000)
    expect(token?.expiresAt).toBeLessThan(before + 7_210_000)
  })

  it('is for everything where no scope was asked for, and does not tell a lifetime that nobody asked for', async () => {
    const { body } = await askToken({ scope: undefined, expires_in: undefined })
    expect(body).toEqual({ access_token: expect.any(String) as string, token_type: 'bearer', scope: 'read write' })
    const [token] = stage.account.tokens
    expect((token?.expiresAt ?? 0) - (token?.createdAt ?? 0)).toBe(1_800_000)
  })

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a wrong secret', { client_secret: 'wrong' }],
  ])('is refused to %s', async (_, change) => {
    expect(await askToken(change)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.any(String) as string },
    })
    expect(stage.account.tokens).toEqual([])
  })

  it('is refused to a former secret, and to a client that is not confidential', async () => {
    const { clientId, clientSecret } = stage.account
    stage.account.clientSecret = 'another'
    expect((await askToken({}, { ...stage.account, clientId, clientSecret })).status).toBe(401)
    expect((await askToken()).status).toBe(200)
    stage.account.kind = 'public'
    expect(await askToken()).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  it.each([
    ['another grant', { grant_type: 'password' }],
    ['a list of scopes', { scope: ['read'] }],
    ['scopes in the other endpoint’s field', { scopes: ['read'] }],
    ['300 seconds', { expires_in: 300 }],
    ['two days', { expires_in: 172_800 }],
    ['a lifetime as text', { expires_in: '7200' }],
  ])('is refused for %s', async (_, change) => {
    expect(await askToken(change)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  it.each([301, 172_799])('may live for %i seconds', async (seconds) => {
    expect(await askToken({ expires_in: seconds })).toMatchObject({ status: 200, body: { expires_in: seconds } })
  })

  it('has no more scopes than its client', async () => {
    stage.account.allowedScopes = ['read', 'tickets:write']
    expect((await askToken({ scope: 'read tickets:write' })).status).toBe(200)
    expect(await askToken({ scope: 'read write' })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    // More than it has, where it names none.
    expect((await askToken({ scope: undefined })).status).toBe(400)
  })

  it('shows itself, and does not work any more once it is deleted', async () => {
    const token = await newToken('tickets:write')
    expect(await get(current, token)).toMatchObject({
      status: 200,
      body: {
        token: { user_id: stage.account.userId, scopes: ['tickets:write'], token: token.slice(0, 10) },
      },
    })
    expect(await call('DELETE', current, undefined, token)).toMatchObject({ status: 204, text: '' })
    expect(await get(current, token)).toMatchObject(invalidToken)
    expect((await get(current)).status).toBe(200)
  })

  it('ends with its lifetime', async () => {
    const token = await newToken()
    expect((await get(current, token)).status).toBe(200)
    stage.account.tokens[0]!.expiresAt = Date.now()
    expect(await get(current, token)).toMatchObject(invalidToken)
  })

  it('opens the account that gave it', async () => {
    const other = newAccount({ role: 'agent' })
    other.setAgent({ id: 1, groupIds: [], messaging: 'online' })
    const user = async (token: string): Promise<unknown> => (await get('/api/v2/users/me', token)).body
    expect(await user(await newToken())).toMatchObject({ user: { id: stage.account.userId, role: 'admin' } })
    expect(await user(await newToken('read', other))).toMatchObject({ user: { id: other.userId, role: 'agent' } })
    expect(() => newAccount({ clientId: other.clientId })).toThrow('exists already')
  })
})

describe('who I am', () => {
  it('is told to those without a token too, but not to those with a wrong one', async () => {
    expect(await get('/api/v2/users/me', null)).toMatchObject({
      status: 200,
      body: { user: { id: null, role: 'end-user' } },
    })
    expect(await get('/api/v2/users/me', 'wrong')).toMatchObject(invalidToken)
  })
})

describe('what tokens may do wrong', () => {
  it('answers a new one with 201', async () => {
    stage.account.turned.add('tokenCreated')
    expect(await askToken()).toMatchObject({ status: 201, body: { expires_in: 7200 } })
  })

  it('keeps the lifetime to itself', async () => {
    stage.account.turned.add('lifetimeUntold')
    const answer = await askToken()
    expect(answer.status).toBe(200)
    expect(answer.body).not.toHaveProperty('expires_in')
  })

  it('gives another lifetime than was asked for', async () => {
    stage.account.tokenLifetimeSeconds = 2
    expect(await askToken()).toMatchObject({ status: 200, body: { expires_in: 2 } })
    const [token] = stage.account.tokens
    expect((token?.expiresAt ?? 0) - (token?.createdAt ?? 0)).toBe(2_000)
  })

  it('sends a page instead of JSON, to those with a token too', async () => {
    const token = await newToken()
    stage.account.turned.add('subdomainUnknown')
    for (const answer of [await askToken(), await get(current, token)]) {
      expect(answer).toMatchObject({ status: 404, body: undefined })
      expect(answer.headers.get('content-type')).toContain('text/html')
      expect(answer.text).toContain('<html>')
    }
  })

  it('refuses a token after so many calls, and no new one', async () => {
    const token = await newToken()
    stage.account.expireTokens(2)
    const answers = [await get(current, token), await get(current, token), await get(current, token)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401])
    expect(answers[2]).toMatchObject(invalidToken)
    expect((await get(current)).status).toBe(200)
    stage.account.expireTokens()
    const { accessToken } = stage.account.tokens.at(-1)!
    expect((await get(current, accessToken)).status).toBe(401)
  })

  it('remembers who asks for a token at the endpoint that is going away', async () => {
    expect((await call('POST', '/api/v2/oauth/tokens', {})).status).toBe(410)
    expect(stage.support.misuse).toEqual(['a token was asked for at the endpoint that is going away'])
  })
})
