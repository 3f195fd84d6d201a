import type { Bot } from './stage'

type Arrival = { text: string; at: number }

export type Arrivals = {
  /** Agents' messages in the order in which they were created in Botpress, by conversation. */
  of: (conversationId: string) => Arrival[]
  /** Resolves when so many have come since the beginning. */
  reach: (count: number) => Promise<void>
  stop: () => void
}

const longestWaitMs = 60_000

/** Notes each message in the moment in which the integration creates it. */
export const watchArrivals = (bots: Bot[]): Arrivals => {
  const byConversation = new Map<string, Arrival[]>()
  const waiting = new Set<() => void>()
  let total = 0
  const stops = bots.map(({ installation }) =>
    installation.onMessage(({ conversationId, payload }) => {
      const arrivals = byConversation.get(conversationId) ?? []
      byConversation.set(conversationId, arrivals)
      arrivals.push({ text: String(payload.text), at: performance.now() })
      total += 1
      for (const look of waiting) look()
    })
  )
  return {
    of: (conversationId) => byConversation.get(conversationId) ?? [],
    reach: (count) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`${total} of ${count} messages came within ${longestWaitMs} ms`))
        }, longestWaitMs)
        const look = (): void => {
          if (total < count) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    stop: () => stops.forEach((stop) => stop()),
  }
}
