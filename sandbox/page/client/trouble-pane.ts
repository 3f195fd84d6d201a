import type { Troubles } from '../view'
import { h, type Element } from './element'
import { send } from './send'
import { tell } from './store'

const SWITCHES = [
  { name: 'botpressDown', label: 'Botpress down', hint: 'Its API answers 503' },
  { name: 'suncoSlow', label: 'Sunco slow', hint: '1.5 s more for a call' },
  { name: 'duplicateDelivery', label: 'Duplicate delivery', hint: 'Webhooks come 3 times' },
] as const

const FORWARDING = {
  name: 'forwardAutomated',
  label: 'Forward automated messages',
  hint: 'Configuration of the integration',
}

type Switch = { name: string; label: string; hint: string }

const toggle = ({ name, label, hint }: Switch, on: boolean, flip: () => void): Element =>
  h(
    'button',
    {
      ...{ type: 'button', class: `switch ${name}`, role: 'switch', key: name },
      'aria-checked': on ? 'true' : 'false',
      'aria-label': label,
      'aria-describedby': `hint-${name}`,
      onClick: flip,
    },
    h('span', { class: 'track', 'aria-hidden': 'true' }),
    h('span', { class: 'switch-text' }, h('b', {}, label), h('span', { class: 'muted', id: `hint-${name}` }, hint))
  )

const forge = async (): Promise<void> => {
  const answer = await send('forge')
  if (answer) tell(`The forged webhook was answered with ${answer.status}.`)
}

const restart = async (): Promise<void> => {
  if (await send('restart')) tell('The integration was killed and runs again, with an empty memory.')
}

export type TroublePaneProps = { troubles: Troubles; forwardsAutomated: boolean }

export const TroublePane = ({ troubles, forwardsAutomated }: TroublePaneProps): Element =>
  h(
    'section',
    { class: 'pane trouble-pane', 'aria-labelledby': 'trouble-title' },
    h('div', { class: 'pane-head' }, h('h2', { id: 'trouble-title' }, 'Trouble')),
    h(
      'div',
      { class: 'troubles' },
      ...SWITCHES.map((one) => {
        const on = troubles[one.name]
        return toggle(one, on, () => void send('flip', { name: one.name, on: !on }))
      }),
      toggle(FORWARDING, forwardsAutomated, () => void send('forward-automated', { on: !forwardsAutomated })),
      h(
        'button',
        { type: 'button', class: 'button', onClick: () => void send('refuse-posts') },
        troubles.refusals > 0 ? `429: ${troubles.refusals} to come` : '429 for the next two posts'
      ),
      h('button', { type: 'button', class: 'button', onClick: () => void forge() }, 'Forge a webhook'),
      h(
        'button',
        { type: 'button', class: 'button', disabled: troubles.restarting, onClick: () => void restart() },
        troubles.restarting ? 'Restarting…' : 'Restart the integration'
      )
    )
  )
