import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { FunctionConnections } from '../functions'
import { startLoopback, type Env, type LoopbackOptions, type Watcher } from '../loopback'
import { apiRoutes } from './api'
import { ApiFailure, failureBody } from './api/failure'
import { fileContentRoutes } from './api/files'
import type { Behaviour } from './api/request'
import { ingressRoutes } from './ingress'
import { createInstallation, type Installation, type Installed, type InstallOptions } from './installation'

export { ActionFailed } from './installation'
export type { Installation, InstallOptions, OperationResult, SentMessage } from './installation'
export type { IntegrationAnswer, IntegrationRequest } from './integration-call'
export type { Behaviour } from './api/request'
export type { BotpressEvent, Conversation, DeclaredTags, Message, Payload, State, StoredFile, User } from './store'

/** Told of API calls, file transfers and webhooks. */
export type BotpressOptions = Watcher &
  Partial<Behaviour> & {
    port?: number
    /** Asked for requests to the API only, never for webhooks or file contents. */
    fault?: LoopbackOptions['fault']
    /** What a refusal by fault says; the real API may repeat what it was given. */
    refusalText?: string
    /** Told of the calls to the integration. */
    operations?: Watcher
  }

export type Botpress = {
  /** The integration's `BP_API_URL`. */
  url: string
  /** The integration's `BP_TOKEN`. */
  token: string
  readonly behaviour: Behaviour
  /** To be told which functions are frozen. */
  connections: FunctionConnections
  /** Registers a new bot with the integration installed; does not call `register`. */
  install: (options: InstallOptions) => Installation
  close: () => Promise<void>
}

/**
 * Plays Botpress Cloud on loopback: the API for integrations, the webhook addresses, and the calls to the integration.
 */
export const startBotpress = async (options: BotpressOptions = {}): Promise<Botpress> => {
  const token = `bp_pat_${randomUUID()}`
  const installed: Installed[] = []
  const behaviour: Behaviour = { stateCacheMs: options.stateCacheMs ?? 0 }
  const stores = () => installed.map(({ store }) => store)

  const app = new Hono<Env>()
  app.onError((error, context) => {
    const failure = error instanceof ApiFailure ? error : new ApiFailure('Internal', error.message)
    return context.json(failureBody(failure.status, failure.type, failure.message), failure.status)
  })
  app.route('/v1', apiRoutes({ token, stores, behaviour }))
  app.route('/', fileContentRoutes(stores))
  app.route(
    '/webhooks',
    ingressRoutes((webhookId) => installed.find(({ store }) => store.webhookId === webhookId)?.target())
  )

  const { url, connections, close } = await startLoopback(app, {
    port: options.port,
    fault: (request) => (/^\/(v1|uploads)\//.test(request.path) ? options.fault?.(request) : undefined),
    onBegin: options.onBegin,
    onExchange: options.onExchange,
    errorBody: (status, code) => failureBody(status, code, options.refusalText),
  })
  return {
    url,
    token,
    behaviour,
    connections,
    install: (installOptions) => {
      const entry = createInstallation(url, installOptions, options.operations)
      installed.push(entry)
      return entry.installation
    },
    close,
  }
}
