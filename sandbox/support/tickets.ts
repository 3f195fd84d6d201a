import { Hono, type Context } from 'hono'
import { notFound } from './errors'
import { pageOf } from './paging'
import { gate, idIn } from './request'
import type { AccountState, SupportEnv, SupportTicket, World } from './state'

export const ticketView = (world: World, ticket: SupportTicket): object => ({
  id: ticket.id,
  url: `${world.url}/api/v2/tickets/${ticket.id}.json`,
  status: ticket.status,
  subject: ticket.subject,
  raw_subject: ticket.subject,
  tags: ticket.tags,
  requester_id: ticket.requesterId,
  assignee_id: ticket.assigneeId ?? null,
  group_id: ticket.groupId ?? null,
  external_id: ticket.externalId ?? null,
  from_messaging_channel: ticket.fromMessaging,
  via: { channel: ticket.fromMessaging ? 'sunshine_conversations_api' : 'email', source: {} },
  custom_fields: ticket.customFields,
  satisfaction_rating: null,
  custom_status_id: 1,
  created_at: ticket.createdAt,
  updated_at: ticket.updatedAt,
})

export const ticketIn = (context: Context<SupportEnv>): SupportTicket => {
  const ticket = context.var.account.ticketsById.get(idIn(context))
  if (!ticket) throw notFound()
  return ticket
}

/** Counts the read for a ticket that the first reads of its requester's list do not show. */
const isMissed = (ticket: SupportTicket): boolean => {
  if (ticket.missedReads === 0) return false
  ticket.missedReads -= 1
  return true
}

/** What a requester's list shows now, oldest first. */
const shownTo = ({ ticketsById }: AccountState, requesterId: number): SupportTicket[] =>
  [...ticketsById.values()]
    .filter((ticket) => ticket.requesterId === requesterId)
    .filter((ticket) => !isMissed(ticket))
    .toSorted((a, b) => a.id - b.id)

export const ticketRoutes = (world: World): Hono<SupportEnv> => {
  const routes = new Hono<SupportEnv>()
  const toView = (ticket: SupportTicket): object => ticketView(world, ticket)
  routes.get('/users/:id/tickets/requested', gate(world, { resource: 'tickets' }), (context) => {
    const { account } = context.var
    if (!account.requesters.has(idIn(context))) throw notFound()
    const found = shownTo(account, idIn(context))
    const isByCursor = ['page[size]', 'page[after]'].some((name) => context.req.query(name) !== undefined)
    // Sorting belongs to cursor pages.
    if (!isByCursor)
      return context.json({ tickets: found.map(toView), count: found.length, next_page: null, previous_page: null })
    const descending = context.req.query('sort') === '-id'
    const ordered = descending ? found.toReversed() : found
    const { items, meta, links } = pageOf(context, ordered, { idOf: ({ id }) => id, descending })
    return context.json({ tickets: items.map(toView), meta, links })
  })
  routes.get('/tickets/:id', gate(world, { resource: 'tickets' }), (context) =>
    context.json({ ticket: toView(ticketIn(context)) })
  )
  return routes
}
