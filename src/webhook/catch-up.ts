import type { Handling } from '../botpress'
import { openInstallation } from '../install/installation'
import { reasonOf } from '../problems'
import { hasSeenAll, noteSeenAll, type Session } from '../session/session'
import { isWorthRedelivering } from '../session/try-later'
import { isPassing, isSuncoError } from '../sunco/error'
import { applyAgentMessage, applyAutomatedMessage } from './agent-message'
import { parseMessage, saidAt } from './batch'
import { takeInMessage, type Intake } from './intake'

/**
 * Delivers, in their order, agents' messages that Sunco has and Botpress lacks: those whose event was put off, came to a
 * process that died, or was given up by Sunco after its fifth attempt. Does nothing where this process has seen all of
 * the session; else two calls, side by side, and one per message that is missing. It looks as far back as the newest
 * page of each side.
 */
export const catchUp = async (handling: Handling, session: Session, startedAt: number): Promise<void> => {
  const { ctx } = handling
  const { suncoConversationId } = session
  if (hasSeenAll(ctx, suncoConversationId)) return
  await deliverMissing(handling, session, startedAt)
  noteSeenAll(ctx, suncoConversationId, true)
}

/** The same without regard to what this process has seen: another one may have put something off. */
export const deliverMissing = async (handling: Handling, session: Session, startedAt: number): Promise<void> => {
  for (const intake of await findMissing(handling, session, startedAt)) {
    try {
      if (intake.kind === 'agentMessage') await applyAgentMessage(handling, session, intake.message, intake.agent)
      if (intake.kind === 'automatedMessage') await applyAutomatedMessage(handling, session, intake.message)
    } catch (error) {
      if (isWorthRedelivering(error)) throw error
      handling.logger.forBot().error('A message of an agent cannot be delivered.')
    }
  }
}

/** What Sunco says it has; nothing where it refuses for good, so that the event at hand is not lost with it. */
const listSaid = async ({ logger }: Handling, list: () => Promise<unknown[]>): Promise<unknown[]> => {
  try {
    return await list()
  } catch (error) {
    if (!isSuncoError(error) || isPassing(error)) throw error
    logger.warn(`Earlier messages could not be looked for (${reasonOf(error)}).`)
    return []
  }
}

const findMissing = async (handling: Handling, session: Session, startedAt: number): Promise<Intake[]> => {
  const { client, ctx } = handling
  const { conversationId, suncoConversationId } = session
  const { sunco } = await openInstallation(handling)
  const [said, delivered] = await Promise.all([
    listSaid(handling, () => sunco.listNewestMessages(suncoConversationId)),
    client.listMessages({ conversationId }),
  ])
  const ids = new Set(delivered.messages.flatMap(({ tags }) => tags.id?.split(',') ?? []))
  const messages = said.flatMap((candidate) => parseMessage(candidate) ?? []).sort((a, b) => saidAt(a) - saidAt(b))
  // Where Botpress has more than its newest page, what was said before that page began was delivered long ago. Sunco's
  // time counts: a message may have come to Botpress long after it was said.
  const pageStart = messages.findIndex(({ id }) => ids.has(id))
  const forwardAutomatedMessages = ctx.configuration.forwardAutomatedMessages ?? false
  return messages
    .slice(delivered.meta.nextToken && pageStart >= 0 ? pageStart : 0)
    .filter(({ id }) => !ids.has(id))
    .map((message) => takeInMessage(suncoConversationId, startedAt, message, { forwardAutomatedMessages }))
}
