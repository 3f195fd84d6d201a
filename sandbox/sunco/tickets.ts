import { now, type AppState, type Conversation, type Metadata, type SuncoMessage, type Ticket } from './state'
import { linkUser } from './support-link'
import { activeOf } from './views'

export const AGENT_WORKSPACE = 'zd:agentWorkspace'

/** "Default transcript: last 10 messages", unless `first_message_id` says where to begin. */
const DEFAULT_TRANSCRIPT = 10

export const currentTicket = (app: AppState, conversationId: string): Ticket | undefined =>
  app.tickets.findLast((ticket) => ticket.conversationId === conversationId)

export const agentWorkspaceHolds = (app: AppState, conversation: Conversation): boolean =>
  activeOf(app, conversation)?.integrationType === AGENT_WORKSPACE

const fieldsOf = (metadata: Metadata): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata)
      .filter(([name]) => name.startsWith('dataCapture.'))
      .map(([name, value]) => [name, String(value)])
  )

const transcriptOf = (messages: SuncoMessage[], firstMessageId: string | undefined): SuncoMessage[] => {
  const first = messages.findIndex(({ id }) => id === firstMessageId)
  return first < 0 ? messages.slice(-DEFAULT_TRANSCRIPT) : messages.slice(first)
}

/**
 * Opens a ticket if Agent Workspace has control and there is a message to start it from; a business one will do.
 * A ticket whose session was not ended is taken up again instead, and keeps the fields it was opened with.
 */
export const openTicket = (app: AppState, conversation: Conversation): void => {
  if (!agentWorkspaceHolds(app, conversation) || conversation.messages.length === 0) return
  const metadata = conversation.openingMetadata ?? {}
  conversation.openingMetadata = undefined
  const known = currentTicket(app, conversation.id)
  if (known && !known.ended) {
    known.sessionActive = true
    return
  }
  const first = metadata['first_message_id']
  const ticket: Ticket = {
    id: app.tickets.length + 1001,
    createdAt: now(),
    conversationId: conversation.id,
    requesterUserId: conversation.participants[0] ?? '',
    status: 'open',
    sessionActive: true,
    ended: false,
    fields: fieldsOf(metadata),
    metadata,
    firstMessageId: first === undefined ? undefined : String(first),
    transcript: transcriptOf(conversation.messages, first === undefined ? undefined : String(first)),
    messages: [],
  }
  app.tickets.push(ticket)
  linkUser(app, app.users.get(ticket.requesterUserId), 'atTicket')
  app.support?.opened(ticket)
}

export const recordMessage = (app: AppState, conversation: Conversation, message: SuncoMessage): void => {
  const ticket = currentTicket(app, conversation.id)
  if (!ticket?.sessionActive) return openTicket(app, conversation)
  ticket.messages.push(message)
  // A customer's message while the ticket is Solved continues and reopens the same ticket.
  if (message.author.type === 'user' && ticket.status === 'solved') ticket.status = 'open'
}

/** Follows a change of holder: a pass leaves the ticket to be taken up again, a release ends its session for good. */
export const leaveTicket = (app: AppState, conversation: Conversation, { ended }: { ended: boolean }): void => {
  const ticket = currentTicket(app, conversation.id)
  if (!ticket || agentWorkspaceHolds(app, conversation)) return
  ticket.sessionActive = false
  ticket.ended ||= ended
}
