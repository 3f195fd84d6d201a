import type { CustomerView, Party } from '../view'
import { h, type Element } from './element'
import { select } from './select'
import { remember } from './store'
import type { WireFilter } from './wire-filter'

const PARTIES: Party[] = ['Sunco', 'Support', 'Botpress', 'Integration']

export type WireToolsProps = { customers: CustomerView[]; filter: WireFilter }

/** Says which calls are of interest. */
export const WireTools = ({ customers, filter }: WireToolsProps): Element => {
  const change = (changes: Partial<WireFilter>): void => remember({ filter: { ...filter, ...changes } })
  const { customerId = '', party = '', errorsOnly } = filter
  return h(
    'div',
    { class: 'wire-tools', role: 'group', 'aria-label': 'Filter of the wire' },
    select({
      ...{ label: 'Calls of the customer', value: customerId },
      choices: [
        { value: '', label: 'All customers' },
        ...customers.map(({ id, name }) => ({ value: id, label: name })),
      ],
      onChoice: (value) => change({ customerId: value || undefined }),
    }),
    select<Party | ''>({
      ...{ label: 'Calls from or to', value: party },
      choices: [{ value: '', label: 'All parties' }, ...PARTIES.map((name) => ({ value: name, label: name }))],
      onChoice: (value) => change({ party: value || undefined }),
    }),
    h(
      'label',
      { class: 'check' },
      h('input', { type: 'checkbox', checked: errorsOnly, onInput: () => change({ errorsOnly: !errorsOnly }) }),
      'Errors only'
    ),
    h('button', { type: 'button', class: 'button quiet', onClick: () => change({ clearedAt: Date.now() }) }, 'Clear')
  )
}
