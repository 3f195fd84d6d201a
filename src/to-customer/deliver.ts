import type { HandlerContext } from '../botpress'
import type { AgentMessage, AutomatedMessage, SpokenMessage } from '../events/decide'
import type { WebhookMessage } from '../events/parse'
import type { Agent } from '../events/speaker'
import { isMissing } from '../platform/failure'
import { sideBySide } from '../platform/side-by-side'
import type { Session } from '../session/note'
import { ensureAgentUser, profileOf } from './agent'
import { announce } from './announce'
import { toIncoming } from './content'
import { withReadableMedia } from './media'

/** The agent whose message the customer got last, as that message's tags say. */
export type LastAgent = { agentId: string; profile?: string; userId: string }

/** Marks everything that came from Zendesk, so that Botpress can be asked for it alone. */
export const fromZendesk = { from: 'zendesk' } as const

/**
 * Brings one message to the customer, announcing its agent where another one spoke last. Found or created by its Sunco id,
 * so that it is there once however many processes bring it. Returns who has spoken last now.
 */
export const deliver = async (
  context: HandlerContext,
  session: Session,
  spoken: SpokenMessage,
  last: LastAgent | undefined
): Promise<LastAgent | undefined> => {
  if (spoken.kind === 'agentMessage') return deliverAgents(context, session, spoken, last)
  await deliverAutomated(context, session, spoken, last)
  return last
}

const deliverAgents = async (
  context: HandlerContext,
  session: Session,
  { message, agent }: AgentMessage,
  last: LastAgent | undefined
): Promise<LastAgent> => {
  const profile = profileOf(agent)
  const tags = { agentId: agent.id, agentProfile: profile }
  const userId = await readyToSpeak(context, session, message, agent, last)
  try {
    await createMessage(context, session, message, userId, tags)
    return { agentId: agent.id, profile, userId }
  } catch (error) {
    // Someone deleted the agent's user in Botpress since.
    if (!isMissing(error)) throw error
    const again = await ensureAgentUser(context, agent)
    await createMessage(context, session, message, again, tags)
    return { agentId: agent.id, profile, userId: again }
  }
}

/** The Botpress user of an agent who is known to the customer as the one who speaks. */
const readyToSpeak = async (
  context: HandlerContext,
  session: Session,
  message: WebhookMessage,
  agent: Agent,
  last: LastAgent | undefined
): Promise<string> => {
  if (last?.agentId !== agent.id) {
    const user = ensureAgentUser(context, agent)
    const [userId] = await sideBySide([user, announce(context, session, user, message.id)])
    return userId
  }
  return last.profile === profileOf(agent) ? last.userId : ensureAgentUser(context, agent)
}

/** Speaks for Agent Workspace where no person does; never announced. */
const automation: Agent = { id: 'automation', name: 'Automated message' }

/**
 * Passes on a message that no person wrote. The plugin takes the author of the first message for the agent and stops
 * waiting for one: so nothing is passed on before an agent has spoken.
 */
const deliverAutomated = async (
  context: HandlerContext,
  session: Session,
  { message }: AutomatedMessage,
  last: LastAgent | undefined
): Promise<void> => {
  if (!last) {
    context.logger.forBot().info('An automated message came before an agent joined and was not passed on.')
    return
  }
  await createMessage(context, session, message, await ensureAgentUser(context, automation), {})
}

const createMessage = async (
  context: HandlerContext,
  { conversationId }: Session,
  message: WebhookMessage,
  userId: string,
  tags: { agentId?: string; agentProfile?: string }
): Promise<void> => {
  const incoming = await withReadableMedia(context, await toIncoming(message.content), message)
  await context.client.getOrCreateMessage({
    conversationId,
    userId,
    ...incoming,
    tags: { id: message.id, ...fromZendesk, ...tags },
    discriminateByTags: ['id'],
  })
}
