import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { deleteAttachmentOf } from './attachments'
import { ApiError, bodyOf, type ApiEnv } from './errors'
import { displayNameField, metadataField, patchedMetadata, uriField } from './fields'
import { findConversation, findUser } from './lookup'
import { pageOf } from './paging'
import { newId, now, type AppState, type Conversation, type World } from './state'
import { fullConversation, truncatedConversation } from './views'

const updateBody = z.object({
  displayName: displayNameField,
  description: displayNameField,
  iconUrl: uriField.nullish(),
  metadata: metadataField,
})

const participantField = z
  .object({ userId: z.string().optional(), userExternalId: z.string().optional() })
  .refine(
    ({ userId, userExternalId }) => (userId === undefined) !== (userExternalId === undefined),
    'one of userId and userExternalId is required, but not both'
  )

const createBody = updateBody
  .extend({ type: z.enum(['personal', 'sdkGroup']), participants: z.array(participantField).max(10).default([]) })
  .refine(
    ({ type, participants }) => type === 'sdkGroup' || participants.length === 1,
    'a personal conversation has exactly one participant'
  )

const conversationIn = (context: Context<ApiEnv>): Conversation =>
  findConversation(context.get('app'), context.req.param('conversation') ?? '')

/** Id of the switchboard integration that new conversations, and conversations without a holder, are given to. */
export const defaultHolder = (app: AppState): string | undefined => {
  const [switchboard] = app.switchboards.values()
  return switchboard?.enabled ? switchboard.defaultSwitchboardIntegrationId : undefined
}

export const conversationsOf = (app: AppState, userId: string): Conversation[] =>
  [...app.conversations.values()].filter(({ participants }) => participants.includes(userId))

export const removeConversation = (world: World, app: AppState, conversation: Conversation): void => {
  for (const message of conversation.messages) deleteAttachmentOf(app, message)
  app.conversations.delete(conversation.id)
  for (const ticket of app.tickets.filter(({ conversationId }) => conversationId === conversation.id))
    Object.assign(ticket, { sessionActive: false, ended: true })
  world.emit(app, {
    type: 'conversation:remove',
    payload: () => ({ conversation: truncatedConversation(app, conversation) }),
    conversation,
  })
}

const create = (world: World, app: AppState, body: z.output<typeof createBody>): Conversation => {
  const users = body.participants.map(({ userId, userExternalId }) => findUser(app, userId ?? userExternalId ?? ''))
  const mine = users.flatMap(({ id }) => conversationsOf(app, id))
  // The refusal is reported from production (HTTP 400); its code and title are documented nowhere.
  const mayBeSecond = app.multiConvoEnabled !== app.turned.has('multiConvoSetting')
  if (!mayBeSecond && mine.length > 0) throw new ApiError(400, 'Multi-conversations are not enabled for this app')
  const createdAt = now()
  const conversation: Conversation = {
    id: newId(),
    ...body,
    participants: users.map(({ id }) => id),
    isDefault: body.type === 'personal' && !mine.some(({ isDefault }) => isDefault),
    metadata: body.metadata ?? {},
    messages: [],
    activeId: app.turned.has('defaultHolds') ? undefined : defaultHolder(app),
    formerControl: [],
    createdAt,
    lastUpdatedAt: createdAt,
  }
  app.conversations.set(conversation.id, conversation)
  world.emit(app, {
    type: 'conversation:create',
    payload: (viewUser) => ({
      conversation: truncatedConversation(app, conversation),
      creationReason: 'none',
      source: { type: 'api:conversations' },
      ...(body.type === 'personal' && users[0] && { user: viewUser(users[0]) }),
    }),
    conversation,
  })
  return conversation
}

export const conversationRoutes = (world: World): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  routes.post('/conversations', async (context) => {
    const app = context.get('app')
    const conversation = create(world, app, await bodyOf(context, createBody))
    return context.json({ conversation: fullConversation(app, conversation) }, 201)
  })
  routes.get('/conversations', (context) => {
    const app = context.get('app')
    const [id, externalId] = [context.req.query('filter[userId]'), context.req.query('filter[userExternalId]')]
    if ((id === undefined) === (externalId === undefined)) throw new ApiError(400, 'Invalid filter query parameters')
    const { items, ...rest } = pageOf(context, conversationsOf(app, findUser(app, id ?? externalId ?? '').id))
    const hidden = app.turned.has('conversationListed') && { metadata: undefined }
    return context.json({
      conversations: items.map((item) => ({ ...fullConversation(app, item), ...hidden })),
      ...rest,
    })
  })
  routes.get('/conversations/:conversation', (context) =>
    context.json({ conversation: fullConversation(context.get('app'), conversationIn(context)) })
  )
  routes.patch('/conversations/:conversation', async (context) => {
    const conversation = conversationIn(context)
    const { metadataPatch } = context.get('app')
    const { metadata, ...rest } = await bodyOf(context, updateBody)
    Object.assign(conversation, { metadata: patchedMetadata(conversation.metadata, metadata, metadataPatch) }, rest)
    return context.json({ conversation: fullConversation(context.get('app'), conversation) })
  })
  routes.delete('/conversations/:conversation', (context) => {
    const conversation = conversationIn(context)
    if (conversation.isDefault)
      throw new ApiError(400, `Conversation ${conversation.id} cannot be deleted because it is the default.`)
    removeConversation(world, context.get('app'), conversation)
    return context.json({})
  })
  return routes
}
