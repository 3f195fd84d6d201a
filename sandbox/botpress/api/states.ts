import { Hono } from 'hono'
import { z } from 'zod'
import { now, stamp, type Payload, type State, type Store, type StoredState } from '../store'
import { ApiFailure } from './failure'
import { demand, readBody, type ApiEnv } from './request'

const payloadSchema = z.record(z.string(), z.unknown())
const expirySchema = z.number().positive().nullish()
const replacement = z.object({ payload: payloadSchema.nullable(), expiry: expirySchema })
const initial = z.object({ payload: payloadSchema, expiry: expirySchema })
const patch = z.object({ payload: payloadSchema })
const expiryChange = z.object({ expiry: expirySchema })

type StateParams = { type: string; id: string; name: string }

const keyOf = ({ type, id, name }: StateParams): string => `${type}/${id}/${name}`

/** Reading counts as use and puts the expiry off. */
const use = (store: Store, params: StateParams): StoredState | undefined => {
  const stored = store.states.get(keyOf(params))
  if (stored?.expiry !== undefined && Date.now() - stored.touchedAt >= stored.expiry) {
    store.states.delete(keyOf(params))
    return undefined
  }
  if (stored) store.states.set(keyOf(params), { ...stored, touchedAt: Date.now() })
  return stored
}

const demandState = (store: Store, params: StateParams): StoredState => {
  const stored = use(store, params)
  if (!stored) throw new ApiFailure('ResourceNotFound', `State "${keyOf(params)}" not found`)
  return stored
}

const ownerOf = (store: Store, { type, id }: StateParams): Pick<State, 'conversationId' | 'userId'> => {
  switch (type) {
    case 'conversation':
      return { conversationId: demand(store.conversations, id, 'Conversation').id }
    case 'user':
      return { userId: demand(store.users, id, 'User').id }
    case 'integration':
      if (id !== store.integrationId) throw new ApiFailure('ResourceNotFound', `Integration "${id}" not found`)
      return {}
    case 'bot':
      if (id !== store.botId) throw new ApiFailure('ResourceNotFound', `Bot "${id}" not found`)
      return {}
    default:
      throw new ApiFailure('InvalidPayload', `States of type "${type}" are not open to integrations`)
  }
}

/** What get-or-set may still believe, whatever others did to the state meanwhile. */
const cachedState = (store: Store, params: StateParams, cacheMs: number): State | undefined => {
  const cached = store.stateCache.get(keyOf(params))
  return cached && Date.now() - cached.at < cacheMs ? cached.state : undefined
}

const put = (store: Store, params: StateParams, payload: Payload, expiry: number | null | undefined): State => {
  const { type, name } = params
  const former = use(store, params)?.state
  const base = former ?? { ...stamp('state'), botId: store.botId, name, type, ...ownerOf(store, params) }
  const state = { ...base, payload, updatedAt: now() }
  store.states.set(keyOf(params), { state, expiry: expiry ?? undefined, touchedAt: Date.now() })
  return state
}

export const stateRoutes = new Hono<ApiEnv>()
  .get('/:type/:id/:name', (context) => {
    const { state } = demandState(context.var.store, context.req.param())
    return context.json({ state, meta: { cached: false } })
  })
  .post('/:type/:id/:name', async (context) => {
    const { payload, expiry } = await readBody(context, replacement)
    const params = context.req.param()
    const state = put(context.var.store, params, payload ?? {}, expiry)
    if (payload === null) context.var.store.states.delete(keyOf(params))
    return context.json({ state })
  })
  .post('/:type/:id/:name/get-or-set', async (context) => {
    const { payload, expiry } = await readBody(context, initial)
    const params = context.req.param()
    const { store, behaviour } = context.var
    const cached = cachedState(store, params, behaviour.stateCacheMs)
    if (cached) return context.json({ state: cached, meta: { cached: true } })
    const existing = use(store, params)
    const state = existing?.state ?? put(store, params, payload, expiry)
    store.stateCache.set(keyOf(params), { state, at: Date.now() })
    return context.json({ state, meta: { cached: existing !== undefined } })
  })
  .patch('/:type/:id/:name', async (context) => {
    const { payload } = await readBody(context, patch)
    const params = context.req.param()
    const { state, expiry } = demandState(context.var.store, params)
    return context.json({ state: put(context.var.store, params, { ...state.payload, ...payload }, expiry) })
  })
  .post('/:type/:id/:name/expiry', async (context) => {
    const { expiry } = await readBody(context, expiryChange)
    const params = context.req.param()
    const { state } = demandState(context.var.store, params)
    return context.json({ state: put(context.var.store, params, state.payload, expiry) })
  })
