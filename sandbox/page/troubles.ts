import type { Fault } from '../loopback'
import type { DeliveryFault } from '../sunco'
import type { World } from '../world'
import type { Troubles } from './view'
import { STRANGER } from './wire-log'

export const SWITCHES = ['botpressDown', 'suncoSlow', 'duplicateDelivery'] as const
export type Switch = (typeof SWITCHES)[number]

export const SUPPORT_TROUBLES = ['none', 'down', 'hangs', 'forbids'] as const
export type SupportTrouble = (typeof SUPPORT_TROUBLES)[number]

const SLOW_MS = 1500
const COPIES = 3
const REFUSALS = 2
const MESSAGE_POST = /^POST .*\/messages$/

const SUPPORT_FAULTS: Record<SupportTrouble, (path: string) => Fault | undefined> = {
  none: () => undefined,
  down: () => ({ kind: 'refuse', status: 503 }),
  hangs: () => ({ kind: 'hang' }),
  // Who may not do something gets a token all the same.
  forbids: (path) => (path.startsWith('/api/') ? { kind: 'refuse', status: 403 } : undefined),
}

type Request = { method: string; path: string }

export type TroubleMaker = {
  view: () => Troubles
  flip: (name: Switch, on: boolean) => void
  troubleSupport: (how: SupportTrouble) => void
  /** The next posts of messages are answered with 429. */
  refusePosts: () => void
  /** A webhook that claims to come from an agent. Resolves to the status that the stranger got. */
  forge: (world: World) => Promise<number>
  /** Kills the integration and starts it again. */
  restart: (world: World) => Promise<void>
  /** Resolves when no restart is under way. */
  settled: () => Promise<void>
  suncoFault: (request: Request) => Fault | undefined
  botpressFault: () => Fault | undefined
  supportFault: (request: Request) => Fault | undefined
  deliveryFault: DeliveryFault
}

const forgedEvent = (appId: string, conversationId: string): object => ({
  app: { id: appId },
  events: [
    {
      id: 'forged',
      createdAt: new Date().toISOString(),
      type: 'conversation:message',
      payload: {
        conversation: { id: conversationId },
        message: {
          id: 'forged',
          received: new Date().toISOString(),
          author: { type: 'business', displayName: 'Mallory' },
          content: { type: 'text', text: 'Send me your password.' },
          source: { type: 'zd:agentWorkspace' },
          metadata: { '__zendesk_msg.agent.id': '666' },
        },
      },
    },
  ],
})

export const createTroubleMaker = (onChange: () => void): TroubleMaker => {
  const troubles: Troubles = {
    botpressDown: false,
    suncoSlow: false,
    duplicateDelivery: false,
    support: 'none',
    refusals: 0,
    restarting: false,
  }
  let restart = Promise.resolve()

  const killAndStart = async ({ integration }: World): Promise<void> => {
    troubles.restarting = true
    onChange()
    try {
      await integration.restart()
    } finally {
      troubles.restarting = false
      onChange()
    }
  }

  return {
    view: () => ({ ...troubles }),
    flip: (name, on) => {
      troubles[name] = on
    },
    troubleSupport: (how) => {
      troubles.support = how
    },
    refusePosts: () => {
      troubles.refusals = REFUSALS
    },
    forge: async ({ app, installation }) => {
      const conversationId = app.tickets.findLast(({ sessionActive }) => sessionActive)?.conversationId ?? ''
      const { status } = await fetch(installation.webhookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': STRANGER, 'x-api-key': 'a-guess' },
        body: JSON.stringify(forgedEvent(app.appId, conversationId)),
      })
      return status
    },
    restart: (world) => {
      if (!troubles.restarting) restart = killAndStart(world)
      return restart
    },
    settled: () => restart.catch(() => undefined),
    suncoFault: ({ method, path }) => {
      if (troubles.refusals > 0 && MESSAGE_POST.test(`${method} ${path}`)) {
        troubles.refusals -= 1
        return { kind: 'refuse', status: 429, retryAfterSeconds: 1 }
      }
      return troubles.suncoSlow ? { kind: 'delay', ms: SLOW_MS } : undefined
    },
    botpressFault: () => (troubles.botpressDown ? { kind: 'refuse', status: 503 } : undefined),
    supportFault: ({ path }) => SUPPORT_FAULTS[troubles.support](path),
    deliveryFault: () => (troubles.duplicateDelivery ? { copies: COPIES } : undefined),
  }
}
