import type { HandlerContext } from '../botpress'
import type { OpenInstallation } from '../installation/open'
import type { EndReason } from '../session/end-reason'
import { markMove } from '../session/mark'
import type { Session } from '../session/note'
import { endTags, noLongerLive } from '../session/tags'
import { isGone } from '../sunco/error'

/** Releases control, which works whoever holds it. */
export const release = async (
  { sunco }: OpenInstallation,
  { suncoConversationId }: Pick<Session, 'suncoConversationId'>
): Promise<void> => {
  try {
    await sunco.releaseControl(suncoConversationId, markMove('release'))
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/**
 * Releases a session that the plugin knows nothing of any more, so that the agent's ticket does not look live. A
 * process died over handing the customer over, or over taking them back.
 * @param at when it ended, in milliseconds since 1970, where that is known
 */
export const releaseSession = async (
  { client }: HandlerContext,
  opened: OpenInstallation,
  session: Session,
  endReason: EndReason,
  at?: number
): Promise<void> => {
  await release(opened, session)
  await client.updateConversation({ id: session.conversationId, tags: { ...endTags(endReason, at), ...noLongerLive } })
}
