import type { HandlerContext } from '../botpress'
import { withClaim } from '../session/claim'
import { createHitlEvent, listHitlEvents } from '../session/hitl-event'
import type { Session } from '../session/note'

/**
 * Opens an agent's turn: tells the plugin who speaks from now on, and brings the turn's first message, in one claim. So the
 * message that is there says that its agent was announced, however many processes have found out that it is to be told.
 * @param opening Sunco id of the first message
 * @param bring creates that message, and returns when it was created, as an ISO date; so does this
 */
export const openTurn = async (
  { client }: HandlerContext,
  { conversationId }: Session,
  user: Promise<string>,
  opening: string,
  bring: (userId: string) => Promise<string>
): Promise<string> => {
  let createdAt = ''
  const isThere = async (): Promise<boolean> => {
    const { messages } = await client.listMessages({ conversationId, tags: { id: opening } })
    createdAt = messages[0]?.createdAt ?? ''
    return messages.length > 0
  }
  const isAnnounced = async (): Promise<boolean> =>
    (await listHitlEvents(client, 'hitlAssigned', conversationId)).at(-1)?.userId === (await user)
  await withClaim({
    context: { client },
    conversationId,
    subject: opening,
    isDone: isThere,
    effect: async (wasLeftHalfway) => {
      const userId = await user
      if (!wasLeftHalfway || !(await isAnnounced())) {
        await createHitlEvent(client, { type: 'hitlAssigned', payload: { conversationId, userId } }, isAnnounced)
      }
      createdAt = await bring(userId)
    },
  })
  return createdAt
}
