import type { Actions } from '../botpress'
import { openInstallation } from '../install/installation'
import { problem, reasonOf } from '../problems'
import { inOrder } from '../session/in-order'
import { markMove } from '../session/mark'
import { forgetSession, noteNotOver, noteOver, postKey } from '../session/session'
import { isGone } from '../sunco/error'

/** Value of the tag `endReason` for a session that the bot ended. */
export const stoppedByBot = 'stopHitl'

/**
 * Takes the customer back: releases control, which works whoever holds it, and marks the session as over. A session that
 * is over already is left as it is. Waits for messages on their way in this process, such as the plugin's farewell.
 */
export const stopHitl: Actions['stopHitl'] = async (props) => {
  const { client, input, ctx } = props
  const [{ conversation }, { sunco }] = await Promise.all([
    client.getConversation({ id: input.conversationId }),
    openInstallation(props),
  ])
  const { id: suncoConversationId, endReason } = conversation.tags
  if (!suncoConversationId) throw problem('unknownSession')
  if (endReason) return {}

  await inOrder(postKey(ctx, suncoConversationId), async () => {
    noteOver(ctx, suncoConversationId, stoppedByBot)
    try {
      await sunco.releaseControl(suncoConversationId, markMove('release'))
    } catch (error) {
      if (isGone(error)) return
      noteNotOver(ctx, suncoConversationId)
      throw problem('stopFailed', reasonOf(error))
    }
  })
  await client.updateConversation({ id: conversation.id, tags: { endReason: stoppedByBot } })
  forgetSession(ctx, suncoConversationId)
  return {}
}
