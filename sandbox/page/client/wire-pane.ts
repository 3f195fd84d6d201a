import { memo, useState } from 'hono/jsx/dom'
import type { CustomerView, FunctionBadge, FunctionMark, Party, WireEntry, WireItem } from '../view'
import { h, part, type Child, type Element } from './element'
import { useFollow } from './follow'
import { timeOf } from './lines'
import { filterWires, type WireFilter } from './wire-filter'
import { WireTools } from './wire-tools'

const statusOf = ({ answer }: WireEntry): { text: string; tone: string } => {
  if (!answer) return { text: '…', tone: 'open' }
  if (answer.status === 0) return { text: 'none', tone: 'bad' }
  return { text: String(answer.status), tone: answer.status < 300 ? 'good' : 'bad' }
}

const written = (body: unknown): string => (body === undefined ? '(no JSON)' : JSON.stringify(body, undefined, 2))

const block = (title: string, headers: Record<string, string>, body: unknown): Element =>
  h(
    'div',
    { class: 'wire-block', key: title },
    h('h3', {}, title),
    h(
      'pre',
      { tabindex: 0, 'aria-label': `${title}: headers` },
      Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n') || '(no headers)'
    ),
    h('pre', { tabindex: 0, 'aria-label': `${title}: body` }, written(body))
  )

const details = ({ method, path, request, answer }: WireEntry): Child =>
  h(
    'div',
    { class: 'wire-details' },
    h('p', { class: 'wire-path' }, h('code', {}, `${method} ${path}`)),
    answer?.fault ? h('p', { class: 'muted' }, `Trouble that was switched on: ${answer.fault}`) : null,
    h(
      'div',
      { class: 'wire-blocks' },
      block('Request', request.headers, request.body),
      answer ? block('Answer', answer.headers, answer.body) : h('p', { class: 'muted' }, 'No answer yet.')
    )
  )

const SECOND = 1000
const MINUTE = 60 * SECOND

const lengthOf = (ms: number): string => {
  if (ms >= 2 * MINUTE) return `${Math.round(ms / MINUTE)} min`
  return `${ms < 10 * SECOND ? (ms / SECOND).toFixed(1) : Math.round(ms / SECOND)} s`
}

/** What a function was before it took a request. */
const pastOf = ({ isNew, frozenMs }: FunctionBadge): string => {
  if (isNew) return 'new'
  return frozenMs === undefined ? '' : `frozen for ${lengthOf(frozenMs)}`
}

const badge = (id: string): Element => h('span', { class: 'wire-function' }, id)

const party = (name: Party, by: FunctionBadge | undefined): Child[] => [
  h('span', { class: `party ${name.toLowerCase()}` }, name),
  name === 'Integration' && by ? badge(by.id) : null,
]

type MarkProps = { mark: FunctionMark }

const Mark = ({ mark: { at, functionId, mark } }: MarkProps): Element =>
  h(
    'li',
    { class: `wire-entry wire-mark ${mark}` },
    h('time', { class: 'wire-time', datetime: new Date(at).toISOString() }, timeOf(at)),
    badge(functionId),
    h('span', { class: 'wire-operation' }, mark)
  )

/** What is out of the ordinary about a call, beside its status. */
const tagsOf = ({ isRepeated, answer }: WireEntry): string[] => [
  ...(isRepeated ? ['duplicate'] : []),
  ...(answer?.fault ? [`trouble: ${answer.fault}`] : []),
]

type RowProps = { entry: WireEntry }

const Row = ({ entry }: RowProps): Element => {
  const [isOpen, setOpen] = useState(false)
  const { text, tone } = statusOf(entry)
  const past = entry.function ? pastOf(entry.function) : ''
  const onToggle = (event: Event): void => {
    if (event.target instanceof HTMLDetailsElement) setOpen(event.target.open)
  }
  return h(
    'li',
    { class: 'wire-entry' },
    h(
      'details',
      { onToggle },
      h(
        'summary',
        {},
        h('span', { class: 'wire-number' }, String(entry.number)),
        h('time', { class: 'wire-time', datetime: new Date(entry.at).toISOString() }, timeOf(entry.at)),
        h(
          'span',
          { class: 'wire-way' },
          ...party(entry.from, entry.function),
          h('span', { class: 'arrow', 'aria-hidden': 'true' }, '→'),
          h('span', { class: 'unseen' }, ' to '),
          ...party(entry.to, entry.function)
        ),
        h(
          'span',
          { class: 'wire-operation' },
          entry.operation,
          past ? ' ' : null,
          past ? h('span', { class: 'wire-past' }, past) : null,
          ...tagsOf(entry).flatMap((tag) => [' ', h('span', { class: 'wire-tag' }, tag)])
        ),
        h('span', { class: `wire-status ${tone}` }, h('span', { class: 'unseen' }, ' status '), text),
        h('span', { class: 'wire-duration' }, entry.answer ? `${entry.answer.durationMs} ms` : '')
      ),
      isOpen ? details(entry) : null
    )
  )
}

const SameRow = memo(Row, (before, after) => before.entry === after.entry)

export type WirePaneProps = { wires: WireItem[]; customers: CustomerView[]; filter: WireFilter }

/** Every HTTP call between the three parties, the newest at the end. */
export const WirePane = ({ wires, customers, filter }: WirePaneProps): Element => {
  const shown = filterWires(wires, filter, customers)
  const { ref, onScroll } = useFollow(shown.length)
  return h(
    'section',
    { class: 'pane wire-pane', 'aria-labelledby': 'wire-title' },
    h(
      'div',
      { class: 'pane-head' },
      h('h2', { id: 'wire-title' }, 'Wire'),
      h('p', { class: 'muted' }, `${shown.length} of ${wires.length} · open one for headers and body`)
    ),
    part(WireTools, { customers, filter }),
    h(
      'div',
      { class: 'log wire-log', role: 'log', 'aria-live': 'polite', 'aria-label': 'Wire', tabindex: 0, ref, onScroll },
      shown.length === 0
        ? h('p', { class: 'empty' }, wires.length === 0 ? 'Nothing yet.' : 'Nothing that fits.')
        : null,
      h(
        'ol',
        { class: 'wire-entries' },
        ...shown.map((item) =>
          'mark' in item ? part(Mark, { mark: item }, item.id) : part(SameRow, { entry: item }, item.id)
        )
      )
    )
  )
}
