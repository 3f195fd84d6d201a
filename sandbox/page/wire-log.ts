import type { Begun, Exchange, Watcher } from '../loopback'
import { operationNames } from './operation-name'
import type { Party, WireEntry } from './view'

/** Older requests are forgotten. */
const KEPT = 400

/** The sender of forged webhooks names itself so, for the wire to tell it from Sunco. */
export const STRANGER = 'stranger'

export type Callee = keyof typeof operationNames

const CALLEES: Record<Callee, Party> = { sunco: 'Sunco', botpress: 'Botpress', integration: 'Integration' }

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

/** A person who looks at a picture is none of the three parties. */
const isBrowser = ({ requestHeaders }: Begun): boolean => requestHeaders['user-agent']?.startsWith('Mozilla/') ?? false

export type WireLog = {
  /** For the server, or the calls, of one party. */
  watch: (callee: Callee) => Watcher
  entries: () => WireEntry[]
}

/** Keeps what goes over the wire, in order of arrival, and tells of each entry when it begins and when it is answered. */
export const createWireLog = (mask: (value: unknown) => unknown, onEntry: (entry: WireEntry) => void): WireLog => {
  const entries = new Map<string, WireEntry>()
  let count = 0

  const maskHeaders = (headers: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        const masked = mask({ [name]: value })
        return [name, String(Object.values(masked as object)[0])]
      })
    )
  const begin = (callee: Callee, begun: Begun): void => {
    if (isBrowser(begun)) return
    const { id, at, method, path, query, requestHeaders, requestBody } = begun
    count += 1
    const entry: WireEntry = {
      ...{ id, at, number: count, method, path: `${path}${query}` },
      from: callerOf(callee, begun),
      to: CALLEES[callee],
      operation: operationNames[callee](begun),
      request: { headers: maskHeaders(requestHeaders), body: mask(requestBody) },
    }
    entries.set(id, entry)
    const [oldest] = entries.keys()
    if (entries.size > KEPT && oldest !== undefined) entries.delete(oldest)
    onEntry(entry)
  }
  const end = ({ id, status, durationMs, fault, responseHeaders = {}, responseBody }: Exchange): void => {
    const begun = entries.get(id)
    if (!begun) return
    const answer = {
      status,
      durationMs,
      fault,
      headers: maskHeaders(responseHeaders),
      body: mask(parsed(responseBody)),
    }
    const entry = { ...begun, answer }
    entries.set(id, entry)
    onEntry(entry)
  }
  return {
    watch: (callee) => ({ onBegin: (begun) => begin(callee, begun), onExchange: end }),
    entries: () => [...entries.values()],
  }
}
