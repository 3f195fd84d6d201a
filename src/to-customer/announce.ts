import type { HandlerContext } from '../botpress'
import { reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import { withClaim } from '../session/claim'
import { createHitlEvent, listHitlEvents } from '../session/hitl-event'
import type { Session } from '../session/note'
import type { agentTags } from '../session/tags'

/** What an agent says does not wait longer for the note of who speaks, in milliseconds. */
const taggingTakesMs = 1_000

type AgentTags = ReturnType<typeof agentTags>

export type AgentTurn = {
  /** Botpress id of the agent's user. */
  user: Promise<string>
  /** What the conversation's tags say from now on. */
  tags: AgentTags
  /** Sunco id of the turn's first message. */
  opening: string
  /** Creates that message, and returns when it was created, as an ISO date. */
  bring: (userId: string) => Promise<string>
}

/**
 * Opens an agent's turn: tells the plugin who speaks from now on, and brings the turn's first message, in one claim. So
 * the message that is there says that its agent was announced, however many processes have found out that it is to be
 * told. Returns when that message was created, as an ISO date.
 */
export const openTurn = async (
  context: HandlerContext,
  session: Session,
  { user, tags, opening, bring }: AgentTurn
): Promise<string> => {
  const { conversationId } = session
  let createdAt = ''
  const isThere = async ({ client }: HandlerContext): Promise<boolean> => {
    const { messages } = await client.listMessages({ conversationId, tags: { id: opening } })
    createdAt = messages[0]?.createdAt ?? ''
    return messages.length > 0
  }
  const isAnnounced = async ({ client }: HandlerContext): Promise<boolean> =>
    (await listHitlEvents(client, 'hitlAssigned', conversationId)).at(-1)?.payload.userId === (await user)
  await withClaim({
    context,
    conversationId,
    subject: opening,
    isDone: isThere,
    effect: async (leased, wasLeftHalfway) => {
      const userId = await user
      const isTold = wasLeftHalfway && (await isAnnounced(leased))
      const announceAndBring = async (): Promise<void> => {
        const event = { type: 'hitlAssigned', payload: { conversationId, userId } } as const
        if (!isTold) await createHitlEvent(leased.client, event, () => isAnnounced(leased))
        // Its id keeps it from being there twice: it may take longer than the claim holds.
        createdAt = await bring(userId)
      }
      await sideBySide([announceAndBring(), tagAgent(leased, session, tags)])
    },
  })
  return createdAt
}

/** Writes down who speaks, for bot builders, in a second at most. Where it fails, the end makes it good. */
export const tagAgent = async (
  context: HandlerContext,
  { conversationId }: Session,
  tags: AgentTags
): Promise<void> => {
  const { client, logger } = within(context, taggingTakesMs)
  await client
    .updateConversation({ id: conversationId, tags })
    .catch((error: unknown) => logger.warn(`Who speaks could not be noted (${reasonOf(error)}).`))
}
