import type { HandlerContext } from '../botpress'
import type { AgentMessage, AutomatedMessage, SpokenMessage } from '../events/decide'
import type { WebhookMessage } from '../events/parse'
import type { Agent } from '../events/speaker'
import { isMissing, isTransient, reasonOf } from '../platform/failure'
import { sideBySide } from '../platform/side-by-side'
import type { Session } from '../session/note'
import { ensureAgentUser, profileOf } from './agent'
import { openTurn } from './announce'
import { cannotBeShown, toIncoming, type Incoming } from './content'
import { withReadableMedia } from './media'

/** The agent whose message the customer got last, as that message's tags say. */
export type LastAgent = {
  agentId: string
  profile?: string
  userId: string
  /** When that message was created in Botpress, as an ISO date. */
  at: string
}

/** Marks everything that came from Zendesk, so that Botpress can be asked for it alone. */
export const fromZendesk = { from: 'zendesk' } as const

/** A message that is ready to be created. */
type Draft = {
  conversationId: string
  incoming: Incoming
  tags: { id: string; agentId?: string; agentProfile?: string }
}

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
  if (spoken.kind === 'agentMessage') {
    const speaker = await deliverAgents(context, session, spoken, last)
    // One that turned out to be there, from long ago, is not the last that the customer got.
    return last && speaker.at < last.at ? last : speaker
  }
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
  const draft = await draftOf(context, session, message, { agentId: agent.id, agentProfile: profile })
  if (last?.agentId !== agent.id) {
    const user = ensureAgentUser(context, agent)
    const bring = (userId: string): Promise<string> => create(context, draft, userId)
    const [userId, at] = await sideBySide([user, openTurn(context, session, user, message.id, bring)])
    return { agentId: agent.id, profile, userId, at }
  }
  const known = last.profile === profile ? last.userId : await ensureAgentUser(context, agent)
  try {
    const at = await create(context, draft, known)
    return { agentId: agent.id, profile, userId: known, at }
  } catch (error) {
    // Someone deleted the agent's user in Botpress since.
    if (!isMissing(error)) throw error
    const userId = await ensureAgentUser(context, agent)
    const at = await create(context, draft, userId)
    return { agentId: agent.id, profile, userId, at }
  }
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
  const draft = await draftOf(context, session, message, {})
  await create(context, draft, await ensureAgentUser(context, automation))
}

const draftOf = async (
  context: HandlerContext,
  { conversationId }: Session,
  message: WebhookMessage,
  tags: { agentId?: string; agentProfile?: string }
): Promise<Draft> => {
  const incoming = await withReadableMedia(context, await toIncoming(message.content), message)
  return { conversationId, incoming, tags: { id: message.id, ...fromZendesk, ...tags } }
}

/** A message that Botpress refuses for good comes as a line that says so: left out, it would be tried again with each later one. */
const create = async (context: HandlerContext, draft: Draft, userId: string): Promise<string> => {
  try {
    return await store(context, draft, userId)
  } catch (error) {
    if (isTransient(error) || isMissing(error)) throw error
    context.logger.forBot().error(`A message of an agent cannot be shown (${reasonOf(error)}).`)
    return store(context, { ...draft, incoming: cannotBeShown() }, userId)
  }
}

const store = async ({ client }: HandlerContext, draft: Draft, userId: string): Promise<string> => {
  const { conversationId, incoming, tags } = draft
  const created = { conversationId, userId, ...incoming, tags, discriminateByTags: ['id' as const] }
  const { message } = await client.getOrCreateMessage(created)
  return message.createdAt
}
