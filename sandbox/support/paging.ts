import type { Context } from 'hono'
import { badRequest } from './errors'
import type { SupportEnv } from './state'

type Page<T> = {
  items: T[]
  meta: { has_more: boolean; after_cursor: string | null; before_cursor: string | null }
  links: { next: string | null; prev: string | null }
}

const toCursor = (id: number): string => Buffer.from(`id:${id}`).toString('base64url')

const cursorOf = (context: Context<SupportEnv>): number | undefined => {
  const cursor = context.req.query('page[after]')
  if (cursor === undefined) return undefined
  const id = /^id:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1]
  if (id === undefined) throw badRequest('page[after] is not a valid cursor')
  return Number(id)
}

const sizeOf = (context: Context<SupportEnv>): number => {
  const size = Number(context.req.query('page[size]') ?? 100)
  if (!Number.isInteger(size) || size < 1 || size > 100) throw badRequest('page[size] must be between 1 and 100')
  return size
}

const linkTo = (context: Context<SupportEnv>, direction: 'after' | 'before', cursor: string | null): string | null => {
  if (cursor === null) return null
  const url = new URL(context.req.url)
  for (const name of ['page[after]', 'page[before]']) url.searchParams.delete(name)
  url.searchParams.set(`page[${direction}]`, cursor)
  return url.href
}

/**
 * A page after a cursor; backwards nobody pages here.
 * @param all in the order of the list, whose ids ascend or descend
 * @param cap records on a page at most, whatever is asked for
 */
export const pageOf = <T>(
  context: Context<SupportEnv>,
  all: T[],
  { idOf, descending = false, cap = 100 }: { idOf: (item: T) => number; descending?: boolean; cap?: number }
): Page<T> => {
  const after = cursorOf(context)
  // Compared, not searched for: the record behind a cursor may be gone by now.
  const isPassed = (id: number): boolean => after !== undefined && (descending ? id >= after : id <= after)
  const left = all.filter((item) => !isPassed(idOf(item)))
  const items = left.slice(0, Math.min(sizeOf(context), cap))
  const [first, last] = [items[0], items.at(-1)]
  const hasMore = left.length > items.length
  const afterCursor = hasMore && last ? toCursor(idOf(last)) : null
  const beforeCursor = left.length < all.length && first ? toCursor(idOf(first)) : null
  return {
    items,
    meta: { has_more: hasMore, after_cursor: afterCursor, before_cursor: beforeCursor },
    links: { next: linkTo(context, 'after', afterCursor), prev: linkTo(context, 'before', beforeCursor) },
  }
}
