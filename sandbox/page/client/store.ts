import type { View, WireItem } from '../view'
import type { Chosen } from './chosen'
import { BLANK, keep as keepMemory, recall, type Memory } from './memory'
import { listen, type Heard } from './stream'

export type Notice = { id: number; text: string; isTrouble: boolean }

export type Snapshot = {
  /** Nothing was heard from the server yet. */
  view?: View
  wires: WireItem[]
  notices: Notice[]
  memory: Memory
  /** Updates come in. */
  live: boolean
}

/** As the server keeps them. */
const KEPT = 400
const GATHER_MS = 30
const NOTICE_MS = 12_000

let snapshot: Snapshot = { wires: [], notices: [], memory: BLANK, live: false }
const wires = new Map<string, WireItem>()
const listeners = new Set<() => void>()
let timer: number | undefined
let count = 0

const change = (changes: Partial<Snapshot>): void => {
  snapshot = { ...snapshot, ...changes }
  listeners.forEach((listener) => listener())
}

/** Requests come in bursts; they are shown together. */
const showWires = (): void => {
  timer ??= window.setTimeout(() => {
    timer = undefined
    change({ wires: [...wires.values()] })
  }, GATHER_MS)
}

const keep = (item: WireItem): void => {
  wires.set(item.id, item)
  const [oldest] = wires.keys()
  if (wires.size > KEPT && oldest !== undefined) wires.delete(oldest)
}

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const current = (): Snapshot => snapshot

export const remember = (changes: Partial<Memory>): void => {
  const memory = { ...snapshot.memory, ...changes }
  keepMemory(memory)
  change({ memory })
}

export const choose = (chosen: Chosen): void => remember({ chosen })

export const dismiss = (id: number): void => change({ notices: snapshot.notices.filter((notice) => notice.id !== id) })

export const tell = (text: string, isTrouble = false): void => {
  count += 1
  const notice = { id: count, text, isTrouble }
  change({ notices: [...snapshot.notices.slice(-2), notice] })
  window.setTimeout(() => dismiss(notice.id), NOTICE_MS)
}

const take = (heard: Heard): void => {
  switch (heard.event) {
    case 'live':
      return change({ live: heard.data })
    case 'view': {
      const { data: view } = heard
      return change({ view, ...(view.run !== snapshot.view?.run && { memory: recall(view.run) }) })
    }
    case 'wire':
      keep(heard.data)
      return showWires()
    case 'wires':
      wires.clear()
      heard.data.forEach(keep)
      return showWires()
    default:
      return heard satisfies never
  }
}

const known = (): Heard[] => [
  ...(snapshot.view ? [{ event: 'view', data: snapshot.view } as const] : []),
  { event: 'wires', data: [...wires.values()] },
  { event: 'live', data: snapshot.live },
]

export const connect = (): void => listen(take, known)
