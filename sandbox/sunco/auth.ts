import { createSecretKey, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import jwt from 'jsonwebtoken'
import { ApiError, notFound, type ApiEnv } from './errors'
import type { Key, World } from './state'

const unauthorized = (): ApiError => new ApiError(401, 'Authorization is required')

const sameText = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const fromBasic = (world: World, credentials: string): Key | undefined => {
  const decoded = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const key = world.keys.get(decoded.slice(0, colon))
  return key && sameText(key.keySecret, decoded.slice(colon + 1)) ? key : undefined
}

/** HS256 only, the key's id in the header as `kid`, and a `scope` claim equal to the key's own scope. */
const fromToken = (world: World, token: string): Key | undefined => {
  const key = world.keys.get(jwt.decode(token, { complete: true })?.header.kid ?? '')
  if (!key) return undefined
  try {
    // A plain string would be tried as a PEM file first, which takes longer than all the rest of a request.
    const claims = jwt.verify(token, createSecretKey(key.keySecret, 'utf8'), { algorithms: ['HS256'] })
    return typeof claims === 'object' && claims['scope'] === key.scope ? key : undefined
  } catch {
    return undefined
  }
}

export const keyOf = (world: World, authorization: string | undefined): Key => {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ')
  const read = { basic: fromBasic, bearer: fromToken }[scheme.toLowerCase()]
  const key = read?.(world, credentials)
  if (!key) throw unauthorized()
  return key
}

export const authenticate =
  (world: World): MiddlewareHandler<ApiEnv> =>
  async (context, next) => {
    const key = keyOf(world, context.req.header('authorization'))
    const app = world.apps.get(context.req.param('appId') ?? '')
    if (!app) throw notFound('app_not_found', 'App')
    if (key.appId !== app.appId) throw new ApiError(403, 'Forbidden')
    context.set('key', key)
    context.set('app', app)
    await next()
  }

/** Integration keys reach users, conversations, attachments and webhooks; all else is for the app's own keys. */
export const appScope: MiddlewareHandler<ApiEnv> = async (context, next) => {
  if (context.get('key').scope !== 'app') throw new ApiError(403, 'Forbidden')
  await next()
}
