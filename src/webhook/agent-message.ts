import { isApiError } from '@botpress/sdk'
import type { Handling } from '../botpress'
import { createHitlEvent, findNewestEvent } from '../session/event'
import { once } from '../session/once'
import type { Session } from '../session/session'
import { ensureAgentUser, forgetAgentUser } from './agent-user'
import type { WebhookMessage } from './batch'
import { toIncoming } from './content'
import { withReadableMedia } from './readable-media'
import type { Agent } from './speaker'

/**
 * Brings an agent's message to the customer. Found or created by its Sunco id in one call, so that it is there once
 * however often it is delivered. One call from the agent's second message on, four for the first of a session.
 */
export const applyAgentMessage = async (
  handling: Handling,
  session: Session,
  message: WebhookMessage,
  agent: Agent
): Promise<void> => {
  const userId = await ensureAgentUser(handling, agent)
  if (session.agentId !== agent.id) {
    // A late repetition of an earlier agent's message must not announce that agent again.
    if (!session.isNew && (await isDelivered(handling, session, message.id))) return
    await announce(handling, session, agent, userId)
  }
  try {
    await createMessage(handling, session, message, userId)
  } catch (error) {
    if (!isApiError(error) || error.type !== 'ResourceNotFound') throw error
    forgetAgentUser(handling, agent)
    await createMessage(handling, session, message, await ensureAgentUser(handling, agent))
  }
}

/** Speaks for Agent Workspace where no person does; never announced. */
const automation: Agent = { id: 'automation', name: 'Automated message' }

/**
 * Passes on a message that no person wrote. The plugin takes the author of the first message for the agent and stops
 * waiting for one: so nothing is passed on before an agent was announced.
 */
export const applyAutomatedMessage = async (
  handling: Handling,
  session: Session,
  message: WebhookMessage
): Promise<void> => {
  if (!session.agentId && !(await wasAnyoneAnnounced(handling, session))) {
    handling.logger.forBot().info('An automated message came before an agent joined and was not passed on.')
    return
  }
  await createMessage(handling, session, message, await ensureAgentUser(handling, automation))
}

const wasAnyoneAnnounced = async ({ client }: Handling, { conversationId }: Session): Promise<boolean> =>
  (await findNewestEvent(client, 'hitlAssigned', conversationId)) !== undefined

const createMessage = async (
  handling: Handling,
  { conversationId }: Session,
  message: WebhookMessage,
  userId: string
): Promise<void> => {
  const incoming = await withReadableMedia(handling, await toIncoming(message.content), message.id)
  await handling.client.getOrCreateMessage({
    conversationId,
    userId,
    ...incoming,
    tags: { id: message.id },
    discriminateByTags: ['id'],
  })
}

const isDelivered = async ({ client }: Handling, session: Session, messageId: string): Promise<boolean> => {
  const { conversationId } = session
  const { messages } = await client.listMessages({ conversationId, tags: { id: messageId } })
  return messages.length > 0
}

/** Tells the plugin who speaks from now on: once per agent, again when an agent takes over or comes back. */
const announce = async ({ client }: Handling, session: Session, agent: Agent, userId: string): Promise<void> => {
  const { conversationId } = session
  const isDone = async (): Promise<boolean> =>
    (await findNewestEvent(client, 'hitlAssigned', conversationId))?.userId === userId
  await once({
    client,
    conversationId,
    name: 'assignment',
    subject: agent.id,
    isDone,
    effect: () => createHitlEvent(client, 'hitlAssigned', { conversationId, userId }, isDone),
  })
  session.agentId = agent.id
  session.isNew = false
}
