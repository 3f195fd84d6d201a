import type { View, WireItem } from '../view'
import type { Chosen } from './chosen'
import { BLANK, keep as keepMemory, recall, type Memory } from './memory'

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

/** The browser connects again by itself, and is then sent everything anew. */
export const connect = (): void => {
  const source = new EventSource('/events')
  const on = <Data>(name: string, take: (data: Data) => void): void =>
    source.addEventListener(name, (event: MessageEvent<string>) => take(JSON.parse(event.data) as Data))

  source.addEventListener('open', () => change({ live: true }))
  source.addEventListener('error', () => change({ live: false }))
  on<View>('view', (view) => change({ view, ...(view.run !== snapshot.view?.run && { memory: recall(view.run) }) }))
  on<WireItem>('wire', (item) => {
    keep(item)
    showWires()
  })
  on<WireItem[]>('wires', (items) => {
    wires.clear()
    items.forEach(keep)
    showWires()
  })
}
