import { useRef } from 'hono/jsx/dom'
import type { TicketView } from '../view'
import { useDraft } from './draft'
import { h, part, type Element } from './element'
import { send, sendFile } from './send'

export type ReplyProps = { ticket: TicketView; agentId: string }

export const Reply = ({ ticket, agentId }: ReplyProps): Element =>
  ticket.live
    ? part(Composer, { ticket, agentId })
    : h('p', { class: 'composer closed' }, 'The session is over: nothing can be sent to the customer here.')

/** The agent's composer. Words in it go along with buttons and automated messages. */
const Composer = ({ ticket, agentId }: ReplyProps): Element => {
  const draft = useDraft(`ticket ${ticket.id}`)
  const isPrivate = useRef<HTMLInputElement>(null)
  const by = { ticketId: ticket.id, agentId }

  const sendWith = async (command: string, needsText: boolean): Promise<void> => {
    const written = draft.text()
    const text = written.trim()
    if (needsText && !text) return draft.ref.current?.focus()
    if (await send(command, { ...by, ...(text && { text }) })) draft.sent(written)
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    void sendWith('agent-reply', true)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event)
  }
  const tool = (label: string, act: () => void): Element =>
    h('button', { type: 'button', class: 'button quiet', key: label, onClick: act }, label)
  const picker = (label: string, accept: string | undefined): Element =>
    h(
      'label',
      { class: 'button quiet', key: label },
      label,
      h('input', {
        type: 'file',
        class: 'unseen',
        'aria-label': `Send a ${label.toLowerCase()} to the customer`,
        accept,
        onInput: (event: Event) =>
          void sendFile(event, 'agent-file', { ...by, isPrivate: isPrivate.current?.checked ?? false }),
      })
    )

  return h(
    'form',
    { class: 'composer', onSubmit: submit },
    h(
      'div',
      { class: 'composer-row' },
      h('label', { class: 'unseen', for: 'agent-text' }, 'Reply of the agent'),
      h('textarea', {
        ref: draft.ref,
        onInput: draft.keep,
        id: 'agent-text',
        rows: 2,
        placeholder: 'Reply as the agent',
        onKeyDown: onKey,
      }),
      h('button', { type: 'submit', class: 'button primary', 'aria-label': 'Send as the agent' }, 'Send')
    ),
    h(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'Other messages' },
      picker('Picture', 'image/*'),
      picker('File', undefined),
      h('label', { class: 'check' }, h('input', { ref: isPrivate, type: 'checkbox' }), 'Private attachment'),
      tool('Buttons', () => void sendWith('agent-buttons', false)),
      tool('Carousel', () => void send('agent-carousel', by)),
      tool('Automated message', () => void sendWith('automated-message', false))
    )
  )
}
