import type { PoolFunction } from '../functions'
import type { Begun, Exchange, Watcher } from '../loopback'
import { watchFunctions } from './function-watch'
import { eventIdsOf, operationNames } from './operation-name'
import type { Party, WireEntry, WireItem } from './view'

/** What is older is forgotten. */
const KEPT = 400

/** The sender of forged webhooks names itself so, for the wire to tell it from Sunco. */
export const STRANGER = 'stranger'

export type Callee = keyof typeof operationNames

const CALLEES: Record<Callee, Party> = {
  sunco: 'Sunco',
  support: 'Support',
  botpress: 'Botpress',
  integration: 'Integration',
}

const callerOf = (callee: Callee, { path, requestHeaders }: Begun): Party => {
  if (callee === 'integration') return 'Botpress'
  if (requestHeaders['user-agent'] === STRANGER) return 'Stranger'
  return path.startsWith('/webhooks/') ? 'Sunco' : 'Integration'
}

/** The integration's answers come as text. */
const parsed = (body: unknown): unknown => {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body) as unknown
  } catch {
    return body
  }
}

/** A person who looks at a picture is none of the parties. */
const isBrowser = ({ requestHeaders }: Begun): boolean => requestHeaders['user-agent']?.startsWith('Mozilla/') ?? false

export type WireLog = {
  /** For the server, or the calls, of one party. */
  watch: (callee: Callee) => Watcher
  /** For the pool. */
  onFunction: (changed: PoolFunction) => void
  items: () => WireItem[]
}

/**
 * Keeps what goes over the wire, in order of arrival, and tells of each entry when it begins and when it is answered.
 */
export const createWireLog = (mask: (value: unknown) => unknown, onItem: (item: WireItem) => void): WireLog => {
  const items = new Map<string, WireItem>()
  /** The ids of calls to the integration by their bodies, which is what the pool knows of a call. */
  const callIds = new WeakMap<object, string>()
  const eventIds = new Set<string>()
  let count = 0

  const isRepeated = (callee: Callee, body: unknown): boolean => {
    const ids = callee === 'botpress' ? eventIdsOf(body) : []
    const known = ids.filter((id) => eventIds.has(id))
    ids.forEach((id) => eventIds.add(id))
    return ids.length > 0 && known.length === ids.length
  }
  const keep = (item: WireItem): void => {
    items.set(item.id, item)
    const [oldest] = items.keys()
    if (items.size > KEPT && oldest !== undefined) items.delete(oldest)
    onItem(item)
  }
  const entryOf = (id: string | undefined): WireEntry | undefined => {
    const item = items.get(id ?? '')
    return item && 'mark' in item ? undefined : item
  }

  const maskHeaders = (headers: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        const masked = mask({ [name]: value })
        return [name, String(Object.values(masked as object)[0])]
      })
    )
  const begin = (callee: Callee, begun: Begun): void => {
    if (isBrowser(begun)) return
    const { id, at, method, path, query, requestHeaders, requestBody, function: functionId } = begun
    count += 1
    if (callee === 'integration' && typeof requestBody === 'object' && requestBody) callIds.set(requestBody, id)
    keep({
      ...{ id, at, number: count, method, path: `${path}${query}` },
      from: callerOf(callee, begun),
      to: CALLEES[callee],
      operation: operationNames[callee](begun),
      ...(isRepeated(callee, requestBody) && { isRepeated: true }),
      ...(functionId !== undefined && { function: { id: functionId } }),
      request: { headers: maskHeaders(requestHeaders), body: mask(requestBody) },
    })
  }
  const end = ({ id, status, durationMs, fault, responseHeaders = {}, responseBody }: Exchange): void => {
    const begun = entryOf(id)
    if (!begun) return
    const answer = {
      status,
      durationMs,
      fault,
      headers: maskHeaders(responseHeaders),
      body: mask(parsed(responseBody)),
    }
    keep({ ...begun, answer })
  }
  return {
    watch: (callee) => ({ onBegin: (begun) => begin(callee, begun), onExchange: end }),
    onFunction: watchFunctions({
      onMark: (functionId, mark) => keep({ id: `${functionId} ${mark}`, at: Date.now(), functionId, mark }),
      onTaken: (body, badge) => {
        const entry = typeof body === 'object' && body ? entryOf(callIds.get(body)) : undefined
        if (entry) keep({ ...entry, function: badge })
      },
    }),
    items: () => [...items.values()],
  }
}
