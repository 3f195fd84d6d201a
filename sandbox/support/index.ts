import { Hono } from 'hono'
import type { FunctionConnections } from '../functions'
import { startLoopback, type Env, type LoopbackOptions, type Watcher } from '../loopback'
import { createAccount, type AccountOptions, type SupportAccount } from './account'
import { availabilityRoutes } from './availabilities'
import { errorBody, SupportError } from './errors'
import { PageNotFound } from './request'
import { scheduleRoutes } from './schedules'
import type { SupportEnv, World } from './state'
import { ticketUpdateRoutes } from './ticket-updates'
import { ticketRoutes } from './tickets'
import { tokenRoutes } from './tokens'

export type { AccountOptions, OtherTicket, SupportAccount } from './account'
export type { Agent, ChannelStatus, Schedule, SupportTicket, TicketStatus, Token } from './state'
export type { SupportTurned } from './turned'

export type SupportOptions = Watcher & {
  port?: number
  fault?: LoopbackOptions['fault']
}

export type Support = {
  /** Stands for `https://{subdomain}.zendesk.com`, whichever account is meant: the client id or the token tells it. */
  url: string
  createAccount: (options?: AccountOptions) => SupportAccount
  /** What the integration must never do, as it was done. */
  misuse: string[]
  /** To be told which functions are frozen. */
  connections: FunctionConnections
  close: () => Promise<void>
}

const PAGE = '<!DOCTYPE html><html><head><title>Not found</title></head><body><h1>Oops</h1></body></html>'

/** A server that plays the Zendesk Support API for any number of accounts. */
export const startSupport = async (options: SupportOptions = {}): Promise<Support> => {
  const world: World = { url: '', accounts: [], misuse: [] }
  const api = new Hono<SupportEnv>()
  for (const routes of [availabilityRoutes, scheduleRoutes, ticketRoutes, ticketUpdateRoutes])
    api.route('/', routes(world))

  const routes = new Hono<Env>()
  routes.onError((error, context) => {
    if (error instanceof PageNotFound) return context.html(PAGE, 404)
    if (error instanceof SupportError) return context.json(error.body, error.status, error.headers)
    return context.json({ error: 'InternalError', description: error.message }, 500)
  })
  routes.route('/', tokenRoutes(world))
  routes.route('/api/v2', api)
  routes.all('*', (context) => context.html(PAGE, 404))

  const { port, fault, onBegin, onExchange } = options
  const server = await startLoopback(routes, { port, fault, onBegin, onExchange, errorBody })
  world.url = server.url
  return {
    url: server.url,
    createAccount: (accountOptions) => createAccount(world, accountOptions),
    misuse: world.misuse,
    connections: server.connections,
    close: server.close,
  }
}
