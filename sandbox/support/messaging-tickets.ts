import type { SuncoApp, Ticket } from '../sunco'
import { asTime, type AccountState, type SupportTicket, type TicketStatus } from './state'

type OpenStatus = Exclude<TicketStatus, 'solved' | 'closed'>

const systemField = ({ fields }: Ticket, name: string): string | undefined => fields[`dataCapture.systemField.${name}`]

const numberField = (ticket: Ticket, name: string): number | undefined => {
  const value = systemField(ticket, name)
  return value === undefined ? undefined : Number(value)
}

/** Zendesk keeps tags in lower case, each once. */
export const toTags = (tags: string[]): string[] => [...new Set(tags.filter(Boolean).map((tag) => tag.toLowerCase()))]

const customFieldsOf = ({ fields }: Ticket): SupportTicket['customFields'] =>
  Object.entries(fields).flatMap(([name, value]) => {
    const id = /^dataCapture\.ticketField\.(\d+)$/.exec(name)?.[1]
    return id === undefined ? [] : [{ id: Number(id), value }]
  })

const requesterNameOf = (app: SuncoApp, ticket: Ticket): string => {
  const { givenName, surname } = app.users.get(ticket.requesterUserId)?.profile ?? {}
  const name = systemField(ticket, 'requester.name') ?? [givenName, surname].filter(Boolean).join(' ')
  return name || 'Web User'
}

/** Closes it as an agent would where it is the one that the conversation goes on in. */
const close = (app: SuncoApp, ticket: Ticket): void => {
  const { conversationId } = ticket
  const current = app.tickets.findLast((one) => one.conversationId === conversationId)
  if (current === ticket && app.conversations.has(conversationId)) app.closeTicket(conversationId)
  else Object.assign(ticket, { status: 'closed', ended: true, sessionActive: false })
}

/** The Support ticket of what Agent Workspace made of a conversation: the same id, and one status for both. */
export const messagingTicket = (account: AccountState, app: SuncoApp, ticket: Ticket): SupportTicket => {
  /** Agent Workspace's own tells only open, solved and closed. */
  let openStatus: OpenStatus = 'open'
  const createdAt = asTime(Date.parse(ticket.createdAt))
  const requesterId = app.support?.userIdOf(ticket.requesterUserId) ?? 0
  const tags = systemField(ticket, 'tags')?.split(',') ?? []
  return {
    id: ticket.id,
    requesterId,
    fromMessaging: true,
    createdAt,
    updatedAt: createdAt,
    subject: `Conversation with ${requesterNameOf(app, ticket)}`,
    get status() {
      return ticket.status === 'open' ? openStatus : ticket.status
    },
    set status(status) {
      openStatus = status === 'solved' || status === 'closed' ? 'open' : status
      if (status === 'closed') close(app, ticket)
      else ticket.status = status === 'solved' ? 'solved' : 'open'
    },
    tags: account.turned.has('tagsLost') ? [] : toTags(tags),
    assigneeId: numberField(ticket, 'assignee_id'),
    groupId: numberField(ticket, 'group_id'),
    customFields: customFieldsOf(ticket),
    comments: [],
    puts: [],
    missedReads: account.missedReads,
  }
}
