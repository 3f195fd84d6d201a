import { DOCUMENTS } from '../documents'
import type { FunctionMark, FunctionView } from '../view'
import { h, type Element } from './element'

const PANES = {
  Customer: 'Talks to the bot, and to an agent after the handoff. Several can be there at once.',
  'Agent Workspace':
    'Where agents answer, as Zendesk would show it, and whether they are there. Each handoff opens a ticket.',
  Trouble: 'What can go wrong, to be switched on, and how the integration is configured.',
  Functions: 'The processes that run the integration, as in Botpress Cloud. Any of them takes any call.',
  Wire: 'Every HTTP call between Botpress, the integration, Sunco, which is Zendesk’s messaging API, and Zendesk Support.',
}

const WIRE = {
  '200': 'answered',
  '503': 'refused, or failed',
  none: 'never answered: the connection broke',
  '…': 'not answered yet',
  duplicate: 'a webhook all of whose events came before',
  trouble: 'hit by what is switched on: refuse (turned down), delay (slowed) or hang (not answered)',
  f1: 'the function that took the call, or that made it',
  new: 'the first call that the function takes',
  'frozen for': 'how long the function had stood still until this call',
}

const MARKS: Record<FunctionMark['mark'], string> = {
  started: 'a new process, with an empty memory',
  died: 'killed: what it was at is lost',
}

const FUNCTIONS: Record<FunctionView['state'], string> = {
  starting: 'loads the integration',
  cold: 'has taken no call yet',
  busy: 'works on a call',
  idle: 'has answered, and still runs',
  frozen: 'stands still between calls, as Botpress Cloud may leave it',
  killed: 'is gone',
}

const CHAT = {
  'Not delivered': 'the other side never got it, with the reason',
  automated: 'sent by Zendesk itself, not by an agent',
  'Internal notes': 'on the ticket, for agents only',
}

const chapter = (title: string, meanings: Record<string, string>): Element =>
  h(
    'section',
    { key: title },
    h('h3', {}, title),
    h(
      'dl',
      {},
      ...Object.entries(meanings).map(([mark, meaning]) => h('div', {}, h('dt', {}, mark), h('dd', {}, meaning)))
    )
  )

const documents = (): Element =>
  h(
    'section',
    {},
    h('h3', {}, 'Documents'),
    h(
      'ul',
      {},
      ...Object.entries(DOCUMENTS).map(([name, subject]) =>
        h('li', {}, h('a', { href: `/documents/${name}`, target: '_blank' }, name), `: ${subject}`)
      )
    )
  )

/** What the panes and marks mean, and where to read on; the browser opens and closes it. */
export const Legend = (): Element =>
  h(
    'div',
    {},
    h('button', { type: 'button', class: 'button quiet', popovertarget: 'legend' }, 'Help'),
    h(
      'div',
      { id: 'legend', popover: 'auto', role: 'dialog', 'aria-label': 'What is what', tabindex: 0 },
      h(
        'div',
        { class: 'legend-head' },
        h('h2', {}, 'What is what'),
        h('button', { ...{ type: 'button', class: 'button quiet' }, popovertarget: 'legend' }, 'Close')
      ),
      chapter('Panes', PANES),
      chapter('Marks in the wire', { ...WIRE, ...MARKS }),
      chapter('Functions', FUNCTIONS),
      chapter('In a conversation', CHAT),
      documents()
    )
  )
