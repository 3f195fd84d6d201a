import { isApiError } from '@botpress/sdk'
import type { Handling } from '../botpress'
import type { Session } from '../session/session'
import { ensureAgentUser, forgetAgentUser } from './agent-user'
import { ensureAnnounced, wasAnyoneAnnounced } from './announce'
import type { WebhookMessage } from './batch'
import { toIncoming } from './content'
import { withReadableMedia } from './readable-media'
import type { Agent } from './speaker'

/**
 * Brings an agent's message to the customer. Found or created by its Sunco id in one call, so that it is there once
 * however often it is delivered. One call from the agent's second message on, four for an agent's first in a session.
 */
export const applyAgentMessage = async (
  handling: Handling,
  session: Session,
  message: WebhookMessage,
  agent: Agent
): Promise<void> => {
  const userId = await ensureAgentUser(handling, agent)
  await ensureAnnounced(handling, session, userId, message)
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
  if (!(await wasAnyoneAnnounced(handling, session))) {
    handling.logger.forBot().info('An automated message came before an agent joined and was not passed on.')
    return
  }
  await createMessage(handling, session, message, await ensureAgentUser(handling, automation))
}

const createMessage = async (
  handling: Handling,
  { conversationId }: Session,
  message: WebhookMessage,
  userId: string
): Promise<void> => {
  const incoming = await withReadableMedia(handling, await toIncoming(message.content), message)
  await handling.client.getOrCreateMessage({
    conversationId,
    userId,
    ...incoming,
    tags: { id: message.id },
    discriminateByTags: ['id'],
  })
}
