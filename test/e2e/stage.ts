import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { BotpressEvent, Installation } from '../../sandbox/botpress'
import {
  createHitlPlugin,
  type Escalation,
  type HitlCustomer,
  type HitlPlugin,
} from '../../sandbox/botpress/hitl-plugin'
import { createFaultPlan, type FaultPlan } from '../../sandbox/faults'
import type { AppOptions, DeliveryFault, SuncoApp, SuncoMessage, Ticket } from '../../sandbox/sunco'
import type { AccountOptions, SupportAccount } from '../../sandbox/support'
import { seen, startWorld, type Wire, type World, type WorldOptions } from '../../sandbox/world'
import type { Context } from '../../src/botpress'
import { noteMetadata } from '../../src/session/note'
import { answerViolations, requestViolations } from '../contract/own-contract'
import { eventViolations } from '../contract/own-events'
import { loadSuncoContract } from '../contract/sunco-contract'

export { seen, sleep }

const contract = loadSuncoContract()

/** Plays every test with a new process for every request; with less of each, since processes take long to start. */
export const isCold = process.env.COLD === '1'

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** The agents of all tests. */
export const ada = { id: '77', name: 'Ada', avatarUrl: 'https://example.com/ada.png' }
export const bob = { id: '99', name: 'Bob' }

/** One bot with the integration installed, and the Zendesk account that it is connected to. */
export type Bot = { app: SuncoApp; installation: Installation; plugin: HitlPlugin; account?: SupportAccount }

/** A handoff that has begun. */
export type Handoff = Bot & {
  customer: HitlCustomer
  ticket: Ticket
  /** Sunco id of the conversation. */
  conversationId: string
  /** Botpress id of the conversation. */
  downstreamId: string
  /** All messages of the Sunco conversation. */
  inZendesk: () => SuncoMessage[]
  /** What the customer got from agents, in order: texts, or the type of other messages. */
  fromAgents: () => string[]
  /** What the customer said that stands in Zendesk, in order. */
  fromCustomer: () => string[]
}

export type Stage = {
  world: () => World
  /** With `support`, the app belongs to a Support account, and the configuration holds the account's OAuth client. */
  newBot: (options?: AppOptions & { register?: boolean; support?: boolean | AccountOptions }) => Promise<Bot>
  newHandoff: (bot?: Bot, escalation?: Escalation) => Promise<Handoff>
  /** A handoff that began a minute ago: the plugin knows of it, and control has arrived. */
  newGrownHandoff: (bot?: Bot, escalation?: Escalation) => Promise<Handoff>
  /** What happens meanwhile is delivered five times to nobody and given up. */
  whileDown: (work: () => void) => Promise<void>
  /** Requests since the last call, to one server or all. */
  calls: (server?: Wire['server']) => Wire[]
}

/** Hands a message to the integration once more, as Botpress may; returns the status. */
export const handOverAgain = async (world: World, installation: Installation, messageId: string): Promise<number> => {
  const { botId, botUserId, integrationId, alias, webhookId, configuration } = installation
  const message = installation.messages.get(messageId)!
  const conversation = installation.conversations.get(message.conversationId)
  const { type, payload } = message
  const headers = {
    'x-bp-operation': 'message_created',
    'x-bot-id': botId,
    'x-bot-user-id': botUserId,
    'x-integration-id': integrationId,
    'x-integration-alias': alias,
    'x-webhook-id': webhookId,
    'x-bp-configuration': Buffer.from(JSON.stringify(configuration)).toString('base64'),
  }
  const body = { conversation, message, user: {}, type, payload }
  return (await world.integration.call({ headers, body })).status
}

export const textOf = ({ type, payload }: { type: string; payload: Record<string, unknown> }): string =>
  typeof payload.text === 'string' ? payload.text : type

export const eventsOf = ({ installation }: Bot, type: string): BotpressEvent[] =>
  [...installation.events.values()].filter((event) => event.type === type)

