import { useEffect } from 'hono/jsx/dom'
import type { CustomerView, TicketView, View } from '../view'
import { newestOf, ticketOnShow } from './chosen'
import { h, part, type Element } from './element'
import { useInSight } from './in-sight'
import { avatar } from './lines'
import type { Memory } from './memory'
import { select } from './select'
import { StaffBar } from './staff-bar'
import { choose, remember } from './store'
import { Ticket } from './ticket'

const lastText = ({ lines }: TicketView): string => {
  const [first] = lines.at(-1)?.parts ?? []
  if (!first) return 'Waiting for a reply'
  return first.kind === 'text' ? first.text : first.kind
}

const ticketItem = (ticket: TicketView, isSelected: boolean, news: string, show: () => void): Element =>
  h(
    'li',
    { key: `ticket-${ticket.id}` },
    h(
      'button',
      { type: 'button', class: 'ticket-item', 'aria-current': isSelected ? 'true' : undefined, onClick: show },
      avatar(ticket.requester.name),
      h(
        'span',
        { class: 'ticket-item-text' },
        h(
          'span',
          { class: 'ticket-item-head' },
          h('b', {}, ticket.requester.name),
          news ? h('span', { class: 'unread' }, news) : null
        ),
        h('span', { class: 'muted preview' }, lastText(ticket)),
        h(
          'span',
          { class: 'ticket-item-foot' },
          h('span', { class: 'muted' }, `#${ticket.id}`),
          h('span', { class: `badge ${ticket.live ? 'live' : ticket.status}` }, ticket.live ? 'live' : ticket.status)
        )
      )
    )
  )

const noTicketText = (tickets: TicketView[], customer: CustomerView | undefined): string =>
  tickets.length > 0 && customer ? `${customer.name} has no ticket yet. It opens here.` : 'A ticket opens here.'

export type DeskPaneProps = Pick<View, 'tickets' | 'agents' | 'openingHours'> & {
  customer?: CustomerView
  memory: Memory
}

export const DeskPane = ({ tickets, agents, openingHours, customer, memory }: DeskPaneProps): Element => {
  const { chosen, read, agentId = agents[0]?.id ?? '' } = memory
  const ticket = ticketOnShow(tickets, customer, chosen)
  const shownId = ticket?.id
  const list = useInSight(shownId)
  const shownLines = ticket?.lines.length ?? 0
  useEffect(() => {
    if (shownId !== undefined) remember({ read: { ...read, [shownId]: shownLines } })
  }, [shownId, shownLines])
  const newsOf = ({ id, lines }: TicketView): string => {
    const known = read[id]
    if (id === shownId || known === lines.length) return ''
    return known === undefined ? 'new' : `${lines.length - known} new`
  }
  const show = (id: number): void => choose({ ...chosen, ticket: { id, newestThen: newestOf(tickets, customer)?.id } })

  return h(
    'section',
    { class: 'pane desk-pane', 'aria-labelledby': 'desk-title' },
    h(
      'div',
      { class: 'pane-head' },
      h('h2', { id: 'desk-title' }, 'Agent Workspace'),
      h(
        'div',
        { class: 'agent-choice' },
        h('label', { for: 'agent' }, 'Work as'),
        select({
          ...{ id: 'agent', value: agentId, choices: agents.map(({ id, name }) => ({ value: id, label: name })) },
          onChoice: (id) => remember({ agentId: id }),
        })
      )
    ),
    part(StaffBar, { agents, openingHours }),
    h(
      'div',
      { class: 'desk' },
      h(
        'nav',
        { class: 'ticket-list', 'aria-label': 'Tickets', ref: list },
        tickets.length === 0
          ? h('p', { class: 'empty' }, 'No tickets yet. Let the customer ask for a person.')
          : h(
              'ul',
              {},
              ...tickets.toReversed().map((one) => ticketItem(one, one === ticket, newsOf(one), () => show(one.id)))
            )
      ),
      ticket
        ? part(Ticket, { ticket, agentId }, `ticket-${ticket.id}`)
        : h('div', { class: 'no-ticket', key: 'none' }, h('p', { class: 'empty' }, noTicketText(tickets, customer)))
    )
  )
}
