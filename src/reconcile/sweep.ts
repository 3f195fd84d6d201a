import type { HandlerContext } from '../botpress'
import { openFor, type OpenInstallation } from '../installation/open'
import { keepPlace } from '../installation/state'
import { reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import { whileTime } from '../platform/while-time'
import { toEndReason } from '../session/end-reason'
import { newestFirst } from '../session/find'
import { isUnfinished, releaseDue, sessionOf, type ConversationRecord } from '../session/tags'
import { offerToUs, readStanding } from './control'
import { endSession } from './end'
import { bringMissing, findMissing } from './missing'
import { release, releaseSession } from './release'

/** Time for one run, in milliseconds: `register` has other things to do. */
const budgetMs = 20_000
/** No further sessions are begun when less than this is left, in milliseconds. */
const reserveMs = 8_000
/** A younger session is still beginning, in milliseconds. */
const youngMs = 30_000

/**
 * Looks at live sessions for what the webhook was never told: ends those that Zendesk ended, brings what agents said in
 * the others, and sees to it that the webhook is told from now on. One page of sessions at most per run, the newest
 * first; the next run goes on where this one stopped. It writes nothing where all is well. Failures are logged: the
 * next run tries again.
 */
export const sweepSessions = async (context: HandlerContext, opened: OpenInstallation): Promise<void> => {
  const { reconciledUntil } = opened.installation
  try {
    const sweeping = within(context, budgetMs)
    const next = await sweepPage(sweeping, openFor(sweeping, opened), reconciledUntil)
    await keepPlace(context, opened.installation, { reconciledUntil: next })
  } catch (error) {
    context.logger.warn(`Live sessions could not be compared with Zendesk (${reasonOf(error)}).`)
  }
}

/** Returns where the next run begins: the creation date of the last session looked at, or undefined for the newest. */
const sweepPage = async (
  context: HandlerContext,
  opened: OpenInstallation,
  beforeDate: string | undefined
): Promise<string | undefined> => {
  const { conversations, meta } = await context.client.listConversations({
    channel: 'hitl',
    tags: { live: 'true' },
    ...newestFirst,
    ...(beforeDate && { beforeDate }),
  })
  const oldEnough = conversations.filter(({ createdAt }) => Date.now() - Date.parse(createdAt) > youngMs)
  const count = await whileTime(context.deadline, reserveMs, oldEnough, (found) => tryToSweep(context, opened, found))
  if (count < oldEnough.length) return oldEnough[count - 1]?.createdAt ?? beforeDate
  return meta.nextToken ? conversations.at(-1)?.createdAt : undefined
}

const tryToSweep = async (
  context: HandlerContext,
  opened: OpenInstallation,
  found: ConversationRecord
): Promise<void> => {
  try {
    await sweepSession(context, opened, found)
  } catch (error) {
    context.logger.warn(`A session could not be compared with Zendesk (${reasonOf(error)}).`)
  }
}

const sweepSession = async (
  context: HandlerContext,
  opened: OpenInstallation,
  found: ConversationRecord
): Promise<void> => {
  const session = sessionOf(found)
  if (!session) return
  const { endReason, endedAt, stopDue } = found.tags
  const at = Date.parse(endedAt ?? '') || undefined
  if (stopDue === releaseDue.stopDue) return releaseSession(context, opened, session, 'handoffFailed')
  if (stopDue) {
    await release(opened, session)
    return endSession(context, session, 'stopHitl', at)
  }
  if (endReason === 'stopHitl') return releaseSession(context, opened, session, 'stopHitl', at)
  if (endReason) return endSession(context, session, toEndReason(endReason), at)
  const { over, lacksNote, isUnheard } = await readStanding(context, opened, session)
  if (over) return endSession(context, session, over)
  if (lacksNote && isUnfinished(found)) return releaseSession(context, opened, session, 'handoffFailed')
  await sideBySide([
    findMissing(context, session).then((missing) => bringMissing(context, session, missing)),
    // An admin took this installation off the switchboard, and it was put back in another place; or the offer failed.
    isUnheard && offerToUs(opened, session),
  ])
}