/** The ends that the bot was told of in a session. */
export const stopsOf = (handoff: Handoff): BotpressEvent[] =>
  eventsOf(handoff, 'hitlStopped').filter(({ payload }) => payload.conversationId === handoff.downstreamId)

/** Kills every function that is at work. */
export const killBusy = async (world: World): Promise<void> => {
  const busy = world.integration.functions().filter(({ state }) => state === 'busy')
  await Promise.all(busy.map((one) => one.kill()))
}

/** Posts a webhook request with the right secret. */
export const post = (
  { app, installation }: Bot,
  body: string,
  headers: Record<string, string> = {}
): Promise<Response> => {
  const [integration] = [...app.integrations.values()]
  const secret = integration?.webhooks[0]?.secret ?? ''
  return fetch(installation.webhookUrl, { method: 'POST', body, headers: { 'x-api-key': secret, ...headers } })
}

/** The event of an agent's message, as Sunco delivers it. */
export const said = ({ app, conversationId: id }: Handoff, text: string): Record<string, unknown> => ({
  id: randomUUID(),
  type: 'conversation:message',
  payload: {
    conversation: { id, metadata: app.conversations.get(id)!.metadata },
    message: {
      id: randomUUID(),
      author: { type: 'business', displayName: 'Ada' },
      content: { type: 'text', text },
      source: { type: 'zd:agentWorkspace' },
      metadata: { '__zendesk_msg.agent.id': '77' },
    },
  },
})

/** Names of the agents that were announced in a session, in order. */
export const announcedIn = (handoff: Handoff): (string | undefined)[] =>
  eventsOf(handoff, 'hitlAssigned')
    .filter(({ payload }) => payload.conversationId === handoff.downstreamId)
    .map(({ payload }) => handoff.installation.users.get(String(payload.userId))?.name)

export const tagsOf = ({ installation, downstreamId }: Handoff): Record<string, string> =>
  installation.conversations.get(downstreamId)!.tags

/** Faults for the servers, to be handed to {@link useStage}; none outlives its test. */
export const useFaults = (): Record<Wire['server'], FaultPlan> => {
  const faults = { sunco: createFaultPlan(), botpress: createFaultPlan(), support: createFaultPlan() }
  afterEach(() => {
    for (const plan of Object.values(faults)) plan.clear()
  })
  return faults
}

/** A stage whose servers and deliveries meet the faults that a test asks for, and redeliver soon. */
export const useTroubledStage = (): {
  stage: Stage
  faults: ReturnType<typeof useFaults>
  /** Asked for each delivery attempt; set it in a test. */
  trouble: { delivery?: DeliveryFault }
} => {
  const faults = useFaults()
  const trouble: { delivery?: DeliveryFault } = {}
  afterEach(() => {
    trouble.delivery = undefined
  })
  const stage = useStage({
    sunco: {
      fault: faults.sunco.fault,
      deliveryFault: (attempt) => trouble.delivery?.(attempt),
      delivery: { firstDelayMs: 150 },
    },
    botpress: { fault: faults.botpress.fault },
    support: { fault: faults.support.fault },
  })
  return { stage, faults, trouble }
}

export const liveTickets = ({ app }: Bot): Ticket[] => app.tickets.filter(({ sessionActive }) => sessionActive)

/** What the functions that sign a note need to know of an installation. */
export const contextOf = ({ installation }: Bot): Context =>
  ({ webhookId: installation.webhookId, configuration: installation.configuration }) as unknown as Context

/** Makes the session a minute older than it is, in both places. */
export const makeOlder = (handoff: Handoff): void => {
  const beganAt = Date.now() - 60_000
  const { app, conversationId, downstreamId, installation } = handoff
  installation.conversations.get(downstreamId)!.createdAt = new Date(beganAt).toISOString()
  const conversation = app.conversations.get(conversationId)
  const { language } = tagsOf(handoff)
  const session = { conversationId: downstreamId, suncoConversationId: conversationId, beganAt, language }
  if (conversation) {
    conversation.metadata = { ...conversation.metadata, ...noteMetadata(contextOf(handoff), session) }
  }
}

