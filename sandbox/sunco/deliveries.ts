import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId, now, type AppState, type Conversation, type Emission } from './state'
import type { SuncoEvent, Webhook } from './state'
import { fullUser, truncatedUser } from './views'

export type DeliveryOptions = {
  /** Sunco documents 5. */
  attempts?: number
  /** Wait before the second attempt, doubling after it; Sunco spreads 5 attempts over 15 minutes. */
  firstDelayMs?: number
  /** Sunco documents 20 s. */
  timeoutMs?: number
  /** Events of a conversation within this time travel in one batch, as Sunco documents that they may; 0: each alone. */
  batchMs?: number
}

/** `shuffle` turns the order of the events round; a delivery with `delayMs` lets later ones pass. */
type Orders = { copies?: number; delayMs?: number; shuffle?: boolean; wrongSecret?: boolean }

export type DeliveryFault = (delivery: { appId: string; attempt: number; events: SuncoEvent[] }) => Orders | undefined

export type RawEvent = { type: string; payload: Record<string, unknown>; id?: string; createdAt?: string }

export type Courier = {
  emit: (app: AppState, emission: Emission) => void
  emitRaw: (app: AppState, events: RawEvent[]) => Promise<void>
  /** Whether an event of a conversation is being delivered or waits for that. */
  isDelivering: (conversationId: string) => boolean
  settled: () => Promise<void>
  stop: () => void
}

/** "Deemed to be non-recoverable": Sunco does not call again after one of these. */
const FINAL_STATUSES = new Set([400, 401, 403, 404, 406])

const isFinal = (status: number): boolean => (status >= 200 && status < 300) || FINAL_STATUSES.has(status)

const isReceiver = (app: AppState, integrationId: string, emission: Emission): boolean => {
  const seats = [...app.switchboardIntegrations.values()].filter((seat) => seat.integrationId === integrationId)
  const { conversation, formerly = [] } = emission
  // Not on the switchboard: "all events, regardless of status". A user event belongs to no seat.
  if (seats.length === 0 || !conversation) return true
  return seats.some(
    (seat) =>
      seat.deliverStandbyEvents ||
      // A disabled switchboard: "integrations linked to the switchboard will receive all events".
      app.switchboards.get(seat.switchboardId)?.enabled !== true ||
      [conversation.activeId, conversation.pendingId, ...formerly].includes(seat.id)
  )
}

const isAbout = ({ payload }: SuncoEvent, conversationId: string): boolean => {
  const { conversation } = payload as { conversation?: { id?: unknown } }
  return conversation?.id === conversationId
}

/** Carries events to webhooks, with Sunco's redelivery on a shorter clock. */
export const startCourier = (options: DeliveryOptions, fault: DeliveryFault | undefined): Courier => {
  const { attempts = 5, firstDelayMs = 200, timeoutMs = 20_000, batchMs = 0 } = options
  const stopped = new AbortController()
  // Every waiting delivery listens to it.
  setMaxListeners(0, stopped.signal)
  const running = new Map<Promise<void>, SuncoEvent[]>()
  const ordersFor = (app: AppState, attempt: number, events: SuncoEvent[]): Orders =>
    fault?.({ appId: app.appId, attempt, events }) ?? {}

  const track = (events: SuncoEvent[], work: Promise<void>): Promise<void> => {
    const tracked = work.catch(() => undefined).finally(() => running.delete(tracked))
    running.set(tracked, events)
    return tracked
  }

  const post = async (
    app: AppState,
    webhook: Webhook,
    attempt: number,
    events: SuncoEvent[],
    { delayMs, copies = 1, shuffle, wrongSecret }: Orders
  ): Promise<number> => {
    if (delayMs) await sleep(delayMs, undefined, { signal: stopped.signal })
    const sent = shuffle ? events.toReversed() : events
    const send = async (): Promise<number> => {
      const at = Date.now()
      const status = await fetch(webhook.target, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'X-API-Key': wrongSecret ? 'not-the-secret' : webhook.secret },
        body: JSON.stringify({ app: { id: app.appId }, webhook: { id: webhook.id, version: 'v2' }, events: sent }),
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(timeoutMs)]),
      }).then(
        async (answer) => {
          await answer.body?.cancel()
          return answer.status
        },
        () => 0
      )
      app.deliveries.push({ webhookId: webhook.id, target: webhook.target, attempt, status, events: sent, at })
      return status
    }
    const statuses = await Promise.all(Array.from({ length: copies }, send))
    return statuses.find((status) => !isFinal(status)) ?? statuses[0] ?? 0
  }

  const redeliver = async (app: AppState, webhook: Webhook, events: SuncoEvent[]): Promise<void> => {
    for (let attempt = 2; attempt <= attempts; attempt += 1) {
      await sleep(firstDelayMs * 2 ** (attempt - 2), undefined, { signal: stopped.signal })
      if (isFinal(await post(app, webhook, attempt, events, ordersFor(app, attempt, events)))) return
    }
  }

  /** Sunco documents no order: no delivery waits for the answer to one before it, whatever conversation it is about. */
  const deliver = (app: AppState, webhook: Webhook, events: SuncoEvent[]): Promise<void> =>
    track(
      events,
      post(app, webhook, 1, events, ordersFor(app, 1, events)).then((status) =>
        isFinal(status) ? undefined : redeliver(app, webhook, events)
      )
    )

  const batches = new Map<string, SuncoEvent[]>()
  const collect = (app: AppState, webhook: Webhook, event: SuncoEvent, conversation?: Conversation): void => {
    if (batchMs === 0 || !conversation) return void deliver(app, webhook, [event])
    const queue = `${webhook.id} ${conversation.id}`
    const open = batches.get(queue)
    if (open) return void open.push(event)
    const batch = [event]
    batches.set(queue, batch)
    void track(
      batch,
      sleep(batchMs, undefined, { signal: stopped.signal }).then(() => {
        batches.delete(queue)
        void deliver(app, webhook, batch)
      })
    )
  }

  const webhooksOf = (app: AppState): [string, Webhook][] =>
    [...app.integrations.values()].flatMap(({ id, webhooks }) => webhooks.map((hook): [string, Webhook] => [id, hook]))

  return {
    emit: (app, emission) => {
      const stamp = { id: newId(), createdAt: now(), type: emission.type }
      app.events.push({ ...stamp, payload: structuredClone(emission.payload(truncatedUser)) })
      for (const [integrationId, webhook] of webhooksOf(app)) {
        if (!webhook.triggers.includes(emission.type) || !isReceiver(app, integrationId, emission)) continue
        const payload = structuredClone(emission.payload(webhook.includeFullUser ? fullUser : truncatedUser))
        collect(app, webhook, { ...stamp, payload }, emission.conversation)
      }
    },
    emitRaw: async (app, raw) => {
      const events = raw.map((event) => ({ id: newId(), createdAt: now(), ...event }))
      await Promise.all(webhooksOf(app).map(([, webhook]) => deliver(app, webhook, events)))
    },
    isDelivering: (conversationId) => [...running.values()].flat().some((event) => isAbout(event, conversationId)),
    settled: async () => {
      while (running.size > 0) await Promise.all(running.keys())
    },
    stop: () => stopped.abort(),
  }
}
