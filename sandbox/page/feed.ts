import type { FeedEvent, View, WireItem } from './view'

export type Feed = {
  /** Begins with all there is, so that a page that was cut off is up to date again. Returns the way to stop. */
  subscribe: (listener: (event: FeedEvent) => void) => () => void
  tell: (event: FeedEvent) => void
  /** Something may have changed: the view is sent soon, if it has. */
  changed: () => void
  close: () => void
}

/** Changes come in bursts; one view for all of them will do. */
const GATHER_MS = 25

export const createFeed = (view: () => View, wires: () => WireItem[]): Feed => {
  const listeners = new Set<(event: FeedEvent) => void>()
  let timer: NodeJS.Timeout | undefined
  let sent = ''
  let isClosed = false

  const tell = (event: FeedEvent): void => listeners.forEach((listener) => listener(event))
  const flush = (): void => {
    timer = undefined
    const data = view()
    const text = JSON.stringify(data)
    if (text === sent) return
    sent = text
    tell({ event: 'view', data })
  }
  return {
    subscribe: (listener) => {
      listener({ event: 'view', data: view() })
      listener({ event: 'wires', data: wires() })
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell,
    changed: () => {
      if (!isClosed) timer ??= setTimeout(flush, GATHER_MS)
    },
    close: () => {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
