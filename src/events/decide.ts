import type { Context, Installation } from '../botpress'
import type { EndReason } from '../session/end-reason'
import { isMarked, isOwnMessage, moveOf, startOf, type Move } from '../session/mark'
import { isUndone, readNote, type Session } from '../session/note'
import { agentWorkspaceType } from '../sunco/types'
import type { SuncoEvent, WebhookConversation, WebhookMessage } from './parse'
import { speakerOf, type Agent } from './speaker'

/** The conversation of ours that an event is about. */
export type Place = {
  suncoConversationId: string
  /**
   * When the mark was written, at the beginning or the end of `startHitl`; without a mark, the time of the event. In
   * milliseconds since 1970.
   */
  startedAt: number
  /** By the note that the event carries; undefined means that Botpress has to be asked. */
  session?: Session
  /** Whether control was on offer to us then, as in every session of ours that has begun. */
  wasOffered: boolean
}

export type AgentMessage = { kind: 'agentMessage'; message: WebhookMessage; agent: Agent }
/** Agent Workspace speaks without a person; only decided for where the configuration says so. */
export type AutomatedMessage = { kind: 'automatedMessage'; message: WebhookMessage }
export type SpokenMessage = AgentMessage | AutomatedMessage

/** What an event asks us to do. `nothing` says why, so that what is ignored can be told from what was forgotten. */
export type Decision =
  | (SpokenMessage & { place: Place })
  | { kind: 'sessionEnd'; place: Place; reason: EndReason; at: number }
  /** The bot took the customer back: nothing is left to be done but with the ticket. */
  | { kind: 'takenBack'; place: Place }
  | { kind: 'userRemoved'; userExternalId: string; at: number }
  /**
   * Control of a conversation was passed to us that bears no mark: as a rule none of ours, and nobody would hear its
   * customer.
   */
  | { kind: 'stray'; suncoConversationId: string; reason: EndReason; at: number }
  | { kind: 'warning'; text: string }
  | { kind: 'nothing'; because: string }

const nothing = (because: string): Extract<Decision, { kind: 'nothing' }> => ({ kind: 'nothing', because })

export type DecideOptions = {
  ctx: Context
  installation: Pick<Installation, 'agentWorkspaceId' | 'switchboardIntegrationId'>
}

/**
 * The external id of a customer of ours is their Botpress id. A person known to Zendesk by another one loses their
 * conversations with them, which is reported as well.
 */
const botpressUser = 'user_'

/** Decides about one event without asking anyone. */
export const decide = (event: SuncoEvent, { ctx, installation }: DecideOptions): Decision => {
  const at = Date.parse(event.createdAt ?? '') || Date.now()
  if (event.type === 'user:remove') {
    const { externalId } = event.payload.user
    return externalId?.startsWith(botpressUser)
      ? { kind: 'userRemoved', userExternalId: externalId, at }
      : nothing('foreign user')
  }
  const { conversation } = event.payload
  // Nobody else offers control to us: a conversation that lost its metadata is still ours.
  const wasOffered = conversation.pendingSwitchboardIntegration?.id === installation.switchboardIntegrationId
  const isMarkLost = wasOffered && !isMarked(conversation.metadata)
  const startedAt = startOf(conversation.metadata, ctx.webhookId) ?? (isMarkLost ? at : undefined)
  if (startedAt === undefined) {
    const isPassedToUs = event.type === 'switchboard:passControl' && isHeld(conversation, installation)
    if (!isPassedToUs || isMarked(conversation.metadata) || isOwnMove(event.payload.metadata)) {
      return nothing('foreign conversation')
    }
    const reason = endReasonOr(event.payload.reason, 'returnedToBot')
    return { kind: 'stray', suncoConversationId: conversation.id, reason, at }
  }
  if (isUndone(ctx, conversation)) return nothing('undone handoff')
  const place: Place = {
    suncoConversationId: conversation.id,
    startedAt,
    session: readNote(ctx, conversation),
    wasOffered,
  }
  const end = (reason: EndReason): Decision => ({ kind: 'sessionEnd', place, reason, at })

  switch (event.type) {
    case 'conversation:message': {
      const decision = decideMessage(event.payload.message, ctx)
      if (decision.kind === 'ending') return end(decision.reason)
      if (!('message' in decision)) return decision
      // Said when Agent Workspace held control no more: Botpress knows whether the session is over.
      const isOver = endOf(conversation, installation) !== undefined
      return { ...decision, place: isOver ? { ...place, session: undefined } : place }
    }
    case 'conversation:message:delivery:failure':
      return { kind: 'warning', text: `A message could not be delivered (${safe(event.payload.error?.code)}).` }
    case 'conversation:remove':
      return end('conversationRemoved')
    case 'switchboard:releaseControl':
      if (!isOwnMove(event.payload.metadata)) return end(endReasonOr(event.payload.reason, 'released'))
      return moveOf(event.payload.metadata) === ('release' satisfies Move)
        ? { kind: 'takenBack', place }
        : nothing('own move')
    case 'switchboard:passControl':
    case 'switchboard:acceptControl': {
      if (isOwnMove(event.payload.metadata)) return nothing('own move')
      const over = endOf(conversation, installation)
      if (!over) return nothing('Agent Workspace holds control')
      return end(endReasonOr(event.type === 'switchboard:passControl' ? event.payload.reason : undefined, over))
    }
    case 'switchboard:passControl:failure':
      return moveOf(event.payload.metadata) === ('ticket' satisfies Move)
        ? end('handoffFailed')
        : { kind: 'warning', text: `Control could not be passed (${safe(event.payload.error?.code)}).` }
    default:
      return event satisfies never
  }
}

