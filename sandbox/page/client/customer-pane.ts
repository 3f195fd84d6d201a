import type { CustomerView } from '../view'
import { useDraft } from './draft'
import { h, part, type Element } from './element'
import { useInSight } from './in-sight'
import { avatar, Log } from './lines'
import { send, sendFile } from './send'
import { choose } from './store'

const stateText = ({ state, agentName }: CustomerView): string =>
  ({ bot: 'with the bot', waiting: 'waiting for a person', agent: `with ${agentName ?? 'an agent'}` })[state]

const chip = (customer: CustomerView, isSelected: boolean, select: () => void): Element =>
  h(
    'li',
    { key: customer.id },
    h(
      'button',
      { type: 'button', class: 'chip', 'aria-pressed': isSelected ? 'true' : 'false', onClick: select },
      h('span', { class: `dot ${customer.state}`, 'aria-hidden': 'true' }),
      h('span', { class: 'chip-name' }, customer.name),
      h('span', { class: 'unseen' }, `, ${stateText(customer)}`)
    )
  )

const suggestions = ({ id, state, offers }: CustomerView): Element => {
  const button = (label: string, text: string): Element =>
    h(
      'button',
      {
        type: 'button',
        class: 'suggestion',
        key: label,
        onClick: () => void send('customer-say', { customerId: id, text }),
      },
      label
    )
  const shown = state === 'bot' ? offers.map((text) => button(text, text)) : [button('End the session', '/end')]
  return h('div', { class: 'suggestions', role: 'group', 'aria-label': 'Quick replies' }, ...shown)
}

const FIRST_WORDS = 'I want to talk to a person'

const hasBegun = (customers: CustomerView[]): boolean =>
  customers.some(({ lines }) => lines.some(({ from }) => from === 'customer'))

/** @property hints at the first step */
type ComposerProps = { customer: CustomerView; hints: boolean }

const Composer = ({ customer, hints }: ComposerProps): Element => {
  const draft = useDraft(customer.id)
  const say = async (): Promise<void> => {
    const written = draft.text()
    const text = written.trim()
    if (text && (await send('customer-say', { customerId: customer.id, text }))) draft.sent(written)
  }
  return h(
    'form',
    {
      class: 'composer',
      onSubmit: (event: Event) => {
        event.preventDefault()
        void say()
      },
    },
    hints
      ? h(
          'button',
          { type: 'button', class: 'first-step', key: 'hint', onClick: () => draft.fill(FIRST_WORDS) },
          h('b', {}, 'First step: '),
          `say “${FIRST_WORDS}”`
        )
      : null,
    h(
      'div',
      { class: 'composer-row' },
      h('label', { class: 'unseen', for: 'customer-text' }, 'Message of the customer'),
      h('input', {
        ref: draft.ref,
        onInput: draft.keep,
        id: 'customer-text',
        type: 'text',
        autocomplete: 'off',
        placeholder: 'Write here',
      }),
      h(
        'label',
        { class: 'button quiet' },
        'Picture',
        h('input', {
          type: 'file',
          class: 'unseen',
          accept: 'image/*',
          'aria-label': 'Send a picture as the customer',
          onInput: (event: Event) => void sendFile(event, 'customer-picture', { customerId: customer.id }),
        })
      ),
      h('button', { type: 'submit', class: 'button primary', 'aria-label': 'Send as the customer' }, 'Send')
    )
  )
}

export type CustomerPaneProps = { customers: CustomerView[]; customer?: CustomerView }

export const CustomerPane = ({ customers, customer }: CustomerPaneProps): Element => {
  const chips = useInSight(customer?.id)
  const add = async (): Promise<void> => {
    const added = await send('add-customer')
    if (added?.id) choose({ customerId: added.id })
  }
  return h(
    'section',
    { class: 'pane customer-pane', 'aria-labelledby': 'customer-title' },
    h(
      'div',
      { class: 'pane-head' },
      h('h2', { id: 'customer-title' }, 'Customer'),
      h('button', { type: 'button', class: 'button quiet', onClick: () => void add() }, 'New customer')
    ),
    h(
      'ul',
      { class: 'chips', 'aria-label': 'Customers', ref: chips },
      ...customers.map((one) => chip(one, one === customer, () => choose({ customerId: one.id })))
    ),
    customer &&
      h(
        'div',
        { class: 'chat', key: customer.id },
        h(
          'div',
          { class: 'chat-head' },
          avatar(customer.name),
          h('div', { class: 'chat-name' }, h('h3', {}, customer.name), h('p', { class: 'muted' }, customer.email)),
          h('span', { class: `badge ${customer.state}` }, stateText(customer))
        ),
        part(Log, {
          label: `Chat of ${customer.name}`,
          groups: [{ lines: customer.lines }],
          empty: 'Nothing said yet.',
        }),
        suggestions(customer),
        part(Composer, { customer, hints: !hasBegun(customers) })
      )
  )
}
