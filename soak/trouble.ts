import { setTimeout as sleep } from 'node:timers/promises'
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

const isSecretKept = ({ app, installation: { states, integrationId } }: World): boolean => {
  const secrets = [...app.integrations.values()].flatMap(({ webhooks }) => webhooks.map(({ secret }) => secret))
  const kept = states.get(`integration/${integrationId}/installation`)?.state.payload.webhookSecret
  return secrets.some((secret) => secret === kept)
}

/** Random trouble for both servers and the deliveries, with a count of each kind. */
export type Trouble = {
  sunco: NonNullable<LoopbackOptions['fault']>
  botpress: NonNullable<LoopbackOptions['fault']>
  delivery: DeliveryFault
  counts: Record<string, number>
  total: () => number
  /** When processes were killed, in milliseconds since 1970. */
  kills: { from: number; until: number }[]
  /** Kills the process, changes the webhook's secret and forges requests, now and then, until stopped. */
  harass: (world: World) => () => Promise<void>
  stop: () => void
}

export const createTrouble = (random: Random, probability: number): Trouble => {
  const counts: Record<string, number> = {}
  const kills: Trouble['kills'] = []
  let stopped = false
  const count = (kind: string): void => void (counts[kind] = (counts[kind] ?? 0) + 1)
  const faultOf = (server: string, streams: Random): Fault | undefined => {
    if (stopped || !streams.chance(probability)) return undefined
    const fault = streams.pick(requestFaults)
    count(`${server} ${fault.kind}${fault.kind === 'refuse' ? ` ${fault.status}` : ''}`)
    return fault
  }
  const [forSunco, forBotpress, forDelivery, forWorld] = [random.fork(), random.fork(), random.fork(), random.fork()]

  // A secret is learnt again at most once a minute, so that a second change within it would be refused rightly.
  let mismatchedAt = 0
  const strike = async (world: World): Promise<void> => {
    const mayMismatch = Date.now() - mismatchedAt > 61_000
    const blow = mayMismatch ? forWorld.pick(['kill', 'rotate secret', 'forge'] as const) : 'kill'
    count(blow)
    if (blow === 'kill') {
      const from = Date.now()
      await forWorld.pick(world.processes).replace()
      kills.push({ from, until: Date.now() })
      // A new process has not asked yet, unless it has to because the old one died before it had kept the secret.
      if (!isSecretKept(world)) mismatchedAt = Date.now()
      else if (world.processes.length === 1) mismatchedAt = 0
      return
    }
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
    counts,
    kills,
    total: () => Object.values(counts).reduce((sum, number) => sum + number, 0),
    harass: (world) => {
      let running = true
      const done = (async () => {
        while (running) {
          await sleep(4_000 + forWorld.below(7_000))
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
