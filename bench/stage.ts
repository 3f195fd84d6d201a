import { setTimeout as sleep } from 'node:timers/promises'
import type { Installation } from '../sandbox/botpress'
import { createHitlPlugin, type HitlCustomer, type HitlPlugin } from '../sandbox/botpress/hitl-plugin'
import type { PoolFunction } from '../sandbox/functions'
import type { SuncoAgent, SuncoApp, SuncoOptions } from '../sandbox/sunco'
import { startWorld, type Wire, type World, type WorldFunctions } from '../sandbox/world'

/** A new session waits up to two seconds before it passes agents' messages on. */
const settleMs = 2_200

/** One bot with the integration installed, and the Zendesk account that it is connected to. */
export type Bot = { app: SuncoApp; installation: Installation; plugin: HitlPlugin }

export type Session = {
  bot: Bot
  customer: HitlCustomer
  agent: SuncoAgent
  /** Botpress id. */
  conversationId: string
  suncoConversationId: string
}

export type Stage = {
  world: World
  /** @param isConnected whether it is connected to Zendesk Support, where an agent is online and hours are on */
  newBot: (isConnected?: boolean) => Promise<Bot>
  /**
   * One after the other: to register a bot takes two functions, since Sunco asks the webhook whether anyone is there.
   */
  newBots: (count: number) => Promise<Bot[]>
  /** Sessions that have begun and settled, spread over the bots, each with an agent of its own who said nothing yet. */
  newSessions: (bots: Bot[], count?: number) => Promise<Session[]>
  /** Lets every function of the pool meet the installation, by a webhook request without events. */
  warmUp: (bot: Bot) => Promise<void>
  /** New functions, which have met no installation. */
  coolDown: () => Promise<void>
  /**
   * Requests that the integration makes during the work and until the last webhook delivery is answered, as they came.
   * @param operation leaves out what other functions do than those that take this operation
   */
  callsOf: (work: () => unknown, operation?: string) => Promise<Wire[]>
  /** Empties what the servers keep of messages and requests, which they search from end to end at every call. */
  forget: (bots: Bot[]) => void
  close: () => Promise<void>
}

type Traffic = Pick<SuncoOptions, 'fault' | 'onExchange'> & {
  /** Resolves when no call is under way, so that those are counted too that an answer did not wait for. */
  quiet: () => Promise<void>
}

const createTraffic = (delayMs: number): Traffic => {
  let underWay = 0
  const isCall = (path: string): boolean => /\/v[12]\/|^\/oauth\//.test(path)
  return {
    fault: ({ path }) => {
      if (isCall(path)) underWay += 1
      return delayMs > 0 ? { kind: 'delay', ms: delayMs } : undefined
    },
    onExchange: ({ path }) => {
      if (isCall(path)) underWay -= 1
    },
    quiet: async () => {
      // Twice, because between two calls that follow each other there is a moment without any.
      for (let [looks, still] = [0, 0]; still < 2; looks++) {
        if (looks > 1_000) throw new Error('the integration does not come to rest')
        await sleep(10)
        still = underWay === 0 ? still + 1 : 0
      }
    },
  }
}

const knock = async ({ app, installation }: Bot): Promise<void> => {
  const [integration] = app.integrations.values()
  const headers = { 'x-api-key': integration?.webhooks[0]?.secret ?? '' }
  const answer = await fetch(installation.webhookUrl, { method: 'POST', headers, body: '{"events":[]}' })
  await answer.body?.cancel()
  if (answer.status !== 200) throw new Error(`a webhook request without events was answered ${answer.status}`)
}

/** As many functions as a busy bot has. */
export const poolSize = 12

