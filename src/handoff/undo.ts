import type { HandlerContext } from '../botpress'
import { openFor, type OpenInstallation } from '../installation/open'
import { reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import { markMove } from '../session/mark'
import { undoneMetadata } from '../session/note'
import { endTags, leftBehindTags, noLongerLive, releaseDue } from '../session/tags'
import { isGone } from '../sunco/error'
import type { Conversation } from '../sunco/types'

export type Undo = {
  conversation: Conversation
  startedAt: number
  /** Before a ticket can exist, the conversation is removed again; afterwards control is released. */
  ticketMayExist: boolean
  /** Botpress id of the session's conversation, where it was made. */
  botpressConversationId?: string
}

/** The rest of the time is for Botpress, which has to be told what could not be done in this, in milliseconds. */
const takeBackMs = 6_000

/**
 * Takes a handoff back that failed. Best effort: what fails here is logged, since the failure that led here is what the
 * bot builder has to hear of. A user's first conversation is the default one, which Sunco never deletes; its messages
 * it does.
 */
export const undo = async (
  context: HandlerContext,
  opened: OpenInstallation,
  { conversation, startedAt, ticketMayExist, botpressConversationId }: Undo
): Promise<void> => {
  const { client, ctx, logger } = context
  const { sunco } = openFor(within(context, takeBackMs), opened)
  const { id, isDefault } = conversation
  // Nobody need wait for a session whose conversation bears this mark.
  const mark = (): Promise<unknown> =>
    sunco.updateConversation(id, undoneMetadata(ctx, id, startedAt)).catch(() => undefined)
  const takeBack = async (): Promise<void> => {
    if (!ticketMayExist) {
      await mark()
      await (isDefault ? sunco.deleteMessages(id) : sunco.deleteConversation(id))
    }
    if (ticketMayExist || isDefault) await sunco.releaseControl(id, markMove('release'))
    // Before control is released, whoever hears of a live ticket has to release it.
    if (ticketMayExist) await mark()
  }
  const noteEnd = async (): Promise<unknown> =>
    botpressConversationId &&
    client.updateConversation({
      id: botpressConversationId,
      tags: { ...endTags('handoffFailed'), ...noLongerLive },
    })
  /** Where Botpress has no conversation, one is made: by it the hourly check finds the ticket. */
  const noteDue = async (): Promise<unknown> => {
    if (botpressConversationId) return client.updateConversation({ id: botpressConversationId, tags: releaseDue })
    if (!ticketMayExist) return undefined
    return client.getOrCreateConversation({
      channel: 'hitl',
      tags: leftBehindTags(id, startedAt),
      discriminateByTags: ['id'],
    })
  }
  try {
    await takeBack()
  } catch (error) {
    if (!isGone(error)) {
      logger.forBot().error(`A handoff that failed left a conversation behind: ${reasonOf(error)}`)
      await noteDue().catch(() => undefined)
      return
    }
  }
  await noteEnd().catch(() => undefined)
}
