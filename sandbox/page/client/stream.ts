import type { FeedEvent } from '../view'

/** What a tab hears, from the server or from another tab. @property live whether the server's events come in */
export type Heard = FeedEvent | { event: 'live'; data: boolean }

type Said = Heard | { event: 'hello' }

const EVENTS: FeedEvent['event'][] = ['view', 'wire', 'wires']

/**
 * Hears what the server tells the page. A browser opens six connections to a host at most, so six tabs with a stream
 * each would leave none to send with: the tab that holds the lock has the only stream and passes it on to the others.
 *
 * @param known all that this tab has heard, for a tab that has just come
 */
export const listen = (take: (heard: Heard) => void, known: () => Heard[]): void => {
  const tabs = new BroadcastChannel('stream')
  const on = (hear: (said: Said) => void): void =>
    tabs.addEventListener('message', ({ data }: MessageEvent<Said>) => hear(data))

  const lead = (): Promise<never> => {
    const hear = (heard: Heard): void => {
      take(heard)
      tabs.postMessage(heard)
    }
    // The browser connects again by itself. The server begins with everything, so that nothing is missing afterwards.
    const source = new EventSource('/events')
    source.addEventListener('open', () => hear({ event: 'live', data: true }))
    source.addEventListener('error', () => hear({ event: 'live', data: false }))
    for (const event of EVENTS)
      source.addEventListener(event, ({ data }: MessageEvent<string>) =>
        hear({ event, data: JSON.parse(data) as unknown } as FeedEvent)
      )
    on(({ event }) => event === 'hello' && known().forEach((heard) => tabs.postMessage(heard)))
    // The browser takes the lock back when the tab closes.
    return new Promise(() => undefined)
  }

  on((said) => said.event !== 'hello' && take(said))
  // Before the first tab leads, nobody answers; it then tells everyone what the server begins with.
  tabs.postMessage({ event: 'hello' } satisfies Said)
  void navigator.locks.request('stream', lead)
}
