import { setTimeout as sleep } from 'node:timers/promises'
import type { Handling } from '../botpress'
import { openInstallation } from '../install/installation'
import { reasonOf } from '../problems'
import { inOrder } from '../session/in-order'
import { markMove } from '../session/mark'
import {
  findSession,
  forgetSession,
  isStarting,
  neverBegan,
  listSuncoConversationsOf,
  orderKey,
  overBecause,
  settlingTakesMs,
  type Session,
} from '../session/session'
import { TryLater } from '../session/try-later'
import { isGone } from '../sunco/error'
import { applyAgentMessage, applyAutomatedMessage } from './agent-message'
import { catchUp } from './catch-up'
import type { EndReason, Intake } from './intake'
import { endSession } from './session-end'

/** How long `startHitl` may run at most; until then, a conversation that Botpress does not know may be about to begin. */
const startTakesAtMostMs = 120_000

type InConversation = { conversationId: string; startedAt: number; wasOffered?: boolean }

/** Carries out what the intake decided. Rejects where that failed; {@link TryLater} where it is too early. */
export const apply = async (handling: Handling, intake: Intake): Promise<void> => {
  switch (intake.kind) {
    case 'agentMessage':
    case 'automatedMessage':
      return applyMessage(handling, intake)
    case 'sessionEnd':
      return applyEnd(handling, intake, intake.reason)
    case 'userRemoved':
      return endSessionsOf(handling, intake)
    case 'warning':
      handling.logger.forBot().warn(intake.text)
      return
    case 'nothing':
      return
    default:
      intake satisfies never
  }
}

/** A message that was said when Agent Workspace held control no more is not judged by what this process remembers. */
const applyMessage = async (
  handling: Handling,
  intake: Extract<Intake, { kind: 'agentMessage' | 'automatedMessage' }>
): Promise<void> => {
  if (!intake.wasHeld) forgetSession(handling.ctx, intake.conversationId)
  const session = await liveSession(handling, intake)
  if (!session) return
  const { over, delivered } = await catchUp(handling, session)
  try {
    if (delivered.includes(intake.message.id)) return
    if (intake.kind === 'agentMessage') await applyAgentMessage(handling, session, intake.message, intake.agent)
    else await applyAutomatedMessage(handling, session, intake.message)
  } finally {
    if (over) await endSession(handling, session, over)
  }
}

const applyEnd = async (handling: Handling, place: InConversation, reason: EndReason): Promise<void> => {
  const session = await liveSession(handling, place)
  if (session) await endSession(handling, session, reason)
}

/**
 * Sessions of a customer who was removed in Zendesk, each in the order of its own conversation. For one that is starting, the
 * removal of its conversation speaks.
 */
const endSessionsOf = async (
  handling: Handling,
  { userExternalId, at }: Extract<Intake, { kind: 'userRemoved' }>
): Promise<void> => {
  const conversations = await listSuncoConversationsOf(handling, userExternalId, at)
  await Promise.all(
    conversations.map((conversationId) =>
      inOrder(orderKey(handling.ctx, conversationId), () =>
        applyEnd(handling, { conversationId, startedAt: at }, 'userRemoved')
      )
    )
  )
}

/** The session of an event, once it has begun and while it is not over. */
const liveSession = async (
  handling: Handling,
  { conversationId, startedAt, wasOffered }: InConversation
): Promise<Session | undefined> => {
  if (overBecause(handling.ctx, conversationId) === neverBegan) return undefined
  if (isStarting(handling.ctx, conversationId)) throw new TryLater('the session is still starting')
  const session = await findSession(handling, conversationId)
  if (!session) {
    if (Date.now() - startedAt < startTakesAtMostMs) throw new TryLater('the session is still starting')
    handling.logger.warn('An event of a session that never began was ignored.')
    if (wasOffered) await release(handling, conversationId)
    return undefined
  }
  if (session.endReason) return undefined
  const settlesIn = session.settledAt - Date.now()
  // Clocks may differ; the webhook has to be answered in any case.
  if (settlesIn > 0) await sleep(Math.min(settlesIn, settlingTakesMs))
  return session
}

/**
 * The process that was starting the session died after its offer, which nobody will take back: an agent must not go on
 * speaking to nobody. Best effort.
 */
const release = async (handling: Handling, conversationId: string): Promise<void> => {
  try {
    const { sunco } = await openInstallation(handling)
    await sunco.releaseControl(conversationId, markMove('release'))
  } catch (error) {
    if (!isGone(error)) handling.logger.warn(`Its ticket may still look live (${reasonOf(error)}).`)
  }
}
