import { randomBytes } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { invalidClient, SupportError } from './errors'
import { bodyOf, gate, PageNotFound } from './request'
import { asTime, newNumber, type AccountState, type SupportEnv, type Token, type World } from './state'

/** "Above 300 and below 172 800": five minutes, two days. */
const lifetimeField = z.int().gt(300).lt(172_800)

const tokenBody = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string(),
  client_secret: z.string(),
  // One string; the list `scopes` belongs to another endpoint.
  scope: z.string().min(1).optional(),
  scopes: z.never().optional(),
  expires_in: lifetimeField.optional(),
})

/** What a client gets that was made since 30 April 2026 and asks for no lifetime. */
const DEFAULT_LIFETIME_SECONDS = 30 * 60

const issue = (account: AccountState, scopes: string[], lifetimeSeconds: number): Token => {
  const createdAt = Date.now()
  const token: Token = {
    id: newNumber(),
    accessToken: randomBytes(32).toString('hex'),
    scopes,
    createdAt,
    expiresAt: createdAt + lifetimeSeconds * 1000,
    callsLeft: Infinity,
  }
  account.tokens.push(token)
  return token
}

const createToken = async (world: World, context: Context<SupportEnv>): Promise<Response> => {
  const asked = await bodyOf(context, tokenBody, (issues) => {
    const description = issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    return new SupportError(400, { error: 'invalid_request', error_description: description })
  })
  const account = world.accounts.find(({ clientId }) => clientId === asked.client_id)
  if (account?.turned.has('subdomainUnknown')) throw new PageNotFound()
  if (account?.clientSecret !== asked.client_secret || account.kind !== 'confidential') throw invalidClient()
  const { scope = 'read write', expires_in: wanted } = asked
  const scopes = scope.split(' ').filter(Boolean)
  const { allowedScopes } = account
  if (allowedScopes && scopes.some((one) => !allowedScopes.includes(one)))
    throw new SupportError(400, { error: 'invalid_scope', error_description: 'The requested scope is invalid' })
  const lifetime = account.tokenLifetimeSeconds ?? wanted ?? DEFAULT_LIFETIME_SECONDS
  const { accessToken } = issue(account, scopes, lifetime)
  // Seen of other grants: the lifetime is told to those who asked for one.
  const isTold = wanted !== undefined && !account.turned.has('lifetimeUntold')
  const answer = { access_token: accessToken, token_type: 'bearer', scope, ...(isTold && { expires_in: lifetime }) }
  return context.json(answer, account.turned.has('tokenCreated') ? 201 : 200)
}

export const tokenRoutes = (world: World): Hono<SupportEnv> => {
  const routes = new Hono<SupportEnv>()
  routes.post('/oauth/tokens', (context) => createToken(world, context))
  routes.post('/api/v2/oauth/tokens', (context) => {
    world.misuse.push('a token was asked for at the endpoint that is going away')
    return context.json({ error: 'Gone', description: 'This endpoint is deprecated' }, 410)
  })
  const current = '/api/v2/oauth/tokens/current'
  routes.get(current, gate(world, { resource: null }), (context) => {
    const { account, token } = context.var
    return context.json({
      token: {
        id: token.id,
        client_id: account.clientNumber,
        user_id: account.userId,
        scopes: token.scopes,
        token: token.accessToken.slice(0, 10),
        created_at: asTime(token.createdAt),
        expires_at: asTime(token.expiresAt),
        used_at: asTime(token.usedAt ?? token.createdAt),
      },
    })
  })
  routes.delete(current, gate(world, { resource: null }), (context) => {
    context.var.token.callsLeft = 0
    return context.body(null, 204)
  })
  const nobody = { user: { id: null, name: 'Anonymous user', role: 'end-user', role_type: null, active: false } }
  routes.get('/api/v2/users/me', gate(world, { resource: 'users', anonymous: nobody }), (context) => {
    const { userId, role } = context.var.account
    return context.json({ user: { id: userId, name: 'Connection', role, role_type: null, active: true } })
  })
  return routes
}
