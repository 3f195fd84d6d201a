import { setTimeout as sleep } from 'node:timers/promises'
import type { Handling } from '../botpress'
import { reasonOf } from '../problems'
import { inOrder } from '../session/in-order'
import { hasSeenAll, noteSeenAll, orderKey, sessionOf, type ConversationRecord } from '../session/session'
import { catchUp } from '../webhook/catch-up'
import { endSession } from '../webhook/session-end'

/** How long a customer's message waits at most for the look back, in milliseconds. */
const patienceMs = 5_000

/**
 * What the webhook missed is found when the customer next speaks: agents' messages are delivered, and a session that Zendesk
 * ended is ended. Returns why the session is over, or undefined where it is live. Without a call where this process has
 * seen all of the session. What fails is left to the next message and never stands in the way of this one.
 */
export const lookBack = async (handling: Handling, conversation: ConversationRecord): Promise<string | undefined> => {
  const { ctx, logger } = handling
  const session = sessionOf(ctx, conversation)
  const { suncoConversationId } = session
  if (session.endReason || hasSeenAll(ctx, suncoConversationId)) return session.endReason

  let over: string | undefined
  const looking = inOrder(orderKey(ctx, suncoConversationId), async () => {
    over = await catchUp(handling, session)
    if (over) await endSession(handling, session, over)
  }).catch((error: unknown) => {
    noteSeenAll(ctx, suncoConversationId, false)
    logger.warn(`A session could not be compared with Zendesk (${reasonOf(error)}).`)
  })
  const patience = new AbortController()
  await Promise.race([looking, sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)])
  patience.abort()
  return over ?? session.endReason
}
