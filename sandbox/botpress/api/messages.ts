import { Hono } from 'hono'
import { z } from 'zod'
import { now, stamp, type Message, type Payload, type Store, type Tags } from '../store'
import { demand, pageOf, queryTags, readBody, refer, type ApiEnv } from './request'
import { findByTags, hasTags, mergeTags, refuseUndeclaredTags, tagsSchema } from './tags'

const payloadSchema = z.record(z.string(), z.unknown())
const creation = z.object({
  payload: payloadSchema,
  userId: z.string(),
  conversationId: z.string(),
  type: z.string(),
  tags: tagsSchema,
  // Refused rather than silently sent at once.
  schedule: z.never().optional(),
})
const lookup = creation.extend({ discriminateByTags: z.array(z.string()).optional() })
const change = z.object({ tags: tagsSchema, payload: payloadSchema.optional() })

type MessageChange = { tags: Tags; payload?: Payload; type?: string }

export type NewMessage = { payload: Payload; userId: string; conversationId: string; type: string; tags: Tags }

/** Stores a message and tells the listeners of one that the integration brought in. */
export const storeMessage = (store: Store, { payload, userId, conversationId, type, tags }: NewMessage): Message => {
  refer(store.conversations, conversationId, 'Conversation')
  refer(store.users, userId, 'User')
  const message: Message = {
    ...stamp('msg'),
    type,
    payload,
    direction: userId === store.botUserId ? 'outgoing' : 'incoming',
    userId,
    conversationId,
    tags: mergeTags({}, tags),
  }
  store.messages.set(message.id, message)
  store.participants.get(conversationId)?.add(userId)
  if (message.direction === 'incoming') for (const listen of store.messageListeners) listen(message)
  return message
}

/** A message that is there is brought up to date, and nobody is told of it again. */
const update = (store: Store, message: Message, { tags, payload, type = message.type }: MessageChange): Message => {
  const changed = {
    ...{ ...message, type, payload: payload ?? message.payload },
    ...{ tags: mergeTags(message.tags, tags), updatedAt: now() },
  }
  store.messages.set(changed.id, changed)
  return changed
}

export const messageRoutes = new Hono<ApiEnv>()
  .post('/', async (context) => {
    const body = await readBody(context, creation)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.message, body.tags)
    return context.json({ message: storeMessage(store, body) }, 201)
  })
  .post('/get-or-create', async (context) => {
    const { discriminateByTags, ...body } = await readBody(context, lookup)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.message, body.tags)
    const siblings = [...store.messages.values()].filter((message) => message.conversationId === body.conversationId)
    const existing = findByTags(siblings, body.tags, discriminateByTags)
    return context.json({ message: existing ? update(store, existing, body) : storeMessage(store, body) })
  })
  .get('/', (context) => {
    const { store } = context.var
    const conversationId = context.req.query('conversationId')
    const tags = queryTags(context)
    const matching = [...store.messages.values()].filter(
      (message) => (conversationId === undefined || message.conversationId === conversationId) && hasTags(message, tags)
    )
    const { items, meta } = pageOf(context, matching)
    return context.json({ messages: items, meta })
  })
  .get('/:id', (context) =>
    context.json({ message: demand(context.var.store.messages, context.req.param('id'), 'Message') })
  )
  .put('/:id', async (context) => {
    const body = await readBody(context, change)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.message, body.tags)
    const message = demand(store.messages, context.req.param('id'), 'Message')
    return context.json({ message: update(store, message, body) })
  })
  .delete('/:id', (context) => {
    const { store } = context.var
    store.messages.delete(demand(store.messages, context.req.param('id'), 'Message').id)
    return context.json({})
  })
