import type { CustomerView, Party } from '../view'
import { h, type Element } from './element'
import { remember } from './store'
import type { WireFilter } from './wire-filter'

const PARTIES: Party[] = ['Sunco', 'Botpress', 'Integration']

type Choice = { value: string; label: string }

const select = (label: string, value: string, choices: Choice[], onChoice: (value: string) => void): Element =>
  h(
    'select',
    {
      ...{ 'aria-label': label, value, key: label },
      onInput: (event: Event) => event.target instanceof HTMLSelectElement && onChoice(event.target.value),
    },
    ...choices.map((one) => h('option', { value: one.value, key: one.value, selected: one.value === value }, one.label))
  )

export type WireToolsProps = { customers: CustomerView[]; filter: WireFilter }

/** Says which calls are of interest. */
export const WireTools = ({ customers, filter }: WireToolsProps): Element => {
  const change = (changes: Partial<WireFilter>): void => remember({ filter: { ...filter, ...changes } })
  const { customerId = '', party = '', errorsOnly } = filter
  return h(
    'div',
    { class: 'wire-tools', role: 'group', 'aria-label': 'Filter of the wire' },
    select(
      'Calls of the customer',
      customerId,
      [{ value: '', label: 'All customers' }, ...customers.map(({ id, name }) => ({ value: id, label: name }))],
      (value) => change({ customerId: value || undefined })
    ),
    select(
      'Calls from or to',
      party,
      [{ value: '', label: 'All parties' }, ...PARTIES.map((name) => ({ value: name, label: name }))],
      (value) => change({ party: PARTIES.find((name) => name === value) })
    ),
    h(
      'label',
      { class: 'check' },
      h('input', { type: 'checkbox', checked: errorsOnly, onInput: () => change({ errorsOnly: !errorsOnly }) }),
      'Errors only'
    ),
    h('button', { type: 'button', class: 'button quiet', onClick: () => change({ clearedAt: Date.now() }) }, 'Clear')
  )
}
