import QuickLRU from 'quick-lru'
import * as z from 'zod/mini'
import type { Deadline } from '../platform/deadline'
import { OutOfTime } from '../platform/failure'
import { askForToken, reasonOfStatus, SupportError } from './error'
import { askedLifetime, createTokenSource } from './token'

/** Longest wait for one answer, in milliseconds. */
const callTimeoutMs = 5_000
/** A longer wait that Zendesk asks for is not waited, in milliseconds. */
const longestPauseMs = 2_000
/** With less time left than this, nothing is sent, since nobody would hear what came of it, in milliseconds. */
const leastTimeMs = { GET: 50, POST: 50, PUT: 500 }
/** How long to leave Zendesk alone where it asks for it and does not say how long, in milliseconds. */
const unknownPauseMs = 10_000

/** All that is read, and tickets to be changed (Zendesk's scopes; what is read here has no narrower one). */
const scope = 'read tickets:write'

/** Where a customer's Zendesk is, and their OAuth client in it. */
export type Access = { host: string; clientId: string; clientSecret: string }

type Answer = { operation: string; status: number; headers: Headers; text: string }
type Call = { operation: string; method: 'GET' | 'PUT'; path: string; body?: unknown }

export type SupportClient = {
  /** Identity of host and OAuth client: the key for keeping what was read with them. */
  account: object
  /** Checks that the OAuth client is known, by asking for a token where there is none. */
  authorize: () => Promise<void>
  /** @param path from `/api/v2` on, with its query. Rejects with {@link SupportError}. */
  get: <T extends z.ZodMiniType>(operation: string, path: string, shape: T) => Promise<z.output<T>>
  put: (operation: string, path: string, body: unknown) => Promise<void>
}

const number = z.union([z.number(), z.pipe(z.string(), z.transform(Number))])
const grant = z.object({ access_token: z.string(), expires_in: z.nullish(number) })

type Account = {
  authorize: (deadline: Deadline) => Promise<void>
  /** Makes a request and what has to be done before it. Every answer but a network error resolves. */
  call: (request: Call, deadline: Deadline) => Promise<Answer>
}

/** Keyed by host, client and secret, so that a new secret gets a new token. */
const accounts = new QuickLRU<string, Account>({ maxSize: 100 })

/** The client for what has to be done by the deadline. */
export const openSupport = (access: Access, deadline: Deadline): SupportClient => {
  const key = JSON.stringify([access.host, access.clientId, access.clientSecret])
  const account = accounts.get(key) ?? createAccount(access)
  accounts.set(key, account)
  return {
    account,
    authorize: () => account.authorize(deadline),
    get: async (operation, path, shape) =>
      read(await account.call({ operation, method: 'GET', path }, deadline), shape),
    put: async (operation, path, body) =>
      void read(await account.call({ operation, method: 'PUT', path, body }, deadline), z.looseObject({})),
  }
}

const createAccount = ({ host, clientId, clientSecret }: Access): Account => {
  /** When Zendesk may be asked again, in milliseconds since 1970. */
  let blockedUntil = 0

  const send = async (
    operation: string,
    path: string,
    init: RequestInit & { method: keyof typeof leastTimeMs },
    deadline: Deadline
  ): Promise<Answer> => {
    if (Date.now() < blockedUntil) throw new SupportError({ operation, reason: 'tooManyRequests', status: 429 })
    const timeoutMs = deadline.remainingMs(callTimeoutMs)
    if (timeoutMs < leastTimeMs[init.method]) throw new OutOfTime()
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      // A redirect is followed nowhere: the request bears a secret.
      const response = await fetch(`${host}${path}`, { ...init, redirect: 'manual', signal })
      return { operation, status: response.status, headers: response.headers, text: await response.text() }
    } catch {
      throw new SupportError({ operation, reason: 'noAnswer', isBroken: !signal.aborted })
    }
  }

  const tokens = createTokenSource(async (deadline) => {
    const body = JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
      expires_in: askedLifetime,
    })
    const headers = { 'content-type': 'application/json' }
    const answer = await send(askForToken, '/oauth/tokens', { method: 'POST', headers, body }, deadline)
    if (answer.status === 429) blockedUntil = Date.now() + pauseOf(answer)
    return read(answer, grant)
  })

  const sendWithToken = async ({ operation, method, path, body }: Call, deadline: Deadline): Promise<Answer> => {
    const token = await tokens.read(deadline)
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const json = body === undefined ? undefined : JSON.stringify(body)
    const answer = await send(operation, path, { method, headers, body: json }, deadline)
    if (answer.status === 401) tokens.drop(token)
    return answer
  }

  /** Repeated once: with a new token, after a short wait that Zendesk asks for, or a read whose connection was dead. */
  const call = async (request: Call, deadline: Deadline, isRepetition = false): Promise<Answer> => {
    let answer: Answer
    try {
      answer = await sendWithToken(request, deadline)
    } catch (error) {
      const isDead = error instanceof SupportError && error.isBroken && request.method === 'GET'
      if (isRepetition || !isDead) throw error
      return call(request, deadline, true)
    }
    if (answer.status === 429) {
      const wait = pauseOf(answer)
      if (isRepetition || wait > longestPauseMs || deadline.remainingMs() <= wait) {
        blockedUntil = Date.now() + wait
        return answer
      }
      await deadline.pause(wait)
      return call(request, deadline, true)
    }
    return answer.status === 401 && !isRepetition ? call(request, deadline, true) : answer
  }

  return {
    authorize: async (deadline) => void (await tokens.read(deadline)),
    call,
  }
}

/** How long Zendesk asks to be left alone, in milliseconds. */
const pauseOf = ({ headers }: Answer): number => {
  const seconds = Number(headers.get('retry-after') ?? NaN)
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : unknownPauseMs
}

/** What an answer says. Zendesk may send a page in place of JSON, also with 200. */
const read = <T extends z.ZodMiniType>({ operation, status, text }: Answer, shape: T): z.output<T> => {
  const reason = reasonOfStatus(status)
  if (reason) throw new SupportError({ operation, reason, status })
  const parsed = shape.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new SupportError({ operation, reason: 'noAnswer', status })
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
