import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
// ApiClient alone: it has transport, authentication and encoding. The package's index would add some 850 KB of
// generated models, which are older than the API and drop fields that they do not know, such as `app.subdomain`.
import ApiClient from 'sunshine-conversations-client/dist/sunshine-conversations-client/ApiClient'
import { SuncoError } from './error'
import type { Deadline } from '../platform/deadline'
import { isWorthRetrying, waitBeforeRetry } from './retry'

/** What is uploaded: bytes, or the path of a file on the local disk. */
export type SuncoFile = { filename: string; contentType: string; source: Buffer | string }

export type SuncoCall = {
  /** In words, for error texts: `post message`. */
  operation: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Template below `/v2/apps/{appId}`, for example `/users/{userId}`. */
  path: string
  params?: Record<string, string>
  query?: Record<string, string | number>
  body?: object
  file?: SuncoFile
  /** A POST that may be made twice without harm, such as passing control to a named target. */
  repeatable?: boolean
  /** Whoever makes the call decides about repetitions. */
  single?: boolean
}

/** Makes one call, repeated where that helps. Rejects with {@link SuncoError}. */
export type Transport = (call: SuncoCall) => Promise<unknown>

/** No repetition begins later than this after its call, in milliseconds. */
const repetitionsTakeMs = 30_000
const callTimeoutMs = 10_000
const uploadTimeoutMs = 60_000

const agents = {
  http: new http.Agent({ keepAlive: true }),
  https: new https.Agent({ keepAlive: true }),
}

/** Failures before a connection stood: the request cannot have been seen. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED'])

type Failure = {
  status?: number
  body?: { errors?: { code?: unknown }[] }
  response?: { headers?: Record<string, string> }
  error?: { code?: unknown; timeout?: unknown }
}

const retryAfterOf = (failure: Failure): number | undefined => {
  const header = failure.response?.headers?.['retry-after']
  if (header === undefined) return undefined
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const toSuncoError = (operation: string, thrown: unknown): SuncoError => {
  const failure = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Failure
  if (failure.status === undefined) {
    const code = failure.error?.timeout ? 'ETIMEDOUT' : textOf(failure.error?.code)
    return new SuncoError({ operation, code, fate: code && neverSent.has(code) ? 'refused' : 'unknown' })
  }
  const errors = Array.isArray(failure.body?.errors) ? failure.body.errors : []
  const { status } = failure
  return new SuncoError({
    operation,
    status,
    code: textOf(errors[0]?.code),
    retryAfterMs: retryAfterOf(failure),
    fate: status === 503 || (status >= 300 && status < 500 && status !== 408) ? 'refused' : 'unknown',
  })
}

/**
 * Opens a way to one Sunco app: transports whose calls end by a deadline.
 * @param host base URL before `/v2`, for example `https://acme.zendesk.com/sc`
 * @param accessToken gives the bearer token of a call
 */
export const createTransport = (
  host: string,
  appId: string,
  accessToken: () => string
): ((deadline: Deadline) => Transport) => {
  const attempt = async (call: SuncoCall, deadline: Deadline): Promise<unknown> => {
    const { file } = call
    const api = new ApiClient()
    api.basePath = host
    api.authentications.bearerAuth.accessToken = accessToken
    api.defaultHeaders = { 'User-Agent': 'botpress-zendesk-messaging-hitl' }
    api.requestAgent = host.startsWith('https:') ? agents.https : agents.http
    // 0 would stand for no limit.
    api.timeout = Math.max(1, deadline.remainingMs(file ? uploadTimeoutMs : callTimeoutMs))
    // A redirect would carry the token to wherever it points.
    api.plugins = [(request) => void request.redirects(0)]
    if (file) {
      const { source, ...options } = file
      api.plugins.push((request) => void request.attach('source', source, options))
    }
    const { response } = await api.callApi(
      `/v2/apps/{appId}${call.path}`,
      call.method,
      { ...call.params, appId },
      { ...call.query },
      {},
      {},
      call.body ?? null,
      ['bearerAuth'],
      file ? ['multipart/form-data'] : call.body ? ['application/json'] : [],
      ['application/json'],
      null
    )
    return response.body
  }

  return (deadline) => async (call) => {
    const repetitions = deadline.within(repetitionsTakeMs)
    const repeatable = call.repeatable ?? call.method !== 'POST'
    // A refusal of the last attempt says nothing of an earlier one.
    let fate: SuncoError['fate'] = 'refused'
    for (let attempts = 1; ; attempts++) {
      if (deadline.remainingMs(1) === 0) throw new SuncoError({ operation: call.operation, code: 'ETIMEDOUT', fate })
      try {
        return await attempt(call, deadline)
      } catch (thrown) {
        const failure = toSuncoError(call.operation, thrown)
        if (failure.fate === 'unknown') fate = 'unknown'
        const error = fate === failure.fate ? failure : new SuncoError({ ...failure, fate })
        const wait =
          !call.single && isWorthRetrying(error, repeatable)
            ? waitBeforeRetry(error, attempts, repetitions.remainingMs())
            : undefined
        if (wait === undefined) throw error
        await sleep(wait)
      }
    }
  }
}
