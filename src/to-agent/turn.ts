import type { HandlerContext } from '../botpress'
import type { OpenInstallation } from '../installation/open'
import { pause, withinBudget } from '../platform/deadline'
import { reasonOf } from '../platform/failure'
import { sideBySide } from '../platform/side-by-side'
import { findEnd } from '../reconcile/control'
import type { Session } from '../session/note'
import { findOnTheirWay, findPostedAmong, longestWaitMs, type Before } from './earlier'

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
    const leftMs = Math.max(1, until - Date.now())
    const [onTheirWay, over] = await sideBySide([
      orNothing(context, leftMs, [], () => findOnTheirWay(context, session.conversationId, message)),
      isFromCustomer ? orNothing(context, leftMs, undefined, () => findEnd(context, opened, session)) : undefined,
    ])
    if (over || onTheirWay.length === 0 || Date.now() >= until) return { over }
    if (looks % looksBeforeAskingSunco === 0) {
      const posted = await orNothing(context, leftMs, new Set<string>(), () =>
        findPostedAmong(opened.sunco, session.suncoConversationId, onTheirWay)
      )
      if (onTheirWay.every((id) => posted.has(id))) return { over }
    }
    await pause(Math.min(lookMs, leftMs))
  }
}

const orNothing = async <T>(
  { logger }: HandlerContext,
  withinMs: number,
  nothing: T,
  look: () => Promise<T>
): Promise<T> => {
  try {
    return await withinBudget(withinMs, look)
  } catch (error) {
    logger.warn(`A message goes out without a look at what is before it (${reasonOf(error)}).`)
    return nothing
  }
}
