import type { SettingsView, Troubles } from '../view'
import { h, type Element } from './element'
import { select, type Choice } from './select'
import { send } from './send'
import { tell } from './store'
import { toggle } from './switch'

const SWITCHES = [
  { name: 'botpressDown', label: 'Botpress down', hint: 'Its API answers 503' },
  { name: 'suncoSlow', label: 'Sunco slow', hint: '1.5 s more for a call' },
  { name: 'duplicateDelivery', label: 'Duplicate delivery', hint: 'Webhooks 3 times' },
] as const

const SETTINGS = [
  { name: 'support', label: 'Zendesk Support', hint: 'Agents and tickets' },
  { name: 'noteOnEnd', label: 'Note on end', hint: 'On the ticket, internal' },
  { name: 'forwardAutomated', label: 'Forward automated messages', hint: 'Once an agent has joined' },
] as const

const SUPPORT: Choice<Troubles['support']>[] = [
  { value: 'none', label: 'answers' },
  { value: 'down', label: 'is down: 503' },
  { value: 'hangs', label: 'hangs' },
  { value: 'forbids', label: 'forbids: 403' },
]

const support = (value: Troubles['support']): Element =>
  h(
    'div',
    { class: `trouble-choice ${value === 'none' ? '' : 'bad'}`, key: 'support' },
    h('label', { for: 'support-trouble' }, 'Support'),
    select({
      ...{ id: 'support-trouble', value, choices: SUPPORT },
      onChoice: (how) => void send('trouble-support', { how }),
    })
  )

const forge = async (): Promise<void> => {
  const answer = await send('forge')
  if (answer) tell(`The forged webhook was answered with ${answer.status}.`)
}

const restart = async (): Promise<void> => {
  if (await send('restart')) tell('The integration was killed and runs again, with an empty memory.')
}

export type TroublePaneProps = { troubles: Troubles; settings: SettingsView }

export const TroublePane = ({ troubles, settings }: TroublePaneProps): Element =>
  h(
    'section',
    { class: 'pane trouble-pane', 'aria-labelledby': 'trouble-title' },
    h('div', { class: 'pane-head' }, h('h2', { id: 'trouble-title' }, 'Trouble')),
    h(
      'div',
      { class: 'troubles' },
      ...SWITCHES.map((one) => {
        const on = troubles[one.name]
        return toggle('trouble', one, on, () => void send('flip', { name: one.name, on: !on }))
      }),
      support(troubles.support),
      h(
        'button',
        { type: 'button', class: 'button', onClick: () => void send('refuse-posts') },
        troubles.refusals > 0 ? `429: ${troubles.refusals} to come` : '429 for two posts'
      ),
      h('button', { type: 'button', class: 'button', onClick: () => void forge() }, 'Forge a webhook'),
      h(
        'button',
        { type: 'button', class: 'button', disabled: troubles.restarting, onClick: () => void restart() },
        troubles.restarting ? 'Restarting…' : 'Restart the integration'
      )
    ),
    h(
      'div',
      { class: 'troubles settings', role: 'group', 'aria-labelledby': 'settings-title' },
      h('h3', { class: 'muted', id: 'settings-title' }, 'Configuration of the integration'),
      ...SETTINGS.map((one) => {
        const on = settings[one.name]
        return toggle('setting', one, on, () => void send('configure', { name: one.name, on: !on }))
      })
    )
  )