/** The built bundle between the sandbox's servers, which answer each call of an API `delayMs` after it came. */
export const startStage = async (delayMs: number, functions: WorldFunctions = {}): Promise<Stage> => {
  const traffic = createTraffic(delayMs)
  const world = await startWorld({
    sunco: traffic,
    botpress: traffic,
    support: traffic,
    functions: { size: poolSize, most: functions.size ?? poolSize, choice: 'longestRested', ...functions },
  })
  const { hooks } = world.integration
  let people = 0

  /** Notes which functions take which operation during the work. */
  const takenDuring = async (work: () => unknown): Promise<{ by: PoolFunction; operation: string }[]> => {
    const taken: { by: PoolFunction; operation: string }[] = []
    hooks.beforeCall = (by, { operation }) => void taken.push({ by, operation })
    try {
      await work()
      return taken
    } finally {
      hooks.beforeCall = undefined
    }
  }
  const newBot = async (isConnected = false): Promise<Bot> => {
    const app = world.sunco.createApp()
    const { appId, keyId, keySecret } = app
    const installation = world.installAgain({ appId, keyId, keySecret, ...(isConnected && connect(app)) })
    const { status, body } = await installation.register()
    if (status !== 200) throw new Error(`register answered ${status}: ${JSON.stringify(body)}`)
    return { app, installation, plugin: createHitlPlugin(installation) }
  }
  /** Returns what the configuration says of it. */
  const connect = (app: SuncoApp): Record<string, string> => {
    const account = world.support.createAccount({ routing: true })
    account.link(app)
    account.setAgent({ id: 1, groupIds: [1], messaging: 'online', maxCapacity: 5 })
    const intervals = Array.from({ length: 7 }, (_, day) => ({ start: day * 1_440, end: (day + 1) * 1_440 }))
    account.schedules.push({ id: 1, name: 'Always', timeZone: 'UTC', intervals, holidays: [] })
    const { clientId, clientSecret, subdomain } = account
    return { supportClientId: clientId, supportClientSecret: clientSecret, subdomain }
  }
  const newSession = async (bot: Bot): Promise<Session> => {
    const number = ++people
    const customer = bot.plugin.customer({
      id: `${number}`,
      name: `Jane ${number}`,
      email: `jane${number}@example.com`,
    })
    await customer.say('I need a person')
    await customer.escalate()
    const { conversationId = '' } = customer.session() ?? {}
    const suncoConversationId = bot.installation.conversations.get(conversationId)?.tags.id
    if (!suncoConversationId) throw new Error('a session did not begin')
    const agent = bot.app.agent({ id: `${9_000 + number}`, name: `Agent ${number}` })
    return { bot, customer, agent, conversationId, suncoConversationId }
  }

  return {
    world,
    newBot,
    newBots: async (count) => {
      const bots: Bot[] = []
      for (let n = 0; n < count; n++) bots.push(await newBot())
      return bots
    },
    newSessions: async (bots, count = bots.length) => {
      const chosen = Array.from({ length: count }, (_, n) => bots[n % bots.length]).flatMap((bot) => bot ?? [])
      const sessions = await Promise.all(chosen.map(newSession))
      await sleep(settleMs)
      await world.sunco.settled()
      return sessions
    },
    warmUp: async (bot) => {
      const functions = world.integration.functions()
      const met = await takenDuring(async () => {
        for (let n = 0; n < functions.length; n++) await knock(bot)
      })
      if (new Set(met.map(({ by }) => by)).size < functions.length) throw new Error('not every function was met')
    },
    coolDown: () => world.integration.restart(),
    callsOf: async (work, operation) => {
      await traffic.quiet()
      const before = world.wire.length
      const taken = await takenDuring(async () => {
        await work()
        await world.sunco.settled()
        await traffic.quiet()
      })
      const takers = new Set(taken.filter((one) => one.operation === operation).map(({ by }) => by.id))
      const calls = world.wire
        .slice(before)
        .filter(({ path }) => !path.startsWith('/webhooks'))
        .filter((call) => !operation || takers.has(call.function ?? ''))
      return calls.sort((a, b) => a.at - b.at)
    },
    forget: (bots) => {
      world.wire.splice(0)
      for (const { app, installation } of bots) {
        installation.messages.clear()
        app.events.splice(0)
        app.deliveries.splice(0)
        for (const { messages } of app.conversations.values()) messages.splice(0)
        for (const { messages } of app.tickets) messages.splice(0)
      }
    },
    close: world.close,
  }
}
