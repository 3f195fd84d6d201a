import type { Handling } from '../botpress'
import { withinBudget } from '../deadline'
import { stoppedByBot } from '../handoff/stop-hitl'
import { reasonOf } from '../problems'
import { inOrder } from '../session/in-order'
import {
  beginComparison,
  hasSeenAll,
  noteSeenAll,
  orderKey,
  overBecause,
  sessionOf,
  type ConversationRecord,
  type Session,
} from '../session/session'
import { deliverMissing, findEnd, isControlSettled } from '../webhook/catch-up'
import { endSession } from '../webhook/session-end'

/** How long a customer's message waits at most, in milliseconds. */
export const patienceMs = 5_000

type Found = {
  /** Why the session is over: nothing may be posted any more. */
  over?: string
  /** What can wait until the customer's message is out. */
  rest: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

/**
 * Looks for what the webhook was never told, when the customer speaks: a session that Zendesk ended is ended, and agents'
 * messages that Botpress lacks are delivered. Asks nothing where this process has seen all of the session; else one call
 * before the customer's message and two beside its acknowledgement. What fails is left to the next message.
 */
export const lookBack = async (handling: Handling, conversation: ConversationRecord): Promise<Found> => {
  const { ctx, logger } = handling
  const session = sessionOf(ctx, conversation)
  const { suncoConversationId } = session
  if (session.endReason) return { over: session.endReason, rest: nothing }
  const heard = overBecause(ctx, suncoConversationId)
  // The plugin knows of an end that it asked for itself.
  if (heard === stoppedByBot) return { over: heard, rest: nothing }
  if (!heard && hasSeenAll(ctx, suncoConversationId)) return { rest: nothing }
  const noteCompared = beginComparison(ctx, suncoConversationId)

  const tryTo = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      noteSeenAll(ctx, suncoConversationId, false)
      logger.warn(`A session could not be compared with Zendesk (${reasonOf(error)}).`)
      return undefined
    }
  }
  const inTurn = (work: (session: Session) => Promise<void>) => (): Promise<void> =>
    tryTo(() => inOrder(orderKey(ctx, suncoConversationId), () => work(sessionOf(ctx, conversation))))

  const control = heard
    ? { over: heard }
    : await tryTo(() => withinBudget(patienceMs, () => findEnd(handling, session)))
  if (!control) return { rest: nothing }
  const { over } = control
  if (over) await inTurn((current) => endSession(handling, current, over))()
  return {
    over,
    rest: inTurn(async (current) => {
      if (current.endReason) return
      await deliverMissing(handling, current)
      if (isControlSettled(current)) noteCompared()
    }),
  }
}
