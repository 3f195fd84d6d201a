import type { Installation } from '../botpress'
import type { SuncoAgent, SuncoMessage, Ticket } from '../sunco'
import type { SupportTicket } from '../support'
import type { World } from '../world'
import type { Automation } from './automation'
import { toParts } from './parts'
import { sampleButtons, sampleItems, samplePicture } from './samples'
import { AGENTS } from './staff'
import type { StoredFile } from './uploads'
import type { Line, TicketView } from './view'

export type Upload = StoredFile & { isPrivate: boolean }

/** What agents do in Agent Workspace. Everything throws, with a text for the agent, where their composer is closed. */
export type AgentDesk = {
  views: () => TicketView[]
  reply: (ticketId: number, agentId: string, text: string) => void
  sendFile: (ticketId: number, agentId: string, upload: Upload) => void
  sendButtons: (ticketId: number, agentId: string, text?: string) => void
  sendCarousel: (ticketId: number, agentId: string) => void
  /** As a trigger would. */
  automated: (ticketId: number, text?: string) => void
  endSession: (ticketId: number, agentId: string) => void
  closeTicket: (ticketId: number) => void
  attachment: (id: string) => StoredFile | undefined
}

const SYSTEM_FIELD = 'dataCapture.systemField.'
const TICKET_FIELD = 'dataCapture.ticketField.'
const SHOWN_ELSEWHERE = ['requester.name', 'requester.email', 'priority', 'tags']
const AGENT_ID = '__zendesk_msg.agent.id'
const ATTACHMENT = /\/sc\/attachments\/v2\/([^/]+\/[^/]+)$/

const authorOf = ({ author, source, metadata }: SuncoMessage): Line['from'] => {
  if (author.type === 'user') return 'customer'
  const agentId = metadata?.[AGENT_ID]
  if (source.type !== 'zd:agentWorkspace') return 'bot'
  return agentId && agentId !== '__trigger' ? 'agent' : 'automated'
}

/** An agent is signed in to Zendesk, so that private attachments open; the page's server stands for that. */
const throughPage = (name: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => throughPage('', item))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]: [string, unknown]) => [key, throughPage(key, inner)])
    )
  const path = name === 'mediaUrl' && typeof value === 'string' ? ATTACHMENT.exec(value)?.[1] : undefined
  return path === undefined ? value : `/attachments/${path}`
}

const toLine =
  (requester: string, { whyNot }: Automation) =>
  (message: SuncoMessage): Line => {
    const from = authorOf(message)
    const { id, received, author, content } = message
    const undelivered = from === 'automated' ? whyNot(id) : undefined
    return {
      id,
      from,
      name: author.displayName ?? (from === 'customer' ? requester : 'Bot'),
      at: Date.parse(received),
      parts: toParts(content.type, throughPage('', content)),
      ...(undelivered !== undefined && { undelivered }),
    }
  }

const toFields = (fields: Ticket['fields']): TicketView['fields'] =>
  Object.entries(fields)
    .map(([name, value]) => ({ name: name.replace(SYSTEM_FIELD, '').replace(TICKET_FIELD, 'Field '), value }))
    .filter(({ name }) => !SHOWN_ELSEWHERE.includes(name))

const tagsOf = ({ conversations }: Installation, suncoConversationId: string): TicketView['sessionTags'] => {
  const session = [...conversations.values()].find(({ tags }) => tags.id === suncoConversationId)
  return Object.entries(session?.tags ?? {}).map(([name, value]) => ({ name, value }))
}

const toNotes = ({ id, comments, updatedAt }: SupportTicket): Line[] =>
  comments
    .filter((comment) => !comment.public)
    .map(({ body }, index) => ({
      ...{ id: `note-${id}-${index}`, from: 'note', name: 'Internal note', at: Date.parse(updatedAt) },
      parts: [{ kind: 'text', text: body }],
    }))

