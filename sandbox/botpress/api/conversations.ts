import { Hono } from 'hono'
import { z } from 'zod'
import { now, stamp, type Conversation, type Store, type Tags } from '../store'
import { demand, pageOf, queryTags, readBody, type ApiEnv } from './request'
import { findByTags, hasTags, mergeTags, refuseUndeclaredTags, tagsSchema } from './tags'

const creation = z.object({ channel: z.string().min(1), tags: tagsSchema })
const lookup = creation.extend({ discriminateByTags: z.array(z.string()).optional() })
const change = z.object({ tags: tagsSchema.default({}) })
const participation = z.object({ userId: z.string() })

const add = (store: Store, channel: string, tags: Tags): Conversation => {
  const conversation = { ...stamp('conv'), channel, integration: store.alias, tags: mergeTags({}, tags) }
  store.conversations.set(conversation.id, conversation)
  store.participants.set(conversation.id, new Set())
  return conversation
}

const retag = (store: Store, conversation: Conversation, tags: Tags): Conversation => {
  const changed = { ...conversation, tags: mergeTags(conversation.tags, tags), updatedAt: now() }
  store.conversations.set(changed.id, changed)
  return changed
}

const participantsOf = (store: Store, id: string): Set<string> => demand(store.participants, id, 'Conversation')

export const conversationRoutes = new Hono<ApiEnv>()
  .post('/', async (context) => {
    const { channel, tags } = await readBody(context, creation)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.conversation, tags)
    return context.json({ conversation: add(store, channel, tags) }, 201)
  })
  .post('/get-or-create', async (context) => {
    const { channel, tags, discriminateByTags } = await readBody(context, lookup)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.conversation, tags)
    const sameChannel = [...store.conversations.values()].filter((conversation) => conversation.channel === channel)
    const existing = findByTags(sameChannel, tags, discriminateByTags)
    const conversation = existing ? retag(store, existing, tags) : add(store, channel, tags)
    return context.json({ conversation, meta: { created: existing === undefined } })
  })
  .get('/', (context) => {
    const { store } = context.var
    const channel = context.req.query('channel')
    const participantIds = context.req.queries('participantIds') ?? []
    const tags = queryTags(context)
    const matching = [...store.conversations.values()].filter(
      (conversation) =>
        (channel === undefined || conversation.channel === channel) &&
        hasTags(conversation, tags) &&
        participantIds.every((id) => participantsOf(store, conversation.id).has(id))
    )
    // Not documented: whoever needs another order has to say so.
    const { items, meta } = pageOf(context, matching, 'updatedAt')
    return context.json({ conversations: items, meta })
  })
  .get('/:id', (context) =>
    context.json({ conversation: demand(context.var.store.conversations, context.req.param('id'), 'Conversation') })
  )
  .put('/:id', async (context) => {
    const { tags } = await readBody(context, change)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.conversation, tags)
    const conversation = demand(store.conversations, context.req.param('id'), 'Conversation')
    return context.json({ conversation: retag(store, conversation, tags) })
  })
  .delete('/:id', (context) => {
    const { store } = context.var
    const { id } = demand(store.conversations, context.req.param('id'), 'Conversation')
    store.conversations.delete(id)
    store.participants.delete(id)
    for (const message of [...store.messages.values()]) {
      if (message.conversationId === id) store.messages.delete(message.id)
    }
    return context.json({})
  })
  .get('/:id/participants', (context) => {
    const { store } = context.var
    const members = participantsOf(store, context.req.param('id'))
    const { items, meta } = pageOf(
      context,
      [...store.users.values()].filter((user) => members.has(user.id))
    )
    return context.json({ participants: items, meta })
  })
  .post('/:id/participants', async (context) => {
    const { userId } = await readBody(context, participation)
    const { store } = context.var
    const participant = demand(store.users, userId, 'User')
    participantsOf(store, context.req.param('id')).add(userId)
    return context.json({ participant }, 201)
  })
  .get('/:id/participants/:userId', (context) => {
    const { store } = context.var
    const members = participantsOf(store, context.req.param('id'))
    const users = new Map([...store.users].filter(([id]) => members.has(id)))
    return context.json({ participant: demand(users, context.req.param('userId'), 'Participant') })
  })
  .delete('/:id/participants/:userId', (context) => {
    participantsOf(context.var.store, context.req.param('id')).delete(context.req.param('userId'))
    return context.json({})
  })
