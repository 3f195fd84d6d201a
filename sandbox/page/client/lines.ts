import { memo, useState } from 'hono/jsx/dom'
import type { Action, Line, Part } from '../view'
import { h, part, type Child, type Element } from './element'
import { useFollow } from './follow'

const LINK = /(https?:\/\/[^\s<>"']+)/

/** Only what a browser opens as a page or a file; `javascript:` and the like stay text. */
const openable = (url: string): string | undefined => {
  try {
    const { protocol, href } = new URL(url, window.location.href)
    return protocol === 'http:' || protocol === 'https:' ? href : undefined
  } catch {
    return undefined
  }
}

const link = (url: string, label: string): Child => {
  const href = openable(url)
  return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, label) : label
}

const withLinks = (text: string): Child[] =>
  text.split(LINK).map((piece, index) => (index % 2 === 1 ? link(piece, piece) : piece))

type PictureProps = { url: string; title: string; onSize: () => void }

const Picture = ({ url, title, onSize }: PictureProps): Element => {
  const [failed, setFailed] = useState(false)
  const src = openable(url)
  if (failed || !src) return h('p', { class: 'missing' }, 'Picture that cannot be opened: ', link(url, title))
  return h('img', { class: 'picture', src, alt: title, onLoad: onSize, onError: () => setFailed(true) })
}

const actionList = (actions: Action[]): Element =>
  h(
    'ul',
    { class: 'actions' },
    ...actions.map(({ label, url }) => h('li', {}, url ? link(url, label) : h('span', {}, label)))
  )

const file = (kind: string, url: string, title: string): Element =>
  h('p', { class: 'file' }, h('span', { class: 'file-kind' }, kind), ' ', link(url, title))

const show = (shown: Part, onSize: () => void): Element => {
  switch (shown.kind) {
    case 'text':
      return h('p', {}, ...withLinks(shown.text))
    case 'image':
      return part(Picture, { url: shown.url, title: shown.title, onSize })
    case 'audio':
    case 'video':
    case 'file':
      return file(shown.kind, shown.url, shown.title)
    case 'actions':
      return actionList(shown.actions)
    case 'card':
      return h(
        'div',
        { class: 'card' },
        shown.imageUrl ? part(Picture, { url: shown.imageUrl, title: shown.title, onSize }) : null,
        h('p', { class: 'card-title' }, shown.title),
        shown.text ? h('p', {}, shown.text) : null,
        actionList(shown.actions)
      )
    default:
      return shown satisfies never
  }
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')

/** The same person has the same colour everywhere. */
const colourOf = (name: string): number => [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6

export const avatar = (name: string): Element =>
  h('span', { class: `avatar tint-${colourOf(name)}`, 'aria-hidden': 'true' }, initialsOf(name))

export const timeOf = (at: number): string =>
  new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

type BubbleProps = { line: Line; onSize: () => void }

const Bubble = ({ line, onSize }: BubbleProps): Element => {
  const parts = line.parts.map((shown) => show(shown, onSize))
  if (line.from === 'notice' || line.from === 'failure' || line.from === 'note')
    return h('li', { class: `line notice ${line.from}` }, h('div', { class: 'bubble' }, ...parts))
  return h(
    'li',
    { class: `line ${line.from}` },
    avatar(line.name),
    h(
      'div',
      { class: 'said' },
      h(
        'p',
        { class: 'who' },
        h('b', {}, line.name),
        line.from === 'automated' ? h('span', { class: 'tag' }, 'automated') : null,
        ' ',
        h('time', { datetime: new Date(line.at).toISOString() }, timeOf(line.at))
      ),
      h('div', { class: 'bubble' }, ...parts),
      line.undelivered ? h('p', { class: 'undelivered' }, h('b', {}, 'Not delivered. '), line.undelivered) : null
    )
  )
}

/** Once a line is there, nothing but its fate changes. */
const SameBubble = memo(
  Bubble,
  ({ line: before }, { line: after }) => before.id === after.id && before.undelivered === after.undelivered
)

export type LogProps = { label: string; groups: { title?: string; lines: Line[] }[]; empty: string }

/** A conversation, read out as it goes on. */
export const Log = ({ label, groups, empty }: LogProps): Element => {
  const count = groups.reduce((sum, { lines }) => sum + lines.length, 0)
  const { ref, onScroll, follow } = useFollow(count)
  return h(
    'div',
    { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': label, tabindex: 0, ref, onScroll },
    count === 0 ? h('p', { class: 'empty' }, empty) : null,
    ...groups.map(({ title, lines }, index) =>
      h(
        'div',
        { class: 'log-group', key: `group-${index}` },
        title && lines.length > 0 ? h('p', { class: 'divider' }, title) : null,
        h('ul', { class: 'lines' }, ...lines.map((line) => part(SameBubble, { line, onSize: follow }, line.id)))
      )
    )
  )
}
