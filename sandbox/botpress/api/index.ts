import { Hono } from 'hono'
import type { Store } from '../store'
import { conversationRoutes } from './conversations'
import { eventRoutes } from './events'
import { ApiFailure } from './failure'
import { fileRoutes } from './files'
import { integrationRoutes } from './integrations'
import { messageRoutes } from './messages'
import type { ApiEnv, Behaviour } from './request'
import { stateRoutes } from './states'
import { userRoutes } from './users'

export type ApiOptions = { token: string; stores: () => Store[]; behaviour: Behaviour }

const storeFor = (stores: Store[], botId: string | undefined, integrationId: string | undefined): Store => {
  if (!botId || !integrationId) throw new ApiFailure('Forbidden', 'x-bot-id and x-integration-id are required')
  const ofBot = stores.filter((store) => store.botId === botId)
  if (ofBot.length === 0) throw new ApiFailure('ResourceNotFound', `Bot "${botId}" not found`)
  const store = ofBot.find((candidate) => candidate.integrationId === integrationId)
  if (!store) throw new ApiFailure('Forbidden', `Integration "${integrationId}" is not installed in this bot`)
  return store
}

/** The part of the HTTP API that an integration's client uses, under `/v1`. */
export const apiRoutes = ({ token, stores, behaviour }: ApiOptions): Hono<ApiEnv> => {
  const api = new Hono<ApiEnv>()
  api.use('*', async (context, next) => {
    if (context.req.header('authorization') !== `Bearer ${token}`) {
      throw new ApiFailure('Unauthorized', 'The token is missing or unknown')
    }
    const store = storeFor(stores(), context.req.header('x-bot-id'), context.req.header('x-integration-id'))
    context.set('store', store)
    context.set('behaviour', behaviour)
    await next()
  })
  api.route('/chat/conversations', conversationRoutes)
  api.route('/chat/users', userRoutes)
  api.route('/chat/messages', messageRoutes)
  api.route('/chat/events', eventRoutes)
  api.route('/chat/states', stateRoutes)
  api.route('/chat/integrations', integrationRoutes)
  api.route('/files', fileRoutes)
  api.all('*', (context) => {
    throw new ApiFailure('MethodNotFound', `${context.req.method} ${context.req.path} is not part of this sandbox`)
  })
  return api
}