/** The account of an app, and what the configuration of a bot says of it. */
const newAccount = ({ support }: World, app: SuncoApp, options: AccountOptions) => {
  const account = support.createAccount(options)
  account.link(app)
  const { clientId, clientSecret, subdomain } = account
  return { account, configuration: { supportClientId: clientId, supportClientSecret: clientSecret, subdomain } }
}

/**
 * Starts the servers and the functions for a file of tests, holds every request to Sunco, its answer and every event
 * against the contract, and finds what must never be asked of Zendesk Support.
 */
export const useStage = (options: WorldOptions = {}): Stage => {
  let world: World | undefined
  let checked = 0
  let counted = 0
  let customers = 0
  /** How many events of each app are checked. */
  const eventsChecked = new Map<SuncoApp, number>()
  const freshEvents = (): SuncoApp['events'] =>
    [...eventsChecked].flatMap(([app, count]) => {
      eventsChecked.set(app, app.events.length)
      return app.events.slice(count)
    })
  const running = (): World => {
    if (!world) throw new Error('the stage is not set')
    return world
  }

  beforeAll(async () => {
    world = await startWorld({
      ...options,
      functions: { ...options.functions, ...(isCold && { cold: true, shared: false }) },
    })
  })
  afterAll(() => world?.close())
  afterEach(() => {
    const fresh = running().wire.slice(checked)
    checked = running().wire.length
    const { hooks } = running().integration
    hooks.beforeCall = hooks.choose = hooks.afterAnswer = undefined
    const requests = fresh.filter(({ server, path }) => server === 'sunco' && path.startsWith('/v2/'))
    expect(requests.flatMap(requestViolations)).toEqual([])
    // What a fault made of an answer is not the stand-in's.
    expect(requests.filter(({ fault }) => !fault).flatMap(answerViolations)).toEqual([])
    expect(freshEvents().flatMap(eventViolations)).toEqual([])
    expect(running().support.misuse.splice(0)).toEqual([])
    // A second opinion, where Zendesk's own description is at hand.
    expect(requests.flatMap((request) => contract?.violationsOf(request) ?? [])).toEqual([])
  })

  const newBot: Stage['newBot'] = async ({ register = true, support = false, ...appOptions } = {}) => {
    const app = running().sunco.createApp(appOptions)
    eventsChecked.set(app, 0)
    const connected = support ? newAccount(running(), app, support === true ? {} : support) : undefined
    const { appId, keyId, keySecret } = app
    const installation = running().installAgain({ appId, keyId, keySecret, ...connected?.configuration })
    if (register) expect(await installation.register()).toEqual({ status: 200, body: {} })
    return { app, installation, plugin: createHitlPlugin(installation), account: connected?.account }
  }
  const newHandoff: Stage['newHandoff'] = async (given, escalation) => {
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
    const downstreamId = customer.session()?.conversationId
    if (!ticket || !downstreamId) throw new Error('no ticket was opened')
    const { conversationId } = ticket
    const inZendesk = (): SuncoMessage[] => bot.app.conversations.get(conversationId)?.messages ?? []
    return {
      ...bot,
      customer,
      ticket,
      conversationId,
      downstreamId,
      inZendesk,
      fromAgents: () => customer.messages.filter(({ from }) => from === 'agent').map(textOf),
      fromCustomer: () =>
        inZendesk()
          .filter(({ author }) => author.type === 'user')
          .map(({ content }) => String(content.text)),
    }
  }

  return {
    world: running,
    newBot,
    newHandoff,
    newGrownHandoff: async (given, escalation) => {
      const handoff = await newHandoff(given, escalation)
      makeOlder(handoff)
      return handoff
    },
    whileDown: async (work) => {
      const { integration, sunco } = running()
      integration.hooks.isUnreachable = true
      work()
      await sunco.settled()
      integration.hooks.isUnreachable = false
    },
    calls: (server) => {
      const fresh = running().wire.slice(counted)
      counted = running().wire.length
      return fresh.filter((request) => !request.path.startsWith('/webhooks') && (!server || request.server === server))
    },
  }
}
