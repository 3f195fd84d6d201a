import type { TicketView } from '../view'
import { h, part, type Element } from './element'
import { Log } from './lines'
import { Reply } from './reply'
import { send } from './send'

const pair = (name: string, ...values: (Element | string)[]): Element =>
  h('div', { class: 'pair', key: name }, h('dt', {}, name), h('dd', {}, ...values))

const facts = ({ requester, priority, tags, fields }: TicketView): Element =>
  h(
    'dl',
    { class: 'facts' },
    pair('Requester', requester.email ?? requester.name),
    pair('Priority', h('span', { class: `badge priority-${priority ?? 'none'}` }, priority ?? 'none')),
    pair('Tags', ...(tags.length > 0 ? tags.map((tag) => h('span', { class: 'tag' }, tag)) : ['none'])),
    ...fields.map(({ name, value }) => pair(name, value))
  )

const sessionTags = (tags: TicketView['sessionTags']): Element =>
  h(
    'details',
    { class: 'session-tags' },
    h('summary', {}, 'Tags of the session, as the bot reads them'),
    tags.length === 0
      ? h('p', { class: 'muted' }, 'None: the handoff is not that far yet.')
      : h('dl', { class: 'facts' }, ...tags.map(({ name, value }) => pair(name, value)))
  )

const statusText = ({ live, status }: TicketView): string => (live ? 'session live' : 'session ended') + ` · ${status}`

export type TicketProps = { ticket: TicketView; agentId: string }

export const Ticket = ({ ticket, agentId }: TicketProps): Element => {
  const { id, subject, live, status } = ticket
  return h(
    'article',
    { class: 'ticket', 'aria-labelledby': 'ticket-title' },
    h(
      'div',
      { class: 'ticket-head' },
      h(
        'div',
        { class: 'chat-name' },
        h('h3', { id: 'ticket-title' }, subject),
        h('p', { class: 'muted' }, `Ticket #${id} · ${statusText(ticket)}`)
      ),
      h(
        'div',
        { class: 'ticket-moves' },
        h(
          'button',
          {
            type: 'button',
            class: 'button',
            disabled: !live,
            onClick: () => void send('end-session', { ticketId: id, agentId }),
          },
          'End session'
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'button',
            disabled: status === 'closed',
            onClick: () => void send('close-ticket', { ticketId: id }),
          },
          'Close ticket'
        )
      )
    ),
    facts(ticket),
    sessionTags(ticket.sessionTags),
    part(Log, {
      label: `Conversation of ticket ${id}`,
      groups: [
        { title: 'Transcript when the ticket was opened', lines: ticket.transcript },
        { title: 'Session', lines: ticket.lines },
        { title: 'Internal notes, not for the customer', lines: ticket.notes },
      ],
      empty: 'Nothing said yet.',
    }),
    part(Reply, { ticket, agentId })
  )
}
