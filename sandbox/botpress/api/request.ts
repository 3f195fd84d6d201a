import type { Context } from 'hono'
import type { z } from 'zod'
import type { Env } from '../../loopback'
import type { Store, Tags } from '../store'
import { ApiFailure } from './failure'

/** What Botpress may do and does not document; may be changed at any time. */
export type Behaviour = {
  /**
   * For how long `getOrSetState` answers with what it last read or wrote, in milliseconds, also when the state was
   * changed or removed meanwhile. 0: it always looks.
   */
  stateCacheMs: number
}

export type ApiEnv = Env & { Variables: { store: Store; behaviour: Behaviour } }

export const PAGE_SIZE = 20

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new ApiFailure('InvalidPayload', 'The body is not valid JSON')
  }
}

/** Handlers await only this and then work synchronously, which is what makes every operation atomic. */
export const readBody = async <T>(context: Context<ApiEnv>, schema: z.ZodType<T>): Promise<T> => {
  const parsed = schema.safeParse(parseJson(await context.req.text()))
  if (parsed.success) return parsed.data
  const complaints = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new ApiFailure('InvalidPayload', complaints.join('; '))
}

/** The official client writes nested parameters with dots: `tags.id=1`. */
export const queryTags = (context: Context<ApiEnv>): Tags => {
  const entries = [...new URL(context.req.url).searchParams].filter(([name]) => name.startsWith('tags.'))
  return Object.fromEntries(entries.map(([name, value]) => [name.slice('tags.'.length), value]))
}

export const demand = <T>(records: Map<string, T>, id: string, kind: string): T => {
  const record = records.get(id)
  if (record === undefined) throw new ApiFailure('ResourceNotFound', `${kind} "${id}" not found`)
  return record
}

/** The same for what a body names. */
export const refer = <T>(records: Map<string, T>, id: string, kind: string): T => {
  const record = records.get(id)
  if (record === undefined) throw new ApiFailure('ReferenceNotFound', `${kind} "${id}" not found`)
  return record
}

type Listed = { id: string; createdAt: string; updatedAt?: string }

const isWithinDates = (context: Context<ApiEnv>, record: Listed): boolean => {
  const { afterDate, beforeDate } = context.req.query()
  if (afterDate && Date.parse(record.createdAt) <= Date.parse(afterDate)) return false
  return !beforeDate || Date.parse(record.createdAt) < Date.parse(beforeDate)
}

/** Newest first unless the query says otherwise; a page's token names its last record. */
export const pageOf = <T extends Listed>(
  context: Context<ApiEnv>,
  records: Iterable<T>,
  usualOrder?: 'updatedAt'
): { items: T[]; meta: { nextToken?: string } } => {
  const { nextToken, sortField = usualOrder, sortDirection } = context.req.query()
  const ordered = [...records].filter((record) => isWithinDates(context, record))
  if (sortField === 'updatedAt') {
    ordered.sort((a, b) => (a.updatedAt ?? a.createdAt).localeCompare(b.updatedAt ?? b.createdAt))
  } else if (sortField === 'createdAt') ordered.sort((a, b) => a.createdAt.localeCompare(b.createdAt))
  if (sortDirection !== 'asc') ordered.reverse()
  const last = nextToken === undefined ? undefined : Buffer.from(nextToken, 'base64url').toString()
  const before = last === undefined ? -1 : ordered.findIndex((record) => record.id === last)
  if (last !== undefined && before < 0) throw new ApiFailure('InvalidQuery', 'Unknown nextToken')
  const items = ordered.slice(before + 1, before + 1 + PAGE_SIZE)
  const end = items.at(-1)
  const hasMore = before + 1 + items.length < ordered.length
  return { items, meta: hasMore && end ? { nextToken: Buffer.from(end.id).toString('base64url') } : {} }
}
