import { Hono } from 'hono'
import type { FunctionConnections } from '../functions'
import { startLoopback, type Env, type LoopbackOptions, type Watcher } from '../loopback'
import { createApp, type AppOptions, type SuncoApp } from './apps'
import { attachmentRoutes, mediaRoutes } from './attachments'
import { appScope, authenticate } from './auth'
import { controlRoutes } from './control'
import { conversationRoutes } from './conversations'
import { startCourier, type DeliveryFault, type DeliveryOptions } from './deliveries'
import { ApiError, errorBody, type ApiEnv } from './errors'
import { integrationRoutes, webhookRoutes } from './integrations'
import { messageRoutes } from './messages'
import type { World } from './state'
import { switchboardRoutes } from './switchboards'
import { userRoutes } from './users'

export type { AgentProfile, Said, SuncoAgent } from './agent-workspace'
export type { AppOptions, SuncoApp } from './apps'
export type { DeliveryFault, DeliveryOptions, RawEvent } from './deliveries'
export type { SupportLink } from './support-link'
export type { Turned } from './turned'
export type {
  Attachment,
  Conversation,
  Delivery,
  Integration,
  Metadata,
  SuncoEvent,
  SuncoMessage,
  Switchboard,
  SwitchboardIntegration,
  Ticket,
  User,
  Webhook,
} from './state'

export type SuncoOptions = Watcher & {
  port?: number
  /** For apps that are created without their own. */
  metadataPatch?: AppOptions['metadataPatch']
  controlLagMs?: number
  fault?: LoopbackOptions['fault']
  delivery?: DeliveryOptions
  /** Asked for each delivery attempt; lets a test duplicate, delay, turn round or hold it. */
  deliveryFault?: DeliveryFault
}

export type Sunco = {
  /** The API is at `<url>/v2/...`, and at `<url>/sc/v2/...` as on a Zendesk subdomain. */
  url: string
  createApp: (options?: AppOptions) => SuncoApp
  app: (appId: string) => SuncoApp
  /** To be told which functions are frozen. */
  connections: FunctionConnections
  /** Whether an event of a conversation is being delivered to a webhook, or waits for that. */
  isDelivering: (conversationId: string) => boolean
  /** Resolves when no webhook delivery is running or waiting. */
  settled: () => Promise<void>
  close: () => Promise<void>
}

const apiRoutes = (world: World): Hono<ApiEnv> => {
  const api = new Hono<ApiEnv>()
  api.use('*', authenticate(world))
  api.get('/', appScope, (context) => {
    const { appId, subdomain, multiConvoEnabled } = context.get('app')
    return context.json({ app: { id: appId, displayName: 'Sandbox', settings: { multiConvoEnabled }, subdomain } })
  })
  api.route('/', userRoutes(world))
  api.route('/', conversationRoutes(world))
  api.route('/', messageRoutes(world))
  api.route('/', controlRoutes(world))
  api.route('/', attachmentRoutes(world))
  api.route('/', integrationRoutes())
  api.route('/', webhookRoutes())
  api.route('/', switchboardRoutes())
  return api
}

/** A server that plays Sunshine Conversations for any number of apps. */
export const startSunco = async (options: SuncoOptions = {}): Promise<Sunco> => {
  const courier = startCourier(options.delivery ?? {}, options.deliveryFault)
  const world: World = { url: '', apps: new Map(), keys: new Map(), emit: courier.emit }
  const apps = new Map<string, SuncoApp>()

  const routes = new Hono<Env>()
  routes.onError((error, context) =>
    error instanceof ApiError
      ? context.json(errorBody(error.status, error.code, error.titles), error.status)
      : context.json(errorBody(500, 'internal_error', [error.message]), 500)
  )
  for (const base of ['', '/sc']) routes.route(`${base}/v2/apps/:appId`, apiRoutes(world))
  routes.route('/', mediaRoutes(world))
  routes.all('*', (context) => context.json(errorBody(404, 'not_found', ['Resource not found']), 404))

  const { port, fault, onBegin, onExchange, metadataPatch, controlLagMs } = options
  const server = await startLoopback(routes, { port, fault, onBegin, onExchange, errorBody })
  world.url = server.url
  return {
    url: server.url,
    createApp: (appOptions = {}) => {
      const app = createApp(world, courier, { metadataPatch, controlLagMs, ...appOptions })
      apps.set(app.appId, app)
      return app
    },
    app: (appId) => {
      const app = apps.get(appId)
      if (!app) throw new Error(`no app ${appId}`)
      return app
    },
    connections: server.connections,
    isDelivering: courier.isDelivering,
    settled: courier.settled,
    close: async () => {
      courier.stop()
      await server.close()
    },
  }
}
