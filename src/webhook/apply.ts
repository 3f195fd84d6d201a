import { setTimeout as sleep } from 'node:timers/promises'
import type { Handling } from '../botpress'
import { findSession, listSessionsOfUser, type Session } from '../session/session'
import { TryLater } from '../session/try-later'
import { applyAgentMessage, applyAutomatedMessage } from './agent-message'
import { catchUp } from './catch-up'
import type { Intake } from './intake'
import { applySessionEnd } from './session-end'

/** How long `startHitl` may run at most; until then, a conversation that Botpress does not know may be about to begin. */
const startTakesAtMostMs = 120_000
/** The plugin drops what reaches it before it has taken note that `startHitl` returned. */
const settleMs = 2_000

type SessionIntake = Extract<Intake, { startedAt: number }>

/** Carries out what the intake decided. Rejects where that failed; {@link TryLater} where it is too early. */
export const apply = async (handling: Handling, intake: Intake): Promise<void> => {
  switch (intake.kind) {
    case 'agentMessage': {
      const session = await liveSession(handling, intake)
      if (!session) return
      await catchUp(handling, session, intake.startedAt)
      await applyAgentMessage(handling, session, intake.message, intake.agent)
      return
    }
    case 'automatedMessage': {
      const session = await liveSession(handling, intake)
      if (session) await applyAutomatedMessage(handling, session, intake.message)
      return
    }
    case 'sessionEnd': {
      const session = await liveSession(handling, intake)
      if (!session) return
      await catchUp(handling, session, intake.startedAt)
      await applySessionEnd(handling, session, intake.reason)
      return
    }
    case 'userRemoved': {
      const sessions = await listSessionsOfUser(handling, intake.userId)
      for (const session of sessions) await applySessionEnd(handling, session, 'userRemoved')
      return
    }
    case 'warning':
      handling.logger.forBot().warn(intake.text)
      return
    case 'nothing':
      return
    default:
      intake satisfies never
  }
}

/** The session of an event, once it has begun and while it is not over. */
const liveSession = async (handling: Handling, intake: SessionIntake): Promise<Session | undefined> => {
  const session = await findSession(handling, intake.conversationId)
  if (!session) {
    if (Date.now() - intake.startedAt < startTakesAtMostMs) throw new TryLater('the session is still starting')
    handling.logger.warn('An event of a session that never began was ignored.')
    return undefined
  }
  if (session.endReason) return undefined
  const settlesIn = session.createdAt + settleMs - Date.now()
  if (settlesIn > 0) await sleep(Math.min(settlesIn, settleMs))
  return session
}
