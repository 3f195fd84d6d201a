import type { HandlerContext } from '../botpress'
import { openFor, type OpenInstallation } from '../installation/open'
import { reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import { offerToUs, readStanding, type Standing } from '../reconcile/control'
import type { EndReason } from '../session/end-reason'
import type { Session } from '../session/note'
import { findOnTheirWay, findPostedAmong, type Before } from '../session/on-their-way'

/** However many messages are before it, a message does not wait longer, in milliseconds. */
const longestTurnMs = 20_000
/** A look that takes longer, in milliseconds, says nothing. */
const lookTakesMs = 5_000
/** A message does not wait longer for an offer of control that is made again, in milliseconds. */
const offerTakesMs = 1_000
/** Pauses between looks, in milliseconds: each longer than the one before, since many messages may be waiting. */
const firstPauseMs = 80
const longestPauseMs = 600
/** After so many looks in vain, an acknowledgement may have got lost: Sunco is asked as well. */
const looksBeforeAskingSunco = 4
/** Who holds control is asked again before a post where the last look is older, in milliseconds. */
const freshMs = 1_000

/** The session is over: nothing of the customer's may be posted any more, since it would open another ticket. */
export class SessionOver extends Error {
  public override readonly name = 'SessionOver'
  public constructor(public readonly reason: EndReason) {
    super('the session is over')
  }
}

type TurnOptions = {
  context: HandlerContext
  opened: OpenInstallation
  session: Session
  message: Before
  /** A notice of the bot's opens no ticket: it need not know who holds control. */
  isFromCustomer: boolean
}

export type Turn = {
  /** Whether others went first. */
  hasWaited: boolean
  /** Looks again where the last look is not fresh. Rejects with {@link SessionOver}. */
  check: () => Promise<void>
}

/**
 * Waits until it is a message's turn: what the customer said before it is in Zendesk, refused, or given up. Finds out
 * as well whether the session is over, and looks again while earlier messages are on their way. What cannot be found
 * out does not keep the message back. Rejects with {@link SessionOver}.
 */
export const waitForTurn = async ({
  context,
  opened,
  session,
  message,
  isFromCustomer,
}: TurnOptions): Promise<Turn> => {
  let lookedAt = 0
  const refuseIfOver = async (): Promise<Standing> => {
    if (!isFromCustomer) return {}
    const standing = await orNothing<Standing>(context, 'Whether the session is over', {}, (brief) =>
      readStanding(brief, openFor(brief, opened), session)
    )
    lookedAt = Date.now()
    if (standing.over) throw new SessionOver(standing.over)
    return standing
  }
  /** An agent whom nobody hears would wait for the hourly check. Best effort. */
  const offerIfUnheard = async ({ isUnheard }: Standing): Promise<void> => {
    if (!isUnheard) return
    await offerToUs(openFor(within(context, offerTakesMs), opened), session).catch((error: unknown) =>
      context.logger.warn(`The events of a session could not be asked for (${reasonOf(error)}).`)
    )
  }
  /** Those that turned out to be in Zendesk, their acknowledgement late or lost. */
  const posted = new Set<string>()
  const findEarlier = async (): Promise<string[]> => {
    const ids = await orNothing(context, 'What is before it', [], (brief) =>
      findOnTheirWay(brief, session.conversationId, message)
    )
    return ids.filter((id) => !posted.has(id))
  }

  const until = Date.now() + longestTurnMs
  let [earlier] = await sideBySide([findEarlier(), refuseIfOver().then(offerIfUnheard)])
  const hasWaited = earlier.length > 0
  for (let looks = 1; earlier.length > 0 && Date.now() < until; looks++) {
    await context.deadline.pause(Math.min(firstPauseMs * 1.4 ** (looks - 1), longestPauseMs))
    earlier = await findEarlier()
    if (earlier.length > 0 && looks % looksBeforeAskingSunco === 0) {
      const waitedFor = earlier
      const found = await orNothing(context, 'What is in Zendesk', [], (brief) =>
        findPostedAmong(openFor(brief, opened).sunco, session.suncoConversationId, waitedFor)
      )
      for (const id of found) posted.add(id)
      earlier = earlier.filter((id) => !posted.has(id))
    }
  }
  const check = async (): Promise<void> => {
    if (Date.now() - lookedAt > freshMs) await refuseIfOver()
  }
  return { hasWaited, check }
}

/** @param what is looked for, for the log */
const orNothing = async <T>(
  context: HandlerContext,
  what: string,
  nothing: T,
  look: (brief: HandlerContext) => Promise<T>
): Promise<T> => {
  try {
    return await look(within(context, lookTakesMs))
  } catch (error) {
    context.logger.warn(`${what} could not be found out before a message (${reasonOf(error)}).`)
    return nothing
  }
}
