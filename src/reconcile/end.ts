import type { HandlerContext } from '../botpress'
import { zendeskIdOf } from '../events/speaker'
import { sideBySide } from '../platform/side-by-side'
import { withClaim } from '../session/claim'
import type { EndReason } from '../session/end-reason'
import { createHitlEvent, listHitlEvents } from '../session/hitl-event'
import type { Session } from '../session/note'
import { agentTags, endTags, isDone, noLongerLive } from '../session/tags'
import { bringMissing, findMissing, type Missing } from './missing'

/**
 * Gives the customer back to the bot: one `hitlStopped` per session, by however many events and processes its end is found
 * out. The tags go first, since the bot's flow wakes up on the event and reads them; then what was said and is missing,
 * since nothing can be said afterwards; and the tag that marks the session as live goes last. So a process that dies in
 * between leaves a session that is over and still live, which the next one that hears of it ends for good.
 * @param at when it ended, in milliseconds since 1970, where that is known: what was said later is left out
 */
export const endSession = async (
  context: HandlerContext,
  session: Session,
  reason: EndReason,
  at?: number
): Promise<void> => {
  const { client } = context
  const { conversationId } = session
  const [{ conversation }, missing] = await sideBySide([
    client.getConversation({ id: conversationId }),
    findMissing(context, session, { before: at }),
  ])
  if (isDone(conversation)) return
  const { endReason, agentName } = conversation.tags
  // The bot is taking the customer back and knows.
  if (endReason === 'stopHitl') return
  if (!endReason) {
    // Whoever announced the agent may have died before it was noted.
    const lacking = agentName ? {} : agentTagsOf(missing)
    await client.updateConversation({ id: conversationId, tags: { ...endTags(reason, at), ...lacking } })
  }
  await bringMissing(context, session, missing)
  const isTold = async (): Promise<boolean> => (await listHitlEvents(client, 'hitlStopped', conversationId)).length > 0
  await withClaim({
    context,
    conversationId,
    subject: 'end',
    isDone: isTold,
    effect: () => createHitlEvent(client, { type: 'hitlStopped', payload: { conversationId } }, isTold),
  })
  await client.updateConversation({ id: conversationId, tags: noLongerLive })
}

const agentTagsOf = ({ last, assignedAt }: Missing): Partial<ReturnType<typeof agentTags>> =>
  last?.name ? agentTags({ zendeskId: zendeskIdOf(last.agentId), name: last.name }, assignedAt) : {}
