import { randomUUID } from 'node:crypto'
import { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { followConnections, FUNCTION_HEADER } from './connections'
import type { FunctionConnections } from './functions'

/** What a sandbox server does to one request instead of, or beside, its work. */
export type Fault =
  | { kind: 'refuse'; status: number; code?: string; retryAfterSeconds?: number }
  | { kind: 'delay'; ms: number }
  /** The work is done at once and the answer comes late. */
  | { kind: 'delayAfter'; ms: number }
  /** The connection breaks before anything was done. */
  | { kind: 'dropBefore' }
  /** The work is done and the caller never hears of it. */
  | { kind: 'dropAfter' }
  /** No answer at all; the caller runs into its own time limit. */
  | { kind: 'hang' }

/** One request as a server saw it, with the answer it gave. */
export type Exchange = {
  id: string
  /** Milliseconds since the epoch at arrival. */
  at: number
  durationMs: number
  method: string
  path: string
  query: string
  requestHeaders: Record<string, string>
  /** Parsed JSON, or undefined for other bodies. */
  requestBody: unknown
  /** The function of the pool that made the request; for a call to the integration, the one that took it. */
  function?: string
  status: number
  responseHeaders?: Record<string, string>
  responseBody: unknown
  fault?: Fault['kind']
}

/** A request that was not answered yet; the exchange that follows has the same id. */
export type Begun = Omit<Exchange, 'durationMs' | 'status' | 'responseHeaders' | 'responseBody' | 'fault'>

/** Told of requests while they happen. */
export type Watcher = {
  onBegin?: (begun: Begun) => void
  /** Called after each answered, refused or dropped request. */
  onExchange?: (exchange: Exchange) => void
}

export type Env = { Bindings: HttpBindings }

export type LoopbackOptions = Watcher & {
  /** 0 or left out: a free port. */
  port?: number
  /** Asked before each request; the first fault it returns is acted out. */
  fault?: (request: { method: string; path: string; body: unknown }) => Fault | undefined
  /** The body of a refusal, in the form of the API that is played. */
  errorBody: (status: number, code: string | undefined) => unknown
}

export type Loopback = {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string
  /** To be told which functions are frozen. */
  connections: FunctionConnections
  close: () => Promise<void>
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const jsonBodyOf = async (request: {
  header: (name: string) => string | undefined
  text: () => Promise<string>
}): Promise<unknown> => {
  if (!request.header('content-type')?.includes('json')) return undefined
  return parseJson(await request.text())
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Serves a Hono app on loopback, acting out faults and reporting every exchange. */
export const startLoopback = async (routes: Hono<Env>, options: LoopbackOptions): Promise<Loopback> => {
  const app = new Hono<Env>()
  app.use('*', async (context, next) => {
    const at = Date.now()
    const url = new URL(context.req.url)
    const requestBody = await jsonBodyOf(context.req)
    const request = { method: context.req.method, path: url.pathname, body: requestBody }
    const fault = options.fault?.(request)
    const { [FUNCTION_HEADER]: madeBy, ...requestHeaders } = Object.fromEntries(context.req.raw.headers)
    const begun: Begun = {
      id: randomUUID(),
      at,
      method: request.method,
      path: request.path,
      query: url.search,
      requestHeaders,
      requestBody,
      ...(madeBy !== undefined && { function: madeBy }),
    }
    options.onBegin?.(begun)
    const report = async (status: number): Promise<void> => {
      const text = context.res.headers.get('content-type')?.includes('json') ? await context.res.clone().text() : ''
      options.onExchange?.({
        ...begun,
        durationMs: Date.now() - at,
        status,
        responseHeaders: Object.fromEntries(context.res.headers),
        responseBody: parseJson(text),
        fault: fault?.kind,
      })
    }
    if (fault?.kind === 'hang') {
      await report(0)
      await new Promise((resolve) => context.env.incoming.socket.once('close', resolve))
      return context.body(null)
    }
    if (fault?.kind === 'dropBefore') {
      context.env.incoming.socket.destroy()
      await report(0)
      return context.body(null)
    }
    if (fault?.kind === 'refuse') {
      const headers: Record<string, string> =
        fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) }
      context.res = Response.json(options.errorBody(fault.status, fault.code), { status: fault.status, headers })
      await report(fault.status)
      return context.res
    }
    if (fault?.kind === 'delay') await sleep(fault.ms)
    await next()
    if (fault?.kind === 'delayAfter') await sleep(fault.ms)
    if (fault?.kind === 'dropAfter') context.env.incoming.socket.destroy()
    await report(context.res.status)
  })
  app.route('/', routes)
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: options.port ?? 0 }, (info: AddressInfo) => {
      if (!(server instanceof Server)) throw new Error('HTTP/1.1 is what the sandbox speaks')
      resolve({
        url: `http://127.0.0.1:${info.port}`,
        connections: followConnections(server),
        close: () =>
          new Promise<void>((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
    server.once('error', reject)
  })
}
