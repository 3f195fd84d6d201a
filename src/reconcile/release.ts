import type { HandlerContext } from '../botpress'
import type { EndReason } from '../events/decide'
import type { OpenInstallation } from '../installation/open'
import { markMove } from '../session/mark'
import type { Session } from '../session/note'
import { noLongerLive } from '../session/tags'
import { isGone } from '../sunco/error'

/**
 * Releases a session that the plugin knows nothing of any more, so that the agent's ticket does not look live. A process died
 * over handing the customer over, or over taking them back.
 */
export const releaseSession = async (
  { client }: HandlerContext,
  { sunco }: OpenInstallation,
  { conversationId, suncoConversationId }: Session,
  endReason: EndReason
): Promise<void> => {
  await sunco.releaseControl(suncoConversationId, markMove('release')).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  await client.updateConversation({ id: conversationId, tags: { endReason, ...noLongerLive } })
}
