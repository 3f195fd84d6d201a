import type { HandlerContext } from '../botpress'
import type { Decision, Place, SpokenMessage } from '../events/decide'
import { openInstallation } from '../installation/open'
import { sideBySide } from '../platform/side-by-side'
import { endSession } from '../reconcile/end'
import { bringMissing, findMissing } from '../reconcile/missing'
import { release } from '../reconcile/release'
import type { EndReason } from '../session/end-reason'
import { findConversation, listConversationsOf } from '../session/find'
import { isDone, sessionOf } from '../session/tags'
import { isGone } from '../sunco/error'
import type { SessionToSettle } from '../support'
import { findSession, untilBegun } from './find-session'

/**
 * Carries out what was decided about an event. Returns the sessions whose tickets are to be seen to once nobody
 * waits. Rejects where it failed; with `TryLater` where it is too early.
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
      return applyStray(context, decision)
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
  const session = await findSession(context, place, ({ tags }) => !tags.endReason)
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
  const session = await findSession(context, place, (conversation) => !isDone(conversation))
  if (!session) return []
  await endSession(context, session, reason, at)
  return [{ ...session, isOver: true }]
}

/**
 * A session of ours whose mark was replaced ends as it would with its mark; anybody else's conversation is released.
 */
const applyStray = async (
  context: HandlerContext,
  { suncoConversationId, reason, at }: Extract<Decision, { kind: 'stray' }>
): Promise<SessionToSettle[]> => {
  const conversation = await findConversation(context, suncoConversationId)
  const session = conversation && !isDone(conversation) ? sessionOf(conversation) : undefined
  if (session) {
    await endBegun(context, session, reason, at)
    return [{ ...session, isOver: true }]
  }
  const opened = await openInstallation(context)
  // The event may be old: whoever holds control by now keeps it.
  const found = await opened.sunco.getConversation(suncoConversationId).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (found?.activeSwitchboardIntegration?.id !== opened.installation.switchboardIntegrationId) return []
  context.logger.forBot().warn('A conversation that is none of the bot’s was passed to it, and was released.')
  await release(opened, { suncoConversationId })
  return []
}

/** A stop that reaches the plugin before it knows of the session is dropped. */
const endBegun: typeof endSession = async (context, session, reason, at) => {
  await untilBegun(context, session)
  return endSession(context, session, reason, at)
}

/**
 * Sessions of a customer who was removed in Zendesk; one that began later is another one's with the same external id.
 */
const endSessionsOf = async (
  context: HandlerContext,
  { userExternalId, at }: Extract<Decision, { kind: 'userRemoved' }>
): Promise<SessionToSettle[]> => {
  const conversations = await listConversationsOf(context, userExternalId)
  const sessions = conversations
    .filter((conversation) => !isDone(conversation) && Date.parse(conversation.createdAt) < at)
    .flatMap((conversation) => sessionOf(conversation) ?? [])
  await sideBySide(sessions.map((session) => endBegun(context, session, 'userRemoved', at)))
  return sessions.map((session) => ({ ...session, isOver: true }))
}
