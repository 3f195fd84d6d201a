import { Hono } from 'hono'
import { z } from 'zod'
import { deleteAttachmentOf } from './attachments'
import { contentField, toStored } from './content'
import { changeControl } from './control-change'
import { defaultHolder } from './conversations'
import { ApiError, bodyOf, notFound, type ApiEnv } from './errors'
import { metadataField, uriField } from './fields'
import { findConversation, findUser } from './lookup'
import { pageOf } from './paging'
import { newId, now, type AppState, type Author, type Conversation, type SuncoMessage, type World } from './state'
import { recordMessage } from './tickets'
import { activeOf, messageInWebhook, truncatedConversation } from './views'

const authorField = z.object({
  type: z.enum(['user', 'business']),
  // `agent` and `bot` are "available in responses only".
  subtypes: z.tuple([z.enum(['AI', 'activity'])]).optional(),
  userId: z.string().optional(),
  userExternalId: z.string().optional(),
  displayName: z.string().optional(),
  avatarUrl: uriField.optional(),
})

const postBody = z.object({
  author: authorField,
  content: contentField,
  destination: z.union([z.object({ integrationId: z.string() }), z.object({ integrationType: z.string() })]).optional(),
  metadata: metadataField,
})

/** Stores a message whoever wrote it, tells the webhooks, and lets Agent Workspace open or continue its ticket. */
export const addMessage = (
  world: World,
  app: AppState,
  conversation: Conversation,
  draft: Omit<SuncoMessage, 'id' | 'received'>
): SuncoMessage => {
  const message: SuncoMessage = { id: newId(), received: now(), ...draft }
  // With nobody in control the next activity selects the default again; no passControl event is documented for it.
  if (message.author.type === 'user' && !activeOf(app, conversation)) {
    changeControl(conversation, { activeId: defaultHolder(app), pendingId: conversation.pendingId })
    conversation.openingMetadata = undefined
  }
  conversation.messages.push(message)
  conversation.lastUpdatedAt = message.received
  world.emit(app, {
    type: 'conversation:message',
    payload: (viewUser) => ({
      conversation: truncatedConversation(app, conversation),
      message: messageInWebhook(app, message, viewUser),
    }),
    conversation,
  })
  recordMessage(app, conversation, message)
  return message
}

const authorOf = (app: AppState, conversation: Conversation, posted: z.output<typeof authorField>): Author => {
  const { userId, userExternalId, ...rest } = posted
  if (rest.type === 'business') return rest
  const wanted = userId ?? userExternalId
  if (userExternalId !== undefined && app.turned.has('authorByExternalId'))
    throw new ApiError(400, 'author: userId is required')
  if (wanted === undefined) throw new ApiError(400, 'author: userId or userExternalId is required')
  const user = findUser(app, wanted)
  if (!conversation.participants.includes(user.id)) throw new ApiError(400, 'author: not a participant')
  const { givenName, surname, avatarUrl } = user.profile
  const displayName = [givenName, surname].filter(Boolean).join(' ')
  return {
    userId: user.id,
    ...(displayName && { displayName }),
    ...(avatarUrl && { avatarUrl }),
    ...rest,
  }
}

export const messageRoutes = (world: World): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  const path = '/conversations/:conversation/messages'
  routes.post(path, async (context) => {
    const app = context.get('app')
    const conversation = findConversation(app, context.req.param('conversation'))
    const { author, content, destination, metadata } = await bodyOf(context, postBody)
    if (conversation.messages.length >= app.messageLimit)
      throw new ApiError(423, `Message limit of ${app.messageLimit} per conversation reached.`)
    // No user of the sandbox has a channel, so that only a silent message has a valid destination.
    if (destination && !('integrationType' in destination && destination.integrationType === 'none'))
      throw new ApiError(400, 'destination: the user has no such client')
    const message = addMessage(world, app, conversation, {
      author: authorOf(app, conversation, author),
      content: toStored(world, app, conversation, content),
      source: { type: 'api:conversations' },
      ...(metadata && { metadata }),
    })
    return context.json({ messages: [message] }, 201)
  })
  routes.get(path, (context) => {
    const app = context.get('app')
    const { messages } = findConversation(app, context.req.param('conversation'))
    const { items, ...rest } = pageOf(context, messages, { newestFirst: true })
    const hidden = app.turned.has('messageListed') && { metadata: undefined }
    return context.json({ messages: items.map((item) => ({ ...item, ...hidden })), ...rest })
  })
  routes.delete(path, (context) => {
    const app = context.get('app')
    for (const message of findConversation(app, context.req.param('conversation')).messages.splice(0))
      deleteAttachmentOf(app, message)
    return context.json({})
  })
  routes.delete(`${path}/:message`, (context) => {
    const app = context.get('app')
    const { messages } = findConversation(app, context.req.param('conversation'))
    const index = messages.findIndex(({ id }) => id === context.req.param('message'))
    if (index < 0) throw notFound('message_not_found', 'Message')
    for (const message of messages.splice(index, 1)) deleteAttachmentOf(app, message)
    return context.json({})
  })
  return routes
}
