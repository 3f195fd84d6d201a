import { Hono } from 'hono'
import { z } from 'zod'
import { newId, now, type BotpressEvent } from '../store'
import { demand, pageOf, readBody, refer, type ApiEnv } from './request'

const creation = z.object({
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  conversationId: z.string().optional(),
  userId: z.string().optional(),
  messageId: z.string().optional(),
  // Refused rather than silently sent at once.
  schedule: z.never().optional(),
})

const FILTERS = ['type', 'conversationId', 'userId', 'messageId', 'status'] as const

export const eventRoutes = new Hono<ApiEnv>()
  .post('/', async (context) => {
    const { type, payload, conversationId, userId, messageId } = await readBody(context, creation)
    const { store } = context.var
    if (conversationId !== undefined) refer(store.conversations, conversationId, 'Conversation')
    if (userId !== undefined) refer(store.users, userId, 'User')
    if (messageId !== undefined) refer(store.messages, messageId, 'Message')
    const links = { conversationId, userId, messageId }
    const outcome = { status: 'processed', failureReason: null } as const
    const event: BotpressEvent = { id: newId('evt'), createdAt: now(), type, payload, ...links, ...outcome }
    store.events.set(event.id, event)
    for (const listen of store.eventListeners) listen(event)
    return context.json({ event }, 201)
  })
  .get('/', (context) => {
    const query = context.req.query()
    const matching = [...context.var.store.events.values()].filter((event) =>
      FILTERS.every((field) => query[field] === undefined || event[field] === query[field])
    )
    const { items, meta } = pageOf(context, matching)
    return context.json({ events: items, meta })
  })
  .get('/:id', (context) => context.json({ event: demand(context.var.store.events, context.req.param('id'), 'Event') }))
