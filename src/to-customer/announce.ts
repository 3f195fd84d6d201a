import type { HandlerContext } from '../botpress'
import { withClaim } from '../session/claim'
import { createHitlEvent, listHitlEvents } from '../session/hitl-event'
import type { Session } from '../session/note'

/**
 * Opens an agent's turn: tells the plugin who speaks from now on, and brings the turn's first message, in one claim. So the
 * message that is there says that its agent was announced, however many processes have found out that it is to be told.
 * @param opening Sunco id of the first message
 * @param bring creates that message
 */
export const openTurn = (
  { client }: HandlerContext,
  { conversationId }: Session,
  user: Promise<string>,
  opening: string,
  bring: (userId: string) => Promise<void>
): Promise<void> => {
  const isThere = async (): Promise<boolean> =>
    (await client.listMessages({ conversationId, tags: { id: opening } })).messages.length > 0
  const isAnnounced = async (): Promise<boolean> =>
    (await listHitlEvents(client, 'hitlAssigned', conversationId)).at(-1)?.userId === (await user)
  return withClaim({
    context: { client },
    conversationId,
    subject: opening,
    isDone: isThere,
    effect: async (wasLeftHalfway) => {
      const userId = await user
      if (!wasLeftHalfway || !(await isAnnounced())) {
        await createHitlEvent(client, { type: 'hitlAssigned', payload: { conversationId, userId } }, isAnnounced)
      }
      await bring(userId)
    },
  })
}
