import { render, useRef, useSyncExternalStore } from 'hono/jsx/dom'
import type { CustomerView } from '../view'
import { CustomerPane } from './customer-pane'
import { DeskPane } from './desk-pane'
import { h, part, type Element } from './element'
import { FunctionPane } from './function-pane'
import { Legend } from './legend'
import { connect, current, dismiss, subscribe, type Notice } from './store'
import { TroublePane } from './trouble-pane'
import { WirePane } from './wire-pane'

const notice = ({ id, text, isTrouble }: Notice): Element =>
  h(
    'div',
    { class: `page-notice ${isTrouble ? 'bad' : ''}`, key: `notice-${id}` },
    h('p', {}, text),
    h('button', { type: 'button', class: 'button quiet', onClick: () => dismiss(id) }, 'Dismiss')
  )

/** One who was just added may be chosen before the view that lists them comes: until then, nothing changes. */
const useCustomer = (customers: CustomerView[], chosenId: string | undefined): CustomerView | undefined => {
  const shown = useRef<string | null>(null)
  const withId = (wanted: string | null | undefined) => customers.find(({ id }) => id === wanted)
  const customer = withId(chosenId) ?? withId(shown.current) ?? customers[0]
  shown.current = customer?.id ?? null
  return customer
}

const Page = (): Element => {
  const { view, wires, notices, memory, live } = useSyncExternalStore(subscribe, current)
  const customer = useCustomer(view?.customers ?? [], memory.chosen.customerId)
  return h(
    'div',
    { class: 'page' },
    h(
      'header',
      { class: 'page-head' },
      h(
        'div',
        {},
        h('h1', {}, 'Handoff sandbox'),
        h('p', { class: 'muted' }, 'A bot, a customer and Zendesk agents, all on this computer.')
      ),
      h('div', { class: 'notices', role: 'status', 'aria-live': 'assertive' }, ...notices.map(notice)),
      part(Legend, {}),
      h('p', { class: `connection ${live ? 'on' : 'off'}`, role: 'status' }, live ? 'Live' : 'Connecting…')
    ),
    h(
      'main',
      {},
      view
        ? part(CustomerPane, { customers: view.customers, customer }, 'customer')
        : h('p', { key: 'wait' }, 'Loading…'),
      view ? part(DeskPane, { ...view, customer, memory }, 'desk') : null,
      view ? part(TroublePane, view, 'trouble') : null,
      view ? part(FunctionPane, { functions: view.functions }, 'functions') : null,
      view ? part(WirePane, { wires, customers: view.customers, filter: memory.filter }, 'wire') : null
    )
  )
}

const root = document.getElementById('root')
if (root) {
  root.textContent = ''
  render(part(Page, {}), root)
  connect()
}
