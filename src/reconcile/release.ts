import type { HandlerContext } from '../botpress'
import type { OpenInstallation } from '../installation/open'
import type { EndReason } from '../session/end-reason'
import { markMove } from '../session/mark'
import type { Session } from '../session/note'
import { endTags, noLongerLive } from '../session/tags'
import { isGone } from '../sunco/error'

/**
 * Releases a session that the plugin knows nothing of any more, so that the agent's ticket does not look live. A process died
 * over handing the customer over, or over taking them back.
 * @param at when it ended, in milliseconds since 1970, where that is known
 */
export const releaseSession = async (
  { client }: HandlerContext,
  { sunco }: OpenInstallation,
  { conversationId, suncoConversationId }: Session,
  endReason: EndReason,
  at?: number
): Promise<void> => {
  await sunco.releaseControl(suncoConversationId, markMove('release')).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  await client.updateConversation({ id: conversationId, tags: { ...endTags(endReason, at), ...noLongerLive } })
}