const toView =
  ({ app, account, installation }: World, automation: Automation) =>
  (ticket: Ticket): TicketView => {
    const { id, status, fields, sessionActive } = ticket
    const { givenName, surname } = app.users.get(ticket.requesterUserId)?.profile ?? {}
    const known = [givenName, surname].filter(Boolean).join(' ')
    const name = fields[`${SYSTEM_FIELD}requester.name`] ?? (known || 'Customer')
    const line = toLine(name, automation)
    const inSupport = account.ticket(id)
    return {
      ...{ id, subject: inSupport.subject, status, live: sessionActive },
      requester: { name, email: fields[`${SYSTEM_FIELD}requester.email`] },
      priority: fields[`${SYSTEM_FIELD}priority`],
      tags: inSupport.tags,
      fields: toFields(fields),
      sessionTags: tagsOf(installation, ticket.conversationId),
      transcript: ticket.transcript.map(line),
      lines: ticket.messages.map(line),
      notes: toNotes(inSupport),
    }
  }

export const createAgentDesk = (world: World, automation: Automation): AgentDesk => {
  const { app } = world
  const conversationOf = (ticketId: number): string => {
    const ticket = app.tickets.find(({ id }) => id === ticketId)
    if (!ticket) throw new Error(`There is no ticket ${ticketId}`)
    return ticket.conversationId
  }
  /** A later session of the same conversation has a ticket of its own. */
  const inSession = (ticketId: number): string => {
    const ticket = app.tickets.find(({ id }) => id === ticketId)
    if (ticket && !ticket.sessionActive) throw new Error(`Ticket ${ticketId} has no active session`)
    return conversationOf(ticketId)
  }
  const agentOf = (agentId: string): SuncoAgent => {
    const profile = AGENTS.find(({ id }) => id === agentId)
    if (!profile) throw new Error('There is no such agent')
    return app.agent(profile)
  }
  const upload = (agent: SuncoAgent, conversationId: string, { isPrivate, ...file }: Upload): string => {
    const { privateAttachments } = app
    app.privateAttachments = isPrivate
    try {
      return agent.uploadFile(conversationId, file).mediaUrl
    } finally {
      app.privateAttachments = privateAttachments
    }
  }

  return {
    views: () => app.tickets.map(toView(world, automation)),
    reply: (ticketId, agentId, text) => void agentOf(agentId).say(inSession(ticketId), text),
    sendFile: (ticketId, agentId, file) => {
      const [conversationId, agent] = [inSession(ticketId), agentOf(agentId)]
      const { name, mediaType, bytes } = file
      const mediaUrl = upload(agent, conversationId, file)
      const type = mediaType.startsWith('image/') ? 'image' : 'file'
      agent.say(conversationId, { type, mediaUrl, mediaType, mediaSize: bytes.byteLength, altText: name })
    },
    sendButtons: (ticketId, agentId, text) => void agentOf(agentId).say(inSession(ticketId), sampleButtons(text)),
    sendCarousel: (ticketId, agentId) => {
      const [conversationId, agent] = [inSession(ticketId), agentOf(agentId)]
      const items = sampleItems.map(({ hue, ...item }) => ({
        ...item,
        mediaUrl: upload(agent, conversationId, samplePicture(item.title, hue)),
        mediaType: 'image/svg+xml',
      }))
      const text = items.map(({ title }) => title).join('\n')
      agent.say(conversationId, { type: 'carousel', text, items })
    },
    automated: (ticketId, text = 'Thank you for your patience. You are next in line.') => {
      const conversationId = inSession(ticketId)
      automation.sent(app.automatedMessage(conversationId, text, { trigger: true }).id, conversationId)
    },
    endSession: (ticketId, agentId) => agentOf(agentId).endSession(inSession(ticketId)),
    closeTicket: (ticketId) => {
      const ticket = app.tickets.find(({ id }) => id === ticketId)
      if (ticket?.status === 'closed') throw new Error(`Ticket ${ticketId} is closed already`)
      if (!ticket || !ticket.ended) return app.closeTicket(conversationOf(ticketId))
      ticket.status = 'closed'
    },
    attachment: (id) => app.attachments.get(id),
  }
}
