import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { z } from 'zod'
import type { AppState, Key } from './state'

export type ApiEnv = { Bindings: HttpBindings; Variables: { app: AppState; key: Key } }

export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 423

const DEFAULT_CODES: Record<number, string> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  423: 'locked',
  429: 'too_many_requests',
}

/** The documented form of an error: several entries only on a 400. */
export const errorBody = (status: number, code?: string, titles?: string[]): { errors: object[] } => {
  const named = code ?? DEFAULT_CODES[status] ?? 'internal_error'
  return { errors: (titles ?? [named.replaceAll('_', ' ')]).map((title) => ({ code: named, title })) }
}

export class ApiError extends Error {
  readonly titles: string[]
  constructor(
    readonly status: ErrorStatus,
    titles: string | string[],
    readonly code?: string
  ) {
    const list = [titles].flat()
    super(list.join('; '))
    this.titles = list
  }
}

export const notFound = (code: string, what: string): ApiError => new ApiError(404, `${what} not found`, code)

/** "JSON 100kb", by the documented table of request size limits. */
const JSON_LIMIT_BYTES = 100 * 1024

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new ApiError(400, 'Invalid JSON')
  }
}

/** The checked body of a request; an absent one counts as `{}` and fails only where a field is required. */
export const bodyOf = async <Schema extends z.ZodType>(
  context: Context<ApiEnv>,
  schema: Schema
): Promise<z.output<Schema>> => {
  const text = await context.req.text()
  if (Buffer.byteLength(text) > JSON_LIMIT_BYTES) throw new ApiError(413, 'Request entity too large')
  const result = schema.safeParse(text === '' ? {} : parse(text))
  if (result.success) return result.data
  throw new ApiError(
    400,
    result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
  )
}
