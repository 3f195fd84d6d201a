import { storeAttachment } from './attachments'
import { passControl, releaseControl } from './control'
import { findConversation } from './lookup'
import { addMessage } from './messages'
import type { AppState, Author, Conversation, Metadata, SuncoMessage, SwitchboardIntegration } from './state'
import type { Content, Ticket, World } from './state'
import { AGENT_WORKSPACE, agentWorkspaceHolds, currentTicket } from './tickets'

/** Without a name, Zendesk shows none to the customer. */
export type AgentProfile = { id: string; name?: string; avatarUrl?: string }

/** Plain text, or content as Sunco stores it (so with `mediaType` and the like). */
export type Said = string | Content

export type SuncoAgent = {
  /** Fails unless the agent's composer is enabled: Agent Workspace has control and a ticket's session is active. */
  say: (conversationId: string, content: Said, options?: { metadata?: Metadata; subtypes?: string[] }) => SuncoMessage
  uploadFile: (
    conversationId: string,
    file: { name: string; mediaType: string; bytes: Uint8Array<ArrayBuffer> }
  ) => { mediaUrl: string }
  /** The agent's "End session": the ticket keeps its status, nobody has control any more. */
  endSession: (conversationId: string, reason?: 'transferToEmail') => void
}

export type AgentWorkspace = {
  agent: (profile: AgentProfile) => SuncoAgent
  /** A trigger's message, CSAT, queue notice: no agent's id, or `__trigger` with `trigger`. */
  automatedMessage: (
    conversationId: string,
    content: Said,
    options?: { trigger?: boolean; metadata?: Metadata }
  ) => SuncoMessage
  answerBotMessage: (conversationId: string, content: Said) => SuncoMessage
  /** A business message posted with somebody else's key. */
  otherApiMessage: (conversationId: string, content: Said, options?: { metadata?: Metadata }) => SuncoMessage
  /** Sunco sends no event for it: agents stay first responders until the ticket is closed. */
  solveTicket: (conversationId: string) => void
  /** Control goes to Agent Workspace's `next` if one is set and is released otherwise, with `ticketClosed`. */
  closeTicket: (conversationId: string, options?: { activityMessage?: boolean }) => void
  /** An agent writes `%((switchboard:passControl:<name>))%`. */
  passControlByShorthand: (conversationId: string, name: string) => void
}

const AGENT_ID = '__zendesk_msg.agent.id'

const toContent = (said: Said): Content => (typeof said === 'string' ? { type: 'text', text: said } : said)

const seatOfType = (app: AppState, type: string): SwitchboardIntegration | undefined =>
  [...app.switchboardIntegrations.values()].find(({ integrationType }) => integrationType === type)

const ticketOf = (app: AppState, conversationId: string): Ticket => {
  const ticket = currentTicket(app, conversationId)
  if (!ticket) throw new Error(`no ticket was opened for conversation ${conversationId}`)
  return ticket
}

const withOpenComposer = (app: AppState, conversationId: string): Conversation => {
  const conversation = findConversation(app, conversationId)
  if (!agentWorkspaceHolds(app, conversation) || !currentTicket(app, conversationId)?.sessionActive)
    throw new Error(`agents have no active session in conversation ${conversationId}`)
  return conversation
}

export const agentWorkspace = (world: World, app: AppState): AgentWorkspace => {
  const post = (conversation: Conversation, sourceType: string, draft: Pick<SuncoMessage, 'author' | 'content'>) => {
    const integrationId = seatOfType(app, sourceType)?.integrationId
    return (metadata?: Metadata, activity?: { type: string }): SuncoMessage =>
      addMessage(world, app, conversation, {
        ...draft,
        source: { type: sourceType, ...(integrationId !== undefined && { integrationId }) },
        ...(metadata && { metadata }),
        ...(activity && { activity }),
      })
  }

  const businessMessage = (conversationId: string, sourceType: string, said: Said, author: Partial<Author> = {}) =>
    post(findConversation(app, conversationId), sourceType, {
      author: { type: 'business', ...author },
      content: toContent(said),
    })

  const agent = ({ id, name, avatarUrl }: AgentProfile): SuncoAgent => ({
    say: (conversationId, content, { metadata, subtypes } = {}) => {
      const conversation = withOpenComposer(app, conversationId)
      const author: Author = {
        type: 'business',
        ...(name !== undefined && { displayName: name }),
        ...(avatarUrl !== undefined && { avatarUrl }),
        ...(subtypes && { subtypes }),
      }
      return post(conversation, AGENT_WORKSPACE, { author, content: toContent(content) })({
        [AGENT_ID]: id,
        ...metadata,
      })
    },
    uploadFile: (conversationId, file) => {
      const { mediaUrl } = storeAttachment(world, app, { ...file, conversationId, forMessage: true })
      return { mediaUrl }
    },
    endSession: (conversationId, reason) => {
      const conversation = withOpenComposer(app, conversationId)
      releaseControl(world, app, conversation, { reason })
    },
  })

  return {
    agent,
    automatedMessage: (conversationId, content, { trigger = false, metadata } = {}) =>
      businessMessage(conversationId, AGENT_WORKSPACE, content, { displayName: 'Automated Response' })({
        [AGENT_ID]: trigger ? '__trigger' : '',
        ...metadata,
      }),
    answerBotMessage: (conversationId, content) =>
      businessMessage(conversationId, 'zd:answerBot', content, { displayName: 'Answer Bot' })(),
    otherApiMessage: (conversationId, content, { metadata } = {}) =>
      businessMessage(conversationId, 'api:conversations', content)(metadata),
    solveTicket: (conversationId) => {
      ticketOf(app, conversationId).status = 'solved'
    },
    closeTicket: (conversationId, { activityMessage = false } = {}) => {
      const conversation = findConversation(app, conversationId)
      const ticket = ticketOf(app, conversationId)
      if (activityMessage)
        businessMessage(conversationId, AGENT_WORKSPACE, 'Ticket closed', { subtypes: ['activity'] })(undefined, {
          type: 'ticket:closed',
        })
      Object.assign(ticket, { status: 'closed', ended: true, sessionActive: false })
      if (!agentWorkspaceHolds(app, conversation)) return
      const next = seatOfType(app, AGENT_WORKSPACE)?.nextSwitchboardIntegrationId
      const heir = app.switchboardIntegrations.get(next ?? '')
      const reason = 'ticketClosed'
      if (heir) passControl(world, app, conversation, heir, { reason })
      else releaseControl(world, app, conversation, { reason })
    },
    passControlByShorthand: (conversationId, name) => {
      const target = [...app.switchboardIntegrations.values()].find((seat) => seat.name === name)
      if (!target) throw new Error(`no switchboard integration is named ${name}`)
      passControl(world, app, findConversation(app, conversationId), target, {})
    },
  }
}
