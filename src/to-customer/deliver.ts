import { isApiError } from '@botpress/sdk'
import type { HandlerContext, HitlMessage } from '../botpress'
import type { AgentMessage, AutomatedMessage, SpokenMessage } from '../events/decide'
import { saidAt, type WebhookMessage } from '../events/parse'
import { zendeskIdOf } from '../events/speaker'
import { callTimeoutMs } from '../platform/client'
import { isMissing, isTransient, reasonOf } from '../platform/failure'
import { isAnswered } from '../platform/sdk'
import { within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import type { Session } from '../session/note'
import { agentTags } from '../session/tags'
import { textsIn } from '../text/customer-texts'
import { automation, ensureAgentUser, profileOf, speakerFor, type ShownSpeaker } from './agent'
import { tagAgent, openTurn } from './announce'
import { kindOf, notShown, toItems } from './content'
import { withReadableMedia } from './media'
import { isLongOverdue, isOverdue } from './patience'
import { toAdditionalData, type SpeakerData } from './speaker-data'

/** The agent whose message the customer got last, as that message's tags say. */
export type LastAgent = {
  agentId: string
  name?: string
  profile?: string
  userId: string
  /** When that message was created in Botpress, as an ISO date. */
  at: string
}

/** Marks everything that came from Zendesk, so that Botpress can be asked for it alone. */
export const fromZendesk = { from: 'zendesk' } as const

/** A message that is ready to be created. */
type Draft = {
  session: Session
  incoming: HitlMessage
  speaker: SpeakerData
  tags: { id: string; agentId?: string; agentProfile?: string }
  isOverdue: boolean
  isLongOverdue: boolean
}

/** For the line that stands in for a message that is overdue, in milliseconds. */
const standInTakesMs = 1_500

/**
 * Brings one message to the customer, announcing its agent where another one spoke last. Found or created by its Sunco
 * id, so that it is there once however many processes bring it. Returns who has spoken last now.
 */
export const deliver = async (
  context: HandlerContext,
  session: Session,
  spoken: SpokenMessage,
  last: LastAgent | undefined
): Promise<LastAgent | undefined> => {
  if (spoken.kind === 'agentMessage') {
    const speaker = await deliverAgents(context, session, spoken, last)
    // One that turned out to be there, from long ago, is not the last that the customer got.
    return last && speaker.at < last.at ? last : speaker
  }
  await deliverAutomated(context, session, spoken, last)
  return last
}

const deliverAgents = async (
  context: HandlerContext,
  session: Session,
  { message, agent }: AgentMessage,
  last: LastAgent | undefined
): Promise<LastAgent> => {
  const { id: agentId } = agent
  // The event of a message may lack the name that the list of messages tells: it is still the same agent.
  const isSame = last?.agentId === agentId && !agent.name && last.profile !== profileOf(agent)
  const named = isSame ? last : undefined
  const profile = named ? named.profile : profileOf(agent)
  const speaker = speakerFor(named ? { ...agent, name: named.name } : agent, session.language)
  const ensureUser = (): Promise<string> => ensureAgentUser(context, speaker, isOverdue(message))
  const facts = { zendeskId: zendeskIdOf(agentId), name: speaker.name }
  const data = { agentId: facts.zendeskId, agentName: speaker.name }
  const draft = await draftOf(context, session, message, data, { agentId, agentProfile: profile })
  const bring = (userId: string): Promise<string> => create(context, draft, userId)
  const now = { agentId, name: speaker.name, profile }
  const open = async (user: Promise<string>): Promise<LastAgent> => {
    const tags = agentTags(facts, last ? undefined : saidAt(message) || Date.now())
    const [userId, at] = await sideBySide([
      user,
      openTurn(context, session, { user, tags, opening: message.id, bring }),
    ])
    return { ...now, userId, at }
  }
  if (last?.agentId !== agentId) return open(ensureUser())
  const isChanged = last.profile !== profile
  const userId = isChanged ? await ensureUser() : last.userId
  // An agent who had no name before: the plugin knows them as another user.
  if (userId !== last.userId) return open(Promise.resolve(userId))
  try {
    const [at] = await sideBySide([bring(userId), isChanged && tagAgent(context, session, agentTags(facts))])
    return { ...now, userId, at }
  } catch (error) {
    // Someone deleted the agent's user in Botpress since.
    if (!isMissing(error)) throw error
    const made = await ensureUser()
    return { ...now, userId: made, at: await bring(made) }
  }
}

/**
 * Passes on a message that no person wrote. The plugin takes the author of the first message for the agent and stops
 * waiting for one: so nothing is passed on before an agent has spoken.
 */
const deliverAutomated = async (
  context: HandlerContext,
  session: Session,
  { message }: AutomatedMessage,
  last: LastAgent | undefined
): Promise<void> => {
  if (!last) {
    context.logger.forBot().info('An automated message came before an agent joined and was not passed on.')
    return
  }
  const speaker: ShownSpeaker = automation(session.language)
  const draft = await draftOf(context, session, message, { agentName: speaker.name }, {})
  await create(context, draft, await ensureAgentUser(context, speaker, draft.isOverdue))
}

const draftOf = async (
  context: HandlerContext,
  session: Session,
  message: WebhookMessage,
  speaker: SpeakerData,
  tags: { agentId?: string; agentProfile?: string }
): Promise<Draft> => {
  const texts = textsIn(session.language)
  const items = await toItems(message.content)
  if (items.length === 0) {
    context.logger.forBot().warn(`A message of an agent cannot be shown (${kindOf(message.content)}).`)
    items.push(notShown(texts))
  }
  const incoming = await withReadableMedia(context, items, message, texts)
  return {
    session,
    incoming,
    speaker,
    tags: { id: message.id, ...fromZendesk, ...tags },
    isOverdue: isOverdue(message),
    isLongOverdue: isLongOverdue(message),
  }
}

/**
 * A message that Botpress refuses for good, or that it still fails over when the message is overdue, comes as a line
 * that says so: left out, it would be tried again with each later one, and keep those and the end from the customer.
 * The line takes the message's place for good, so it is stored only where Botpress has answered with an error other
 * than "too many requests", or has not answered in all the time of a call to a message that is long overdue, and where
 * it takes the line within a moment: in an outage it takes neither, and the message is tried again.
 */
const create = async (context: HandlerContext, draft: Draft, userId: string): Promise<string> => {
  const { isOverdue } = draft
  const leftMs = context.deadline.remainingMs()
  const tryMs = Math.max(leftMs / 2, leftMs - standInTakesMs)
  const trying = isOverdue ? within(context, tryMs) : context
  try {
    return await store(trying, draft, userId)
  } catch (error) {
    if (!isToGiveWay(error, draft, tryMs)) throw error
    context.logger.forBot().error(`A message of an agent cannot be shown (${reasonOf(error)}).`)
    const line = { ...draft, incoming: notShown(textsIn(draft.session.language)) }
    return store(within(context, standInTakesMs), line, userId)
  }
}

const isToGiveWay = (error: unknown, { isOverdue, isLongOverdue }: Draft, tryMs: number): boolean => {
  if (!isApiError(error)) return false
  if (!isAnswered(error)) return isLongOverdue && tryMs >= callTimeoutMs
  return error.code !== 429 && !isMissing(error) && (isOverdue || !isTransient(error))
}

const store = async ({ client }: HandlerContext, draft: Draft, userId: string): Promise<string> => {
  const { session, incoming, speaker, tags } = draft
  const { message } = await client.getOrCreateMessage({
    conversationId: session.conversationId,
    userId,
    type: incoming.type,
    payload: { ...incoming.payload, additionalData: toAdditionalData(speaker) },
    tags,
    discriminateByTags: ['id'],
  })
  return message.createdAt
}
