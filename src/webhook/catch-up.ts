import type { Handling } from '../botpress'
import { openInstallation } from '../install/installation'
import { hasSeenAll, noteSeenAll, type Session } from '../session/session'
import { isWorthRedelivering } from '../session/try-later'
import { isGone } from '../sunco/error'
import { applyAgentMessage } from './agent-message'
import { parseMessage, type WebhookMessage } from './batch'
import { takeInMessage } from './intake'

type AgentMessage = Extract<ReturnType<typeof takeInMessage>, { kind: 'agentMessage' }>

/**
 * Delivers, in their order, agents' messages that Sunco has and Botpress lacks: those whose event was put off, came to a
 * process that died, or was given up by Sunco after its fifth attempt. Does nothing where this process has seen all of
 * the session; else two calls, side by side, and one per message that is missing. It looks as far back as the newest
 * page of each side.
 */
export const catchUp = async (handling: Handling, session: Session, startedAt: number): Promise<void> => {
  const { ctx, logger } = handling
  const { suncoConversationId } = session
  if (hasSeenAll(ctx, suncoConversationId)) return
  const missing = await findMissing(handling, session, startedAt)
  for (const { message, agent } of missing) {
    try {
      await applyAgentMessage(handling, session, message, agent)
    } catch (error) {
      if (isWorthRedelivering(error)) throw error
      logger.forBot().error('A message of an agent cannot be delivered.')
    }
  }
  noteSeenAll(ctx, suncoConversationId, true)
}

const findMissing = async (handling: Handling, session: Session, startedAt: number): Promise<AgentMessage[]> => {
  const { conversationId, suncoConversationId } = session
  const { sunco } = await openInstallation(handling)
  const [said, delivered] = await Promise.all([
    sunco.listNewestMessages(suncoConversationId).catch((error: unknown) => {
      if (isGone(error)) return []
      throw error
    }),
    handling.client.listMessages({ conversationId }),
  ])
  const ids = new Set(delivered.messages.flatMap(({ tags }) => tags.id?.split(',') ?? []))
  const messages = said.flatMap((candidate) => parseMessage(candidate) ?? []).sort((a, b) => timeOf(a) - timeOf(b))
  // Where Botpress has more than its newest page, what was said before that page began was delivered long ago. Sunco's
  // time counts: a message may have come to Botpress long after it was said.
  const pageStart = messages.findIndex(({ id }) => ids.has(id))
  return messages
    .slice(delivered.meta.nextToken && pageStart >= 0 ? pageStart : 0)
    .filter(({ id }) => !ids.has(id))
    .map((message) => takeInMessage(suncoConversationId, startedAt, message, { forwardAutomatedMessages: false }))
    .filter((intake): intake is AgentMessage => intake.kind === 'agentMessage')
}

const timeOf = ({ received }: WebhookMessage): number => Date.parse(received ?? '') || 0
