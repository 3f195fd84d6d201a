import type { Installation } from '../botpress'
import { isMarkedMessage, moveOf, startOf, type Move } from '../session/mark'
import type { SuncoEvent, WebhookConversation, WebhookMessage } from './batch'
import { speakerOf, type Agent } from './speaker'

const agentWorkspaceType = 'zd:agentWorkspace'

/** Why a session ended; kept in the conversation's tag `endReason`. Sunco's own reasons are kept as they are. */
export type EndReason = string

/** What an event asks us to do. `nothing` says why, so that what is ignored can be told from what was forgotten. */
export type Intake =
  | (MessageIntake & { kind: 'agentMessage'; agent: Agent })
  /** Agent Workspace speaks without a person; only taken in where the configuration says so. */
  | (MessageIntake & { kind: 'automatedMessage' })
  | { kind: 'sessionEnd'; conversationId: string; startedAt: number; reason: EndReason }
  | { kind: 'userRemoved'; userExternalId: string; at: number }
  | { kind: 'warning'; text: string }
  | { kind: 'nothing'; because: string }

type MessageIntake = {
  conversationId: string
  startedAt: number
  message: WebhookMessage
  /** Whether Agent Workspace held control when this was said: else the session was over by then. */
  wasHeld: boolean
  /** Whether control was on offer to us then, as in every session of ours. */
  wasOffered: boolean
}

const nothing = (because: string): Intake => ({ kind: 'nothing', because })

export type IntakeOptions = {
  /** Of this installation, whose mark our conversations bear. */
  webhookId: string
  installation: Pick<Installation, 'agentWorkspaceId' | 'switchboardIntegrationId'>
  forwardAutomatedMessages: boolean
}

/**
 * The external id of a customer of ours is their Botpress id. A person known to Zendesk by another one loses their
 * conversations with them, which is reported as well.
 */
const botpressUser = 'user_'

/** Decides about one event without asking anyone. */
export const takeIn = (event: SuncoEvent, options: IntakeOptions): Intake => {
  const { webhookId, installation } = options
  if (event.type === 'user:remove') {
    const { externalId } = event.payload.user
    return externalId?.startsWith(botpressUser)
      ? { kind: 'userRemoved', userExternalId: externalId, at: Date.parse(event.createdAt ?? '') || Date.now() }
      : nothing('foreign user')
  }
  const { conversation } = event.payload
  const startedAt = startOf(conversation.metadata, webhookId)
  if (startedAt === undefined) return nothing('foreign conversation')
  const end = (reason: EndReason): Intake => ({
    kind: 'sessionEnd',
    conversationId: conversation.id,
    startedAt,
    reason,
  })

  switch (event.type) {
    case 'conversation:message':
      return takeInMessage(
        {
          conversationId: conversation.id,
          startedAt,
          message: event.payload.message,
          wasHeld: endOf(conversation, installation) === undefined,
          wasOffered: conversation.pendingSwitchboardIntegration?.id === installation.switchboardIntegrationId,
        },
        options
      )
    case 'conversation:message:delivery:failure':
      return { kind: 'warning', text: `A message could not be delivered (${safe(event.payload.error?.code)}).` }
    case 'conversation:remove':
      return end('conversationRemoved')
    case 'switchboard:releaseControl':
      return isOwnMove(event.payload.metadata) ? nothing('own move') : end(safe(event.payload.reason, 'released'))
    case 'switchboard:passControl':
    case 'switchboard:acceptControl': {
      if (isOwnMove(event.payload.metadata)) return nothing('own move')
      const over = endOf(conversation, installation)
      if (!over) return nothing('Agent Workspace holds control')
      return end(safe(event.type === 'switchboard:passControl' ? event.payload.reason : undefined, over))
    }
    case 'switchboard:passControl:failure':
      return moveOf(event.payload.metadata) === ('ticket' satisfies Move)
        ? end('handoffFailed')
        : { kind: 'warning', text: `Control could not be passed (${safe(event.payload.error?.code)}).` }
    default:
      return event satisfies never
  }
}

/** Decides about one message of a conversation of ours. */
export const takeInMessage = (
  said: MessageIntake,
  { forwardAutomatedMessages }: Pick<IntakeOptions, 'forwardAutomatedMessages'>
): Intake => {
  const { conversationId, startedAt, message } = said
  if (isMarkedMessage(message.metadata)) return nothing('own message')
  const reason = endingActivities.get(message.activity?.type ?? '')
  if (reason) return { kind: 'sessionEnd', conversationId, startedAt, reason }
  const speaker = speakerOf(message)
  if (speaker.kind === 'automation' && forwardAutomatedMessages && !message.deleted) {
    return { kind: 'automatedMessage', ...said }
  }
  if (speaker.kind !== 'agent') return nothing(speaker.kind)
  if (message.deleted) return { kind: 'warning', text: 'An agent deleted a message; the customer has it already.' }
  return { kind: 'agentMessage', ...said, agent: speaker.agent }
}

/** Why the session of a conversation is over, judged by who holds control, or undefined while it is live. */
export const endOf = (
  { activeSwitchboardIntegration: active }: Pick<WebhookConversation, 'activeSwitchboardIntegration'>,
  { agentWorkspaceId, switchboardIntegrationId }: IntakeOptions['installation']
): EndReason | undefined => {
  if (!active) return 'released'
  if (active.integrationType === agentWorkspaceType || active.id === agentWorkspaceId) return undefined
  return active.id !== undefined && active.id === switchboardIntegrationId ? 'returnedToBot' : 'passedElsewhere'
}

/** Activities that end a session (OpenAPI description, "activityMessage"); the webhook's schema may leave them out. */
const endingActivities = new Map([
  ['ticket:closed', 'ticketClosed'],
  ['ticket:transfer:email', 'transferToEmail'],
  ['conversation:endedByUser', 'endedByUser'],
])

const isOwnMove = (metadata: Record<string, unknown> | null | undefined): boolean => moveOf(metadata) !== undefined

/** Codes and reasons come from outside and go into logs and tags: anything unusual is left out. */
const safe = (code: string | undefined, fallback = 'unknown'): string =>
  code !== undefined && /^[\w:.-]{1,64}$/.test(code) ? code : fallback
