import type { AgentView, Presence, View } from '../view'
import { h, type Element } from './element'
import { select, type Choice } from './select'
import { send } from './send'

const PRESENCES: Choice<Presence>[] = [
  { value: 'online', label: 'online' },
  { value: 'away', label: 'away' },
  { value: 'offline', label: 'offline' },
]

const HOURS: Choice<View['openingHours']>[] = [
  { value: 'open', label: 'open' },
  { value: 'closed', label: 'closed now' },
  { value: 'holiday', label: 'holiday' },
  { value: 'none', label: 'no schedule' },
]

const presence = ({ id, name, presence: value }: AgentView): Element =>
  h(
    'div',
    { class: 'staff', key: id },
    h('span', { class: `dot ${value}`, 'aria-hidden': 'true' }),
    h('label', { for: `presence-${id}` }, name),
    select({
      ...{ id: `presence-${id}`, value, choices: PRESENCES },
      onChoice: (chosen) => void send('agent-presence', { agentId: id, presence: chosen }),
    })
  )

export type StaffBarProps = Pick<View, 'agents' | 'openingHours'>

/** Who is there for messaging, and when, which is what a bot can ask Zendesk Support for. */
export const StaffBar = ({ agents, openingHours }: StaffBarProps): Element =>
  h(
    'div',
    { class: 'staff-bar', role: 'group', 'aria-label': 'Who is there' },
    ...agents.map(presence),
    h(
      'div',
      { class: 'staff', key: 'hours' },
      h('label', { for: 'opening-hours' }, 'Business hours'),
      select({
        ...{ id: 'opening-hours', value: openingHours, choices: HOURS },
        onChoice: (hours) => void send('opening-hours', { hours }),
      })
    )
  )
