import type { HandlerContext } from '../botpress'
import type { Decision, Place, SpokenMessage } from '../events/decide'
import { openInstallation } from '../installation/open'
import { reasonOf, TryLater } from '../platform/failure'
import { sideBySide } from '../platform/side-by-side'
import { endSession } from '../reconcile/end'
import { bringMissing, findMissing } from '../reconcile/missing'
import { release, releaseSession } from '../reconcile/release'
import type { EndReason } from '../session/end-reason'
import { findConversation, listConversationsOf } from '../session/find'
import { lacksNote, noteMetadata, readNote, type Session } from '../session/note'
import { lastStepsTakeMs, startTakesAtMostMs } from '../session/start-times'
import { isDone, isUnfinished, sessionOf, type ConversationRecord } from '../session/tags'
import { isGone } from '../sunco/error'
import type { SessionToSettle } from '../support'

/** How long to look for a session that is starting before Sunco is asked to deliver again, in milliseconds. */
const lookForMs = 9_000
const lookMs = 250
/** For so long after `startHitl` returned, the HITL plugin still drops what reaches it, in milliseconds. */
const pluginTakesMs = 2_000

/**
 * Carries out what was decided about an event. Returns the sessions whose tickets are to be seen to once nobody
 * waits. Rejects where it failed; with {@link TryLater} where it is too early.
 */
export const apply = async (context: HandlerContext, decision: Decision): Promise<SessionToSettle[]> => {
  switch (decision.kind) {
    case 'agentMessage':
    case 'automatedMessage':
      return applyMessage(context, decision.place, decision)
    case 'sessionEnd':
      return applyEnd(context, decision.place, decision.reason, decision.at)
    case 'takenBack':
      return [{ ...decision.place, conversationId: decision.place.session?.conversationId, isOver: true }]
    case 'userRemoved':
      return endSessionsOf(context, decision)
    case 'stray':
      context.logger.forBot().warn('A conversation that is none of the bot’s was passed to it, and was released.')
      await release(await openInstallation(context), decision)
      return []
    case 'warning':
      context.logger.forBot().warn(decision.text)
      return []
    case 'nothing':
      return []
    default:
      return decision satisfies never
  }
}

/** Brings a message, after what was said before it and has not come yet. */
const applyMessage = async (
  context: HandlerContext,
  place: Place,
  { message }: SpokenMessage
): Promise<SessionToSettle[]> => {
  // What was said before the end is brought by whoever passes the end on.
  const session = await beginningSession(context, place, ({ tags }) => !tags.endReason)
  if (!session) return []
  const missing = await findMissing(context, session, { message })
  await bringMissing(context, session, missing)
  const isFirst = !missing.delivered.last && missing.messages.some(({ kind }) => kind === 'agentMessage')
  return isFirst ? [{ ...session, isOver: false }] : []
}

const applyEnd = async (
  context: HandlerContext,
  place: Place,
  reason: EndReason,
  at: number
): Promise<SessionToSettle[]> => {
  const session = await beginningSession(context, place, (conversation) => !isDone(conversation))
  if (!session) return []
  await endSession(context, session, reason, at)
  return [{ ...session, isOver: true }]
}

/** Sessions of a customer who was removed in Zendesk; one that began later is another one's with the same external id. */
const endSessionsOf = async (
  context: HandlerContext,
  { userExternalId, at }: Extract<Decision, { kind: 'userRemoved' }>
): Promise<SessionToSettle[]> => {
  const conversations = await listConversationsOf(context, userExternalId)
  const sessions = conversations
    .filter((conversation) => !isDone(conversation) && Date.parse(conversation.createdAt) < at)
    .flatMap((conversation) => sessionOf(conversation) ?? [])
  await sideBySide(sessions.map((session) => endSession(context, session, 'userRemoved', at)))
  return sessions.map((session) => ({ ...session, isOver: true }))
}

type IsWanted = (conversation: ConversationRecord) => boolean

/** The session of an event once the plugin has taken note of it, or undefined where there is nothing to do. */
const beginningSession = async (
  context: HandlerContext,
  place: Place,
  isWanted: IsWanted
): Promise<Session | undefined> => {
  const session = place.session ?? (await lookUp(context, place, isWanted))
  // Clocks may differ; the webhook has to be answered in any case.
  if (session) await context.deadline.pause(Math.min(session.beganAt + pluginTakesMs - Date.now(), pluginTakesMs))
  return session
}

/**
 * The slow way, for an event without a note that can be believed: Botpress is asked for the session, which may be starting
 * at this moment, and the note is written again.
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
 * `startHitl` writes the note last. While that may be under way, the note says when the session began. Later, the note could
 * not be written, was overwritten, or is from before the key was changed, and is written again; or the process died before
 * it had finished the handoff, and the plugin knows of no session.
 */
const withNote = async (context: HandlerContext, session: Session): Promise<Session | undefined> => {
  const { client, ctx, logger } = context
  const { conversationId, suncoConversationId } = session
  const settledAt = session.beganAt + lastStepsTakeMs + pluginTakesMs
  try {
    const opened = await openInstallation(context)
    for (;;) {
      const found = await opened.sunco.getConversation(suncoConversationId)
      const noted = readNote(ctx, found)
      if (noted) return noted
      if (Date.now() >= settledAt) {
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
  await context.deadline.pause(settledAt - Date.now())
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
