import type { Handling } from '../botpress'
import { openInstallation } from '../install/installation'
import { reasonOf } from '../problems'
import { beginComparison, hasSeenAll, type Session } from '../session/session'
import { isWorthRedelivering } from '../session/try-later'
import { isGone, isPassing, isSuncoError } from '../sunco/error'
import { applyAgentMessage, applyAutomatedMessage } from './agent-message'
import { parseMessage, saidAt } from './batch'
import { endOf, takeInMessage, type EndReason, type Intake } from './intake'

/** Control may still be on its way to Agent Workspace while a session is this young, in milliseconds. */
const controlSettlesMs = 10_000

export type CaughtUp = {
  /** Why the session is over. */
  over?: EndReason
  /** Sunco ids of the messages that were missing and are not any more. */
  delivered: string[]
}

/**
 * Compares both sides of a session, since events may have been put off, come to a process that died, or been given up by
 * Sunco after the fifth attempt: delivers agents' messages that Botpress lacks, in their order, and returns why the session
 * is over where Zendesk ended it. Does nothing where this process has seen all of the session; else three calls, side by
 * side, and one per message that is missing. It looks as far back as the newest page of each side.
 */
export const catchUp = async (handling: Handling, session: Session): Promise<CaughtUp> => {
  const { ctx } = handling
  if (hasSeenAll(ctx, session.suncoConversationId)) return { delivered: [] }
  const noteCompared = beginComparison(ctx, session.suncoConversationId)
  const [{ over }, missing] = await Promise.all([findEnd(handling, session), findMissing(handling, session)])
  await deliver(handling, session, missing)
  // The end of a young session cannot be told yet, and one that was found has still to be passed on.
  if (isControlSettled(session) && !over) noteCompared()
  return { over, delivered: missing.flatMap((intake) => ('message' in intake ? intake.message.id : [])) }
}

export const isControlSettled = ({ createdAt }: Session): boolean => Date.now() - createdAt > controlSettlesMs

/** Why Zendesk ended the session, whether or not it said so. One call. */
export const findEnd = async (handling: Handling, session: Session): Promise<{ over?: EndReason }> => {
  if (!isControlSettled(session)) return {}
  const { installation, sunco } = await openInstallation(handling)
  try {
    return { over: endOf(await sunco.getConversation(session.suncoConversationId), installation) }
  } catch (error) {
    if (isGone(error)) return { over: 'conversationRemoved' }
    if (!isSuncoError(error) || isPassing(error)) throw error
    handling.logger.warn(`Who holds control could not be found out (${reasonOf(error)}).`)
    return {}
  }
}

/** The messages alone, without regard to what this process has seen: another one may have put something off. */
export const deliverMissing = async (handling: Handling, session: Session): Promise<void> =>
  deliver(handling, session, await findMissing(handling, session))

const deliver = async (handling: Handling, session: Session, missing: Intake[]): Promise<void> => {
  for (const intake of missing) {
    try {
      if (intake.kind === 'agentMessage') await applyAgentMessage(handling, session, intake.message, intake.agent)
      if (intake.kind === 'automatedMessage') await applyAutomatedMessage(handling, session, intake.message)
    } catch (error) {
      if (isWorthRedelivering(error)) throw error
      handling.logger.forBot().error('A message of an agent cannot be delivered.')
    }
  }
}

/** What Sunco says it has; nothing where it refuses for good, so that the event at hand is not lost with it. */
const listSaid = async ({ logger }: Handling, list: () => Promise<unknown[]>): Promise<unknown[]> => {
  try {
    return await list()
  } catch (error) {
    if (!isSuncoError(error) || isPassing(error)) throw error
    logger.warn(`Earlier messages could not be looked for (${reasonOf(error)}).`)
    return []
  }
}

const findMissing = async (handling: Handling, session: Session): Promise<Intake[]> => {
  const { client, ctx } = handling
  const { conversationId, suncoConversationId } = session
  const { sunco } = await openInstallation(handling)
  const [listed, delivered] = await Promise.all([
    listSaid(handling, () => sunco.listNewestMessages(suncoConversationId)),
    client.listMessages({ conversationId }),
  ])
  const ids = new Set(delivered.messages.flatMap(({ tags }) => tags.id?.split(',') ?? []))
  const messages = listed.flatMap((candidate) => parseMessage(candidate) ?? []).sort((a, b) => saidAt(a) - saidAt(b))
  // Where Botpress has more than its newest page, what was said before that page began was delivered long ago. Sunco's
  // time counts: a message may have come to Botpress long after it was said.
  const pageStart = messages.findIndex(({ id }) => ids.has(id))
  const said = { conversationId: suncoConversationId, startedAt: session.createdAt, wasHeld: true, wasOffered: true }
  const forwardAutomatedMessages = ctx.configuration.forwardAutomatedMessages ?? false
  const intakes = messages.map((message) => takeInMessage({ ...said, message }, { forwardAutomatedMessages }))
  // Automated messages that came before an agent were left out on purpose.
  const firstAgent = intakes.findIndex(({ kind }) => kind === 'agentMessage')
  return intakes.filter(
    (intake, index) =>
      !ids.has(messages[index]?.id ?? '') &&
      index >= (delivered.meta.nextToken ? pageStart : 0) &&
      (intake.kind === 'agentMessage' || (firstAgent >= 0 && index > firstAgent))
  )
}
