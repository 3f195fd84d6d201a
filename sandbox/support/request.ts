import type { Context, MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import { badRequest, invalidToken, missingScope, noAccess, SupportError } from './errors'
import type { AccountState, SupportEnv, Token, World } from './state'

/** Sends an HTML page, as Zendesk does where it has no such path or subdomain. */
export class PageNotFound extends Error {}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw badRequest('The request body is not JSON')
  }
}

/** @param refuse makes the refusal of a body that is JSON and not as it should be, from what is wrong with it */
export const bodyOf = async <Schema extends z.ZodType>(
  context: Context<SupportEnv>,
  schema: Schema,
  refuse: (issues: z.core.$ZodIssue[]) => SupportError
): Promise<z.output<Schema>> => {
  const result = schema.safeParse(parse(await context.req.text()))
  if (!result.success) throw refuse(result.error.issues)
  return result.data
}

/** An id of the path; what is no number names no record. */
export const idIn = (context: Context<SupportEnv>): number => Number(context.req.param('id'))

/** Without an Authorization header: undefined. */
const bearerOf = (world: World, authorization: string | undefined): [AccountState, Token] | undefined => {
  if (authorization === undefined) return undefined
  const accessToken = /^bearer (\S+)$/i.exec(authorization)?.[1]
  for (const account of world.accounts) {
    const token = account.tokens.find((one) => one.accessToken === accessToken)
    if (!token) continue
    if (account.turned.has('subdomainUnknown')) throw new PageNotFound()
    if (token.expiresAt <= Date.now() || token.callsLeft <= 0) throw invalidToken()
    token.callsLeft -= 1
    token.usedAt = Date.now()
    return [account, token]
  }
  throw invalidToken()
}

type Gate = {
  /** A scope for this resource alone will do as well as the global one. null: no scope is asked for. */
  resource?: 'tickets' | 'users' | null
  role?: 'admin'
  /** Callers without a token get this answer. */
  anonymous?: object
}

/** Lets in who has a token, the scope, and the role, and finds the account by the token. */
export const gate =
  (world: World, { resource, role, anonymous }: Gate = {}): MiddlewareHandler<SupportEnv> =>
  async (context, next) => {
    const found = bearerOf(world, context.req.header('authorization'))
    if (!found && anonymous) return context.json(anonymous)
    if (!found) throw new SupportError(401, { error: "Couldn't authenticate you" })
    const [account, token] = found
    const right = context.req.method === 'GET' ? 'read' : 'write'
    const mayDo = token.scopes.includes(right) || token.scopes.includes(`${resource}:${right}`)
    if (resource !== null && !mayDo) throw missingScope(right)
    if (role === 'admin' && account.role !== 'admin') throw noAccess()
    context.set('account', account)
    context.set('token', token)
    return next()
  }
