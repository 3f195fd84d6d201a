import type { HandlerContext } from '../botpress'
import type { OpenInstallation } from '../installation/open'
import { pause, withinBudget } from '../platform/deadline'
import { reasonOf } from '../platform/failure'
import { sideBySide } from '../platform/side-by-side'
import { findEnd } from '../reconcile/control'
import type { Session } from '../session/note'
import { findOnTheirWay, findPostedAmong, type Before } from './earlier'

/** However many messages are before it, a message does not wait longer, in milliseconds. */
const longestWaitMs = 20_000
/** A look that takes longer, in milliseconds, says nothing. */
const lookTakesMs = 5_000
/** Between two looks, in milliseconds. */
const lookMs = 100
/** After so many looks in vain, an acknowledgement may have got lost: Sunco is asked as well. */
const looksBeforeAskingSunco = 4

export type Turn = {
  /** Why the session is over: nothing may be posted any more. */
  over?: string
}

type TurnOptions = {
  context: HandlerContext
  opened: OpenInstallation
  session: Session
  message: Before
  /** A notice of the bot's opens no ticket: it need not know who holds control. */
  isFromCustomer: boolean
}

/**
 * Waits until it is a message's turn: what the customer said before it is in Zendesk, refused, or given up. One round trip
 * as a rule, which also says whether the session is over; more while earlier messages are on their way. What cannot be
 * found out does not keep the message back.
 */
export const waitForTurn = async (options: TurnOptions): Promise<Turn> => {
  const { context, opened, session, message, isFromCustomer } = options
  const until = Date.now() + longestWaitMs
  for (let looks = 1; ; looks++) {
    const [onTheirWay, over] = await sideBySide([
      orNothing(context, [], () => findOnTheirWay(context, session.conversationId, message)),
      isFromCustomer ? orNothing(context, undefined, () => findEnd(context, opened, session)) : undefined,
    ])
    if (over || onTheirWay.length === 0 || Date.now() >= until) return { over }
    if (looks % looksBeforeAskingSunco === 0) {
      const posted = await orNothing(context, new Set<string>(), () =>
        findPostedAmong(opened.sunco, session.suncoConversationId, onTheirWay)
      )
      if (onTheirWay.every((id) => posted.has(id))) return { over }
    }
    await pause(lookMs)
  }
}

const orNothing = async <T>({ logger }: HandlerContext, nothing: T, look: () => Promise<T>): Promise<T> => {
  try {
    return await withinBudget(lookTakesMs, look)
  } catch (error) {
    logger.warn(`A message goes out without a look at what is before it (${reasonOf(error)}).`)
    return nothing
  }
}
