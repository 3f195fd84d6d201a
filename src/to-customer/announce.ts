import type { HandlerContext } from '../botpress'
import { withClaim } from '../session/claim'
import { createHitlEvent, listHitlEvents } from '../session/hitl-event'
import type { Session } from '../session/note'

/**
 * Tells the plugin who speaks from now on, once, however many processes have found out that it is to be told.
 * @param userId Botpress user of the agent
 * @param opening Sunco id of the message that opens the agent's turn
 */
export const announce = (
  context: HandlerContext,
  { conversationId }: Session,
  userId: Promise<string>,
  opening: string
): Promise<void> => {
  const { client } = context
  const isDone = async (): Promise<boolean> => {
    const events = await listHitlEvents(client, 'hitlAssigned', conversationId)
    return events.at(-1)?.userId === (await userId)
  }
  return withClaim({
    context,
    conversationId,
    subject: opening,
    isDone,
    effect: async () =>
      createHitlEvent(client, { type: 'hitlAssigned', payload: { conversationId, userId: await userId } }, isDone),
  })
}