type MessageDecision =
  SpokenMessage | { kind: 'ending'; reason: EndReason } | Extract<Decision, { kind: 'warning' | 'nothing' }>

/** Decides about one message of a conversation of ours, be it from an event or from the list of messages. */
export const decideMessage = (message: WebhookMessage, ctx: Pick<Context, 'configuration'>): MessageDecision => {
  if (isOwnMessage(message.metadata)) return nothing('own message')
  const reason = endingActivities.get(message.activity?.type ?? '')
  if (reason) return { kind: 'ending', reason }
  const speaker = speakerOf(message)
  if (speaker.kind === 'automation' && ctx.configuration.forwardAutomatedMessages && !message.deleted) {
    return { kind: 'automatedMessage', message }
  }
  if (speaker.kind !== 'agent') return nothing(speaker.kind)
  if (message.deleted) return { kind: 'warning', text: 'An agent deleted a message; the customer has it already.' }
  return { kind: 'agentMessage', message, agent: speaker.agent }
}

/** Why the session of a conversation is over, judged by who holds control, or undefined while it is live. */
export const endOf = (
  conversation: Pick<WebhookConversation, 'activeSwitchboardIntegration'>,
  installation: DecideOptions['installation']
): EndReason | undefined => {
  const { activeSwitchboardIntegration: active } = conversation
  if (!active) return 'released'
  if (active.integrationType === agentWorkspaceType || active.id === installation.agentWorkspaceId) return undefined
  return isHeld(conversation, installation) ? 'returnedToBot' : 'passedElsewhere'
}

/** Whether control is with us. */
const isHeld = (
  { activeSwitchboardIntegration: active }: Pick<WebhookConversation, 'activeSwitchboardIntegration'>,
  { switchboardIntegrationId }: DecideOptions['installation']
): boolean => active?.id !== undefined && active.id === switchboardIntegrationId

/** Activities that end a session (OpenAPI description, "activityMessage"); the webhook's schema may leave them out. */
const endingActivities = new Map<string, EndReason>([
  ['ticket:closed', 'ticketClosed'],
  ['ticket:transfer:email', 'transferToEmail'],
  ['conversation:endedByUser', 'endedByUser'],
])

const isOwnMove = (metadata: Record<string, unknown> | null | undefined): boolean => moveOf(metadata) !== undefined

/**
 * What Zendesk may say of an end (OpenAPI description, "switchboardReleaseControl"); all else goes by who holds
 * control.
 */
const knownReasons = ['ticketClosed', 'transferToEmail'] as const satisfies EndReason[]
const endReasonOr = (reason: string | undefined, otherwise: EndReason): EndReason =>
  knownReasons.find((known) => known === reason) ?? otherwise

/** Codes come from outside and go into logs: anything unusual is left out. */
const safe = (code: string | undefined): string =>
  code !== undefined && /^[\w:.-]{1,64}$/.test(code) ? code : 'unknown'
