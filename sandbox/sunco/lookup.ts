import { notFound } from './errors'
import type { AppState, Conversation, User } from './state'

export const findUser = (app: AppState, idOrExternalId: string): User => {
  const user =
    app.users.get(idOrExternalId) ?? [...app.users.values()].find(({ externalId }) => externalId === idOrExternalId)
  if (!user) throw notFound('user_not_found', 'User')
  return user
}

export const findConversation = (app: AppState, id: string): Conversation => {
  const conversation = app.conversations.get(id)
  const code = app.turned.has('unknownNamed') ? 'no_such_resource' : 'conversation_not_found'
  if (!conversation) throw notFound(code, 'Conversation')
  return conversation
}
