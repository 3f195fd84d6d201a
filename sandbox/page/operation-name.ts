import { z } from 'zod'

const VERBS: Record<string, string> = { POST: 'create', GET: 'get', PATCH: 'update', PUT: 'update', DELETE: 'delete' }
const ID = /^([0-9a-f]{24}|[a-z]+_[0-9A-Z]+|[0-9a-f-]{36}|.*%.*)$/
const ACTIONS = /^(pass|offer|accept|release)Control$/

const singular = (name: string): string => name.replace(/s$/, '')

/** Sunco: what follows `/v2/apps/<app>`. */
const inSunco = (method: string, path: string): string => {
  if (path.includes('/sc/attachments/')) return 'download attachment'
  const [resource = '', last = resource] = path
    .replace(/^(\/sc)?\/v2\/apps\/[^/]+/, '')
    .split('/')
    .slice(-2)
  if (ACTIONS.test(last)) return last
  if (last === '') return 'get app'
  if (ID.test(last)) return `${VERBS[method]} ${singular(resource)}`
  return method === 'GET' ? `list ${last}` : `${VERBS[method]} ${singular(last)}`
}

/** Botpress: what follows `/v1` and, mostly, `/chat`. */
const inBotpress = (method: string, path: string): string => {
  if (path.startsWith('/uploads/')) return 'upload file'
  if (path.startsWith('/files/')) return 'download file'
  const segments = path.replace(/^\/v1(\/chat)?\//, '').split('/')
  const [resource = '', second] = segments
  const last = segments.at(-1)
  if (resource === 'states') {
    const verb = last === 'get-or-set' ? 'get or set' : method === 'GET' ? 'get' : 'set'
    return `${verb} state ${segments[3] ?? ''}`.trim()
  }
  if (last === 'get-or-create') return `get or create ${singular(resource)}`
  if (second === undefined) return method === 'GET' ? `list ${resource}` : `${VERBS[method]} ${singular(resource)}`
  return `${VERBS[method]} ${singular(segments.length > 2 && last && !ID.test(last) ? last : resource)}`
}

/** Support: what follows `/api/v2`, or the OAuth client's. */
const inSupport = (method: string, path: string): string => {
  const [resource = '', last = ''] = path.replaceAll('_', ' ').split('/').slice(-2)
  if (last === 'tokens') return 'create token'
  if (last === 'me') return 'get own user'
  if (last === 'settings') return 'get settings'
  if (last === 'requested') return 'list tickets'
  return /^\d+$/.test(last) ? `${VERBS[method]} ${singular(resource)}` : `list ${last}`
}

const action = z.object({ type: z.string() })
const delivery = z.object({ events: z.array(z.object({ id: z.string(), type: z.string() })) })

/** Ids of the events that a webhook brings. */
export const eventIdsOf = (body: unknown): string[] => delivery.safeParse(body).data?.events.map(({ id }) => id) ?? []

/** "webhook conversation:message" */
const webhook = (body: unknown): string => {
  const types = delivery.safeParse(body).data?.events.map(({ type }) => type) ?? []
  return ['webhook', ...new Set(types)].join(' ')
}

/** "action_triggered startHitl" */
const operation = (headers: Record<string, string>, body: unknown): string => {
  const name = headers['x-bp-operation'] ?? ''
  const type = name === 'webhook_received' ? undefined : action.safeParse(body).data?.type
  return type ? `${name} ${type}` : name
}

type Request = { method: string; path: string; requestHeaders: Record<string, string>; requestBody: unknown }

/** What a request is about, in the words of the API that it goes to. */
export const operationNames = {
  sunco: ({ method, path }: Request): string => inSunco(method, path),
  support: ({ method, path }: Request): string => inSupport(method, path),
  botpress: ({ method, path, requestBody }: Request): string =>
    path.startsWith('/webhooks/') ? webhook(requestBody) : inBotpress(method, path),
  integration: ({ requestHeaders, requestBody }: Request): string => operation(requestHeaders, requestBody),
}
