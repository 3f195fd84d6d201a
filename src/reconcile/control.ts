import type { HandlerContext } from '../botpress'
import { endOf } from '../events/decide'
import type { OpenInstallation } from '../installation/open'
import { isTransient, reasonOf } from '../platform/failure'
import type { EndReason } from '../session/end-reason'
import { lacksNote, type Session } from '../session/note'
import { isGone } from '../sunco/error'

/** Control that was passed at a start may still be on its way while a session is this young, in milliseconds. */
const controlSettlesMs = 10_000

export type Standing = {
  /**
   * Why the session is over; undefined while it is live: the conversation is gone, or Agent Workspace holds control no
   * more. In a young session, control that is with another holder may still be on its way; control that nobody holds
   * was released.
   */
  over?: EndReason
  /** Whether the conversation bears no note at all, so that its handoff was not finished, or the note not written. */
  lacksNote?: boolean
  /** Whether control is on offer to nobody or to another one, so that no event of the session comes. */
  isUnheard?: boolean
}

/** How a session stands in Sunco: why it is over, whether it bears a note, whether its events reach us. */
export const readStanding = async (
  { ctx, logger }: HandlerContext,
  { installation, sunco }: OpenInstallation,
  { suncoConversationId, beganAt }: Session
): Promise<Standing> => {
  try {
    const conversation = await sunco.getConversation(suncoConversationId)
    const isYoung = Date.now() - beganAt < controlSettlesMs
    if (isYoung && conversation.activeSwitchboardIntegration) return {}
    return {
      over: endOf(conversation, installation),
      lacksNote: lacksNote(ctx, conversation),
      isUnheard: conversation.pendingSwitchboardIntegration?.id !== installation.switchboardIntegrationId,
    }
  } catch (error) {
    if (isGone(error)) return { over: 'conversationRemoved' }
    if (isTransient(error)) throw error
    logger.warn(`Who holds control could not be found out (${reasonOf(error)}).`)
    return {}
  }
}

/** Offers control to us, which is what makes the events of a session come. */
export const offerToUs = (
  { installation, sunco }: OpenInstallation,
  { suncoConversationId }: Pick<Session, 'suncoConversationId'>
): Promise<void> => sunco.offerControl(suncoConversationId, installation.switchboardIntegrationId)
