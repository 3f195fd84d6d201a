import type { HandlerContext } from '../botpress'
import type { Place } from '../events/decide'
import { openInstallation } from '../installation/open'
import { reasonOf, TryLater } from '../platform/failure'
import { release, releaseSession } from '../reconcile/release'
import { findConversation } from '../session/find'
import { lacksNote, noteMetadata, readNote, type Session } from '../session/note'
import { lastStepsTakeMs, noteTakesMs, startTakesAtMostMs } from '../session/start-times'
import { hasBegunLate, isUnfinished, sessionOf, type ConversationRecord } from '../session/tags'
import { isGone } from '../sunco/error'

/** How long to look for a session that is starting before Sunco is asked to deliver again, in milliseconds. */
const lookForMs = 9_000
const lookMs = 250
/** For so long after `startHitl` returned, the HITL plugin still drops what reaches it, in milliseconds. */
const pluginTakesMs = 2_000

type IsWanted = (conversation: ConversationRecord) => boolean

/**
 * The session of an event once the plugin has taken note of it, or undefined where there is nothing to do. Rejects with
 * {@link TryLater} where it is still starting when the time is up.
 * @param isWanted asked where the event bears no note that can be believed
 */
export const findSession = async (
  context: HandlerContext,
  place: Place,
  isWanted: IsWanted
): Promise<Session | undefined> => {
  const session = place.session ?? (await lookUp(context, place, isWanted))
  if (session) await untilKnown(context, session)
  return session
}

/**
 * Waits until the plugin knows of a session that began just now. The note says when `startHitl` was to return; it may
 * have taken longer.
 */
const untilKnown = async ({ client, deadline }: HandlerContext, session: Session): Promise<void> => {
  const waitMs = session.beganAt + pluginTakesMs - Date.now()
  if (waitMs <= 0) return
  // Clocks may differ; the webhook has to be answered in any case.
  await deadline.pause(Math.min(waitMs, noteTakesMs + pluginTakesMs))
  const { conversation } = await client.getConversation({ id: session.conversationId })
  if (!hasBegunLate(conversation)) return
  await deadline.pause(Math.min(Date.parse(conversation.updatedAt) + pluginTakesMs - Date.now(), pluginTakesMs))
}

/** By when the plugin has taken note of a session that is known by its tags alone, since it may be starting. */
const begunBy = ({ beganAt }: Session): number => beganAt + lastStepsTakeMs + pluginTakesMs

/** Waits until then. */
export const untilBegun = (context: HandlerContext, session: Session): Promise<void> =>
  context.deadline.pause(begunBy(session) - Date.now())

/**
 * The slow way, for an event without a note that can be believed: Botpress is asked for the session, which may be
 * starting at this moment, and the note is written again.
 */
const lookUp = async (
  context: HandlerContext,
  { suncoConversationId, startedAt, wasOffered }: Place,
  isWanted: IsWanted
): Promise<Session | undefined> => {
  const until = Date.now() + lookForMs
  for (;;) {
    const conversation = await findConversation(context, suncoConversationId)
    const session = conversation && sessionOf(conversation)
    if (conversation && session) {
      return isWanted(conversation) ? withNote(context, session) : undefined
    }
    if (Date.now() - startedAt > startTakesAtMostMs) break
    if (Date.now() > until) throw new TryLater('the session is still starting')
    await context.deadline.pause(lookMs)
  }
  context.logger.warn('An event of a session that never began was ignored.')
  if (wasOffered) await releaseOffered(context, suncoConversationId)
  return undefined
}

/**
 * `startHitl` writes the note last. While that may be under way, the note says when the session began. Later, the note
 * could not be written, was overwritten, or is from before the key was changed, and is written again; or the process
 * died before it had finished the handoff, and the plugin knows of no session.
 */
const withNote = async (context: HandlerContext, session: Session): Promise<Session | undefined> => {
  const { client, ctx, logger } = context
  const { conversationId, suncoConversationId } = session
  try {
    const opened = await openInstallation(context)
    for (;;) {
      const found = await opened.sunco.getConversation(suncoConversationId)
      const noted = readNote(ctx, found)
      if (noted) return noted
      if (Date.now() >= begunBy(session)) {
        const { conversation } = await client.getConversation({ id: conversationId })
        if (!lacksNote(ctx, found) || !isUnfinished(conversation)) break
        logger.forBot().error('A handoff was not finished: its process died. The ticket was released.')
        await releaseSession(context, opened, session, 'handoffFailed')
        return undefined
      }
      await context.deadline.pause(lookMs)
    }
    await opened.sunco.updateConversation(suncoConversationId, noteMetadata(ctx, session))
  } catch (error) {
    if (!isGone(error)) logger.warn(`A session's note could not be written (${reasonOf(error)}).`)
  }
  await untilBegun(context, session)
  return session
}

/** Nobody takes this offer back: without a release, an agent would go on speaking to nobody. Best effort. */
const releaseOffered = async (context: HandlerContext, suncoConversationId: string): Promise<void> => {
  try {
    await release(await openInstallation(context), { suncoConversationId })
  } catch (error) {
    context.logger.warn(`Its ticket may still look live (${reasonOf(error)}).`)
  }
}
