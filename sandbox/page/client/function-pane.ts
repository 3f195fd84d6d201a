import type { FunctionView } from '../view'
import { h, type Element } from './element'

const card = ({ id, state, calls, took }: FunctionView): Element =>
  h(
    'li',
    { class: `function ${state}`, key: id },
    h('span', { class: 'wire-function' }, id),
    ' ',
    h('b', {}, state),
    state === 'killed' ? null : h('span', { class: 'muted function-took' }, took ? `${took} · ${calls}` : 'no call yet')
  )

const isAlive = ({ state }: FunctionView): boolean => state !== 'killed'

export type FunctionPaneProps = { functions: FunctionView[] }

/** The processes that run the integration, as Botpress Cloud would have them. */
export const FunctionPane = ({ functions }: FunctionPaneProps): Element =>
  h(
    'section',
    { class: 'pane function-pane', 'aria-labelledby': 'function-title' },
    h(
      'div',
      { class: 'pane-head' },
      h('h2', { id: 'function-title' }, 'Functions'),
      h('p', { class: 'muted' }, 'Last call taken · how many')
    ),
    h(
      'ul',
      { class: 'functions', 'aria-labelledby': 'function-title', tabindex: 0 },
      ...[...functions.filter(isAlive), ...functions.filter((one) => !isAlive(one))].map(card)
    )
  )
