import type { HandlerContext } from '../botpress'
import { reasonOf } from '../platform/failure'
import { withClaim } from '../session/claim'
import type { EndReason } from '../session/end-reason'
import { createHitlEvent, listHitlEvents } from '../session/hitl-event'
import type { Session } from '../session/note'
import { endTags, isDone, noLongerLive, stillLive } from '../session/tags'
import { longPatienceMs } from '../to-customer/patience'
import { agentTagsLacking } from './delivered'
import { bringMissing, findMissing, type Missing } from './missing'

/** How long the plugin needs to pass a message on, in milliseconds. */
const passingOnTakesMs = 1_000

/**
 * Gives the customer back to the bot: one `hitlStopped` per session, by however many events and processes its end is
 * found out. The tags go first, since the bot's flow wakes up on the event and reads them; then what was said and is
 * missing, since nothing can be said afterwards; and the tag that marks the session as live goes last. So a process
 * that dies in between leaves a session that is over and still live, which the next one that hears of it ends for good.
 * @param at when it ended, in milliseconds since 1970, where that is known: what was said later is left out
 */
export const endSession = async (
  context: HandlerContext,
  session: Session,
  reason: EndReason,
  at?: number
): Promise<void> => {
  const { client, logger } = context
  const { conversationId } = session
  const [found, missing] = await Promise.allSettled([
    client.getConversation({ id: conversationId }),
    findMissing(context, session, { before: at }),
  ])
  if (found.status === 'rejected') throw found.reason
  const { conversation } = found.value
  if (isDone(conversation)) return
  const { endReason, endedAt, stopDue } = conversation.tags
  // The bot is taking the customer back and knows; where it could not, this may be the second try at it.
  if (endReason === 'stopHitl' && !stopDue) return
  const tags = {
    // Sessions of version 1.0 bear no tag `live`: without it, an end that is left halfway would count as done.
    ...(!endReason && { ...endTags(reason, at), ...stillLive }),
    ...(missing.status === 'fulfilled' &&
      agentTagsLacking(conversation, missing.value.delivered, missing.value.messages)),
  }
  if (Object.keys(tags).length > 0) await client.updateConversation({ id: conversationId, tags })
  let newestAt = 0
  try {
    if (missing.status === 'rejected') throw missing.reason
    await bringMissing(context, session, missing.value)
    newestAt = newestIn(missing.value)
  } catch (error) {
    const isLongOver = Date.now() - Date.parse(endedAt ?? '') > longPatienceMs
    if (!isLongOver) throw error
    logger.forBot().error(`What an agent said last could not be delivered (${reasonOf(error)}).`)
  }
  // The plugin works on several things at once: words of just now would come after the end, and be dropped.
  await context.deadline.pause(Math.min(passingOnTakesMs, newestAt + passingOnTakesMs - Date.now()))
  await tell(context, session, () => true)
  await client.updateConversation({ id: conversationId, tags: noLongerLive })
}

/** When Botpress was last given words of Zendesk's, in milliseconds since 1970; 0 where that is not known. */
const newestIn = ({ messages, delivered }: Missing): number =>
  messages.length > 0 ? Date.now() : Date.parse(delivered.newestAt ?? '') || 0

/**
 * Tells the bot of an end once more, unless it was told of it since. The plugin drops what reaches it before it has
 * taken note of a session, and ignores the end of one that is over for it.
 * @param since milliseconds since 1970
 */
export const tellEndAgain = (context: HandlerContext, session: Session, since: number): Promise<void> =>
  tell(context, session, (at) => at > since)

/** @param isThisOne whether an event that was created at that time is the one to create */
const tell = (
  context: HandlerContext,
  { conversationId }: Session,
  isThisOne: (at: number) => boolean
): Promise<void> => {
  const isTold = async ({ client }: HandlerContext): Promise<boolean> => {
    const events = await listHitlEvents(client, 'hitlStopped', conversationId)
    return events.some(({ createdAt }) => isThisOne(Date.parse(createdAt)))
  }
  return withClaim({
    context,
    conversationId,
    subject: 'end',
    isDone: isTold,
    effect: (leased) =>
      createHitlEvent(leased.client, { type: 'hitlStopped', payload: { conversationId } }, () => isTold(leased)),
  })
}
