import type { Handling } from '../botpress'
import { createHitlEvent, listHitlEvents } from '../session/event'
import { once } from '../session/once'
import type { Session } from '../session/session'
import { deliverMissing } from './catch-up'
import type { EndReason } from './intake'

/**
 * Gives the customer back to the bot: one `hitlStopped` per session, by however many events its end is reported. What was
 * said before goes first, whoever put it off: nothing can be said afterwards. The reason is kept in the conversation's tag
 * `endReason`, which marks the session as over.
 */
export const endSession = async (handling: Handling, session: Session, reason: EndReason): Promise<void> => {
  if (session.endReason) return
  await deliverMissing(handling, session)
  const { client } = handling
  const { conversationId } = session
  const isStopped = async (): Promise<boolean> =>
    (await listHitlEvents(client, 'hitlStopped', conversationId)).length > 0
  await once({
    client,
    conversationId,
    name: 'ending',
    subject: 'end',
    isDone: isStopped,
    effect: () => createHitlEvent(client, 'hitlStopped', { conversationId }, isStopped),
  })
  await client.updateConversation({ id: conversationId, tags: { endReason: reason } })
  session.endReason = reason
}
