import { shownControl } from './control-change'
import type { AppState, Control, Conversation, SuncoMessage, SwitchboardIntegration, User, UserView } from './state'

export const truncatedUser: UserView = ({ id, externalId, authenticated }) => ({ id, externalId, authenticated })

export const fullUser: UserView = (user: User) => ({ ...user })

export const activeOf = (app: AppState, conversation: Control): SwitchboardIntegration | undefined =>
  app.switchboardIntegrations.get(conversation.activeId ?? '')

export const pendingOf = (app: AppState, conversation: Control): SwitchboardIntegration | undefined =>
  app.switchboardIntegrations.get(conversation.pendingId ?? '')

const inWebhook = ({ id, name, integrationId, integrationType }: SwitchboardIntegration): object => ({
  id,
  name,
  integrationId,
  integrationType,
})

/** The form of a conversation in events: active and pending are left out where there is none. */
export const truncatedConversation = (
  app: AppState,
  conversation: Conversation,
  control: Control = shownControl(app, conversation)
): Record<string, unknown> => {
  const holder = activeOf(app, control)
  const active = app.turned.has('agentsShown') && holder?.integrationType === 'zd:agentWorkspace' ? undefined : holder
  const pending = app.turned.has('offerShown') ? undefined : pendingOf(app, control)
  return {
    id: conversation.id,
    type: conversation.type,
    ...(Object.keys(conversation.metadata).length > 0 && { metadata: { ...conversation.metadata } }),
    ...(active && { activeSwitchboardIntegration: inWebhook(active) }),
    ...(pending && { pendingSwitchboardIntegration: inWebhook(pending) }),
  }
}

export const fullConversation = (app: AppState, conversation: Conversation): Record<string, unknown> => {
  const { isDefault, displayName, description, iconUrl, lastUpdatedAt, createdAt } = conversation
  return {
    ...truncatedConversation(app, conversation),
    isDefault,
    displayName,
    description,
    iconUrl,
    lastUpdatedAt,
    createdAt,
  }
}

/** The webhook's form of a message: as in the API, and the author's user along with it. */
export const messageInWebhook = (app: AppState, message: SuncoMessage, viewUser: UserView): object => {
  const user = app.users.get(message.author.userId ?? '')
  return { ...message, author: { ...message.author, ...(user && { user: viewUser(user) }) } }
}
