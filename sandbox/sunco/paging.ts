import type { Context } from 'hono'
import { ApiError, type ApiEnv } from './errors'

type Page<T> = {
  items: T[]
  meta: { hasMore: boolean; afterCursor?: string; beforeCursor?: string }
  links?: { prev?: string; next?: string }
}

const invalid = (): ApiError => new ApiError(400, 'Invalid page query parameters')

const cursorOf = (context: Context<ApiEnv>, name: 'after' | 'before'): string | undefined => {
  const cursor = context.req.query(`page[${name}]`)
  if (cursor !== undefined && cursor.length !== 24) throw invalid()
  return cursor
}

const sizeOf = (context: Context<ApiEnv>): number => {
  const size = Number(context.req.query('page[size]') ?? 25)
  if (!Number.isInteger(size) || size < 1 || size > 100) throw invalid()
  return size
}

const linkTo = (context: Context<ApiEnv>, direction: 'after' | 'before', cursor: string): string => {
  const url = new URL(context.req.url)
  url.searchParams.delete('page[after]')
  url.searchParams.delete('page[before]')
  url.searchParams.set(`page[${direction}]`, cursor)
  return url.href
}

/**
 * One page of records that stand in ascending order of their ids. `hasMore` tells of the direction that is paged in.
 * @param newestFirst the listing of messages: the last page comes first and pages hold 100 whatever is asked.
 */
export const pageOf = <T extends { id: string }>(
  context: Context<ApiEnv>,
  all: T[],
  { newestFirst = false } = {}
): Page<T> => {
  const [after, before] = [cursorOf(context, 'after'), cursorOf(context, 'before')]
  if (after !== undefined && before !== undefined) throw invalid()
  const size = newestFirst ? 100 : sizeOf(context)
  // Compared, not searched for: the record behind a cursor may be gone by now.
  const passed = after === undefined ? 0 : all.filter(({ id }) => id <= after).length
  const limit = before === undefined ? all.length : all.filter(({ id }) => id < before).length
  const backwards = before !== undefined || (newestFirst && after === undefined)
  const start = backwards ? Math.max(0, limit - size) : passed
  const end = backwards ? limit : Math.min(all.length, passed + size)
  const items = all.slice(start, end)
  const beforeCursor = start > 0 ? items[0]?.id : undefined
  const afterCursor = end < all.length ? items.at(-1)?.id : undefined
  const links = {
    ...(beforeCursor && { prev: linkTo(context, 'before', beforeCursor) }),
    ...(afterCursor && { next: linkTo(context, 'after', afterCursor) }),
  }
  return {
    items,
    meta: {
      hasMore: backwards ? start > 0 : end < all.length,
      ...(beforeCursor && { beforeCursor }),
      ...(afterCursor && { afterCursor }),
    },
    ...(Object.keys(links).length > 0 && { links }),
  }
}
