import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { PoolHooks } from '../sandbox/functions'
import type { Fault, LoopbackOptions } from '../sandbox/loopback'
import type { DeliveryFault } from '../sandbox/sunco'
import type { World } from '../sandbox/world'
import type { Random } from './random'

const requestFaults: readonly Fault[] = [
  { kind: 'refuse', status: 500 },
  { kind: 'refuse', status: 503 },
  { kind: 'refuse', status: 429, retryAfterSeconds: 0 },
  { kind: 'dropBefore' },
  { kind: 'dropAfter' },
  { kind: 'dropAfter' },
  { kind: 'delay', ms: 60 },
  { kind: 'delay', ms: 250 },
]

/** A secret is learnt again at most once a minute, so that a second change within it would be refused rightly. */
const mismatchEveryMs = 61_000
/** Idle functions die unnoticed, so the busy ones have to go first as a rule. */
const busyShare = 0.7

/** Of the webhook requests, where some are lost. */
const lostShare = 0.03

const webhookRequest = z.object({ req: z.object({ body: z.string() }) })
const customerText = z.object({ payload: z.object({ text: z.string() }) })

/** A function that was killed, with what it was at work on. */
export type Kill = {
  operation?: string
  /** The customer's message that it was carrying. */
  text?: string
}

/** Random trouble for both servers and the deliveries, with a count of each kind. */
export type Trouble = {
  sunco: NonNullable<LoopbackOptions['fault']>
  botpress: NonNullable<LoopbackOptions['fault']>
  delivery: DeliveryFault
  counts: Record<string, number>
  total: () => number
  kills: Kill[]
  /** What the functions are to be given instead of some of their requests. */
  lose: NonNullable<PoolHooks['beforeCall']>
  /** Kills functions, changes the webhook's secret and forges requests, now and then, until stopped. */
  harass: (world: World) => () => Promise<void>
  stop: () => void
}

export type TroubleOptions = {
  random: Random
  /** Of a request meeting a fault. */
  probability: number
  /** Some webhook requests are lost on their way, though Sunco is told that they came. */
  losesEvents: boolean
}

export const createTrouble = ({ random, probability, losesEvents }: TroubleOptions): Trouble => {
  const counts: Record<string, number> = {}
  const kills: Kill[] = []
  let stopped = false
  const count = (kind: string): void => void (counts[kind] = (counts[kind] ?? 0) + 1)
  const faultOf = (server: string, streams: Random): Fault | undefined => {
    if (stopped || !streams.chance(probability)) return undefined
    const fault = streams.pick(requestFaults)
    count(`${server} ${fault.kind}${fault.kind === 'refuse' ? ` ${fault.status}` : ''}`)
    return fault
  }
  const [forSunco, forBotpress, forDelivery, forWorld] = [random.fork(), random.fork(), random.fork(), random.fork()]

  const kill = async ({ integration }: World): Promise<void> => {
    const all = integration.functions()
    const busy = all.filter(({ state }) => state === 'busy')
    const candidates = busy.length > 0 && forWorld.chance(busyShare) ? busy : all
    if (candidates.length === 0) return
    const victim = forWorld.pick(candidates)
    const { operation, body } = victim.call ?? {}
    count(`kill over ${operation ?? 'nothing'}`)
    const text = operation === 'message_created' ? customerText.safeParse(body).data?.payload.text : undefined
    kills.push({ operation, text })
    await victim.kill()
  }
  let mismatchedAt = 0
  const strike = async (world: World): Promise<void> => {
    const mayMismatch = Date.now() - mismatchedAt > mismatchEveryMs
    const blow = mayMismatch ? forWorld.pick(['kill', 'kill', 'rotate secret', 'forge'] as const) : 'kill'
    if (blow === 'kill') return kill(world)
    count(blow)
    mismatchedAt = Date.now()
    if (blow === 'rotate secret') {
      for (const { id } of world.app.integrations.values()) world.app.rotateWebhookSecret(id)
      return
    }
    await fetch(world.installation.webhookUrl, {
      method: 'POST',
      headers: { 'x-api-key': 'forged' },
      body: JSON.stringify({ events: world.app.events.slice(-3) }),
    }).catch(() => undefined)
  }

  return {
    sunco: ({ path }) => (path.startsWith('/v2/') ? faultOf('Sunco', forSunco) : undefined),
    botpress: () => faultOf('Botpress', forBotpress),
    delivery: () => {
      if (stopped || !forDelivery.chance(probability * 2)) return undefined
      const orders = forDelivery.pick([{ copies: 2 }, { copies: 5 }, { shuffle: true }, { copies: 3, shuffle: true }])
      count(orders.shuffle ? 'reorder' : 'duplicate')
      return orders
    },
    lose: (_, { operation, body }) => {
      if (stopped || !losesEvents || operation !== 'webhook_received' || !forDelivery.chance(lostShare)) return
      count('lost')
      if (webhookRequest.safeParse(body).success)
        Object.assign((body as { req: object }).req, { body: '{"events":[]}' })
    },
    counts,
    kills,
    total: () => Object.values(counts).reduce((sum, number) => sum + number, 0),
    harass: (world) => {
      let running = true
      const done = (async () => {
        while (running) {
          await sleep(1_500 + forWorld.below(3_000))
          if (running) await strike(world)
        }
      })()
      return async () => {
        running = false
        await done
      }
    },
    stop: () => void (stopped = true),
  }
}
