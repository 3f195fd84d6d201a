import { createFaultPlan, type FaultPlan } from '../../sandbox/faults'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Installation, Message } from '../../sandbox/botpress'
import {
  createHitlPlugin,
  type Escalation,
  type HitlCustomer,
  type HitlPlugin,
} from '../../sandbox/botpress/hitl-plugin'
import type { AppOptions, SuncoApp, SuncoMessage, Ticket } from '../../sandbox/sunco'
import { seen, startWorld, type Wire, type World, type WorldOptions } from '../../sandbox/world'
import { loadSuncoContract } from '../contract/sunco-contract'

export { seen }

const contract = loadSuncoContract()
if (!contract) console.warn('Zendesk’s API description is not at hand: requests are not held against it.')

/** One bot with the integration installed, and the Zendesk account that it is connected to. */
export type Bot = { app: SuncoApp; installation: Installation; plugin: HitlPlugin }

/** A handoff that has begun. */
export type Handoff = Bot & {
  customer: HitlCustomer
  ticket: Ticket
  /** Sunco id of the conversation. */
  conversationId: string
  /** All messages of the Sunco conversation. */
  inZendesk: () => SuncoMessage[]
  /** What the customer got from agents, in order: texts, or the type of other messages. */
  fromAgents: () => string[]
}

export type Stage = {
  world: () => World
  newBot: (options?: AppOptions & { register?: boolean }) => Promise<Bot>
  newHandoff: (bot?: Bot, escalation?: Escalation) => Promise<Handoff>
  /** Requests since the last call, by one server or both. */
  calls: (server?: Wire['server']) => Wire[]
}

/** Hands a message to the integration once more, as Botpress may; returns the status. */
export const handOverAgain = async (url: string, installation: Installation, message: Message): Promise<number> => {
  const { botId, botUserId, integrationId, alias, webhookId, configuration } = installation
  const conversation = installation.conversations.get(message.conversationId)
  const { type, payload } = message
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'x-bp-operation': 'message_created',
      'x-bot-id': botId,
      'x-bot-user-id': botUserId,
      'x-integration-id': integrationId,
      'x-integration-alias': alias,
      'x-webhook-id': webhookId,
      'x-bp-configuration': Buffer.from(JSON.stringify(configuration)).toString('base64'),
    },
    body: JSON.stringify({ conversation, message, user: {}, type, payload }),
  })
  return response.status
}

export const textOf = ({ type, payload }: { type: string; payload: Record<string, unknown> }): string =>
  typeof payload.text === 'string' ? payload.text : type

/** Faults for both servers, to be handed to {@link useStage}; none outlives its test. */
export const useFaults = (): { sunco: FaultPlan; botpress: FaultPlan } => {
  const faults = { sunco: createFaultPlan(), botpress: createFaultPlan() }
  afterEach(() => {
    faults.sunco.clear()
    faults.botpress.clear()
  })
  return faults
}

export const liveTickets = ({ app }: Bot): Ticket[] => app.tickets.filter(({ sessionActive }) => sessionActive)

/** Starts the servers and the bundle for a file of tests, and holds every request to Sunco against the contract. */
export const useStage = (options: WorldOptions = {}): Stage => {
  let world: World | undefined
  let checked = 0
  let counted = 0
  let customers = 0
  const running = (): World => {
    if (!world) throw new Error('the stage is not set')
    return world
  }

  beforeAll(async () => {
    world = await startWorld(options)
  })
  afterAll(() => world?.close())
  afterEach(() => {
    const fresh = running().wire.slice(checked)
    checked = running().wire.length
    const requests = fresh.filter(({ server, path }) => server === 'sunco' && path.startsWith('/v2/'))
    expect(requests.flatMap((request) => contract?.violationsOf(request) ?? [])).toEqual([])
  })

  const newBot: Stage['newBot'] = async ({ register = true, ...appOptions } = {}) => {
    const app = running().sunco.createApp(appOptions)
    const installation = running().installAgain({ appId: app.appId, keyId: app.keyId, keySecret: app.keySecret })
    if (register) expect(await installation.register()).toEqual({ status: 200, body: {} })
    return { app, installation, plugin: createHitlPlugin(installation) }
  }

  return {
    world: running,
    newBot,
    newHandoff: async (given, escalation) => {
      const bot = given ?? (await newBot())
      const number = ++customers
      const customer = bot.plugin.customer({
        id: `customer-${number}`,
        name: `Jane ${number}`,
        email: `jane${number}@example.com`,
      })
      await customer.say('I need a person')
      await customer.escalate(escalation)
      const ticket = bot.app.tickets.at(-1)
      if (!ticket) throw new Error('no ticket was opened')
      const { conversationId } = ticket
      return {
        ...bot,
        customer,
        ticket,
        conversationId,
        inZendesk: () => bot.app.conversations.get(conversationId)?.messages ?? [],
        fromAgents: () => customer.messages.filter(({ from }) => from === 'agent').map(textOf),
      }
    },
    calls: (server) => {
      const fresh = running().wire.slice(counted)
      counted = running().wire.length
      return fresh.filter((request) => !request.path.startsWith('/webhooks') && (!server || request.server === server))
    },
  }
}
