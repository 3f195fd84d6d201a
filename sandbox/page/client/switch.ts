import { h, type Element } from './element'

export type Switch = { name: string; label: string; hint: string }

/** @param kind `setting`: to be on is no trouble */
export const toggle = (
  kind: 'trouble' | 'setting',
  { name, label, hint }: Switch,
  on: boolean,
  flip: () => void
): Element =>
  h(
    'button',
    {
      ...{ type: 'button', class: `switch ${kind}`, role: 'switch', key: name },
      'aria-checked': on ? 'true' : 'false',
      'aria-label': label,
      'aria-describedby': `hint-${name}`,
      onClick: flip,
    },
    h('span', { class: 'track', 'aria-hidden': 'true' }),
    h('span', { class: 'switch-text' }, h('b', {}, label), h('span', { class: 'muted', id: `hint-${name}` }, hint))
  )
