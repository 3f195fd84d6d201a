import { existsSync } from 'node:fs'
import definition from '../integration.definition'
import { bundlePath } from '../scripts/build'
import { startBotpress, type Botpress, type BotpressOptions, type Installation } from './botpress'
import { createHitlPlugin, type HitlPlugin, type HitlPluginOptions } from './botpress/hitl-plugin'
import { startPool, type Pool, type PoolOptions } from './functions'
import type { Exchange } from './loopback'
import { startSunco, type AppOptions, type Sunco, type SuncoApp, type SuncoOptions } from './sunco'
import { startSupport, type AccountOptions, type Support, type SupportAccount, type SupportOptions } from './support'

type Given = 'bundle' | 'botpressUrl' | 'token' | 'suncoUrl' | 'supportUrl' | 'connections'

/** How the integration is run; see {@link PoolOptions}. */
export type WorldFunctions = Omit<PoolOptions, Given> & {
  /** All servers close the idle connections of a function that is frozen. Left out: they do. */
  closesIdle?: boolean
}

export type WorldOptions = {
  bundle?: string
  sunco?: SuncoOptions
  botpress?: BotpressOptions
  support?: SupportOptions
  app?: AppOptions
  account?: AccountOptions
  plugin?: HitlPluginOptions
  functions?: WorldFunctions
}

/** A request that one of the servers got, with the name of that server. */
export type Wire = Exchange & { server: 'sunco' | 'botpress' | 'support' }

/** Sunco, Zendesk Support, Botpress Cloud and the built bundle: one bot with the integration, one Zendesk account. */
export type World = {
  sunco: Sunco
  app: SuncoApp
  support: Support
  /** The Support account that `app` belongs to; the bot's configuration does not name it. */
  account: SupportAccount
  botpress: Botpress
  installation: Installation
  /** The functions that run the bundle, for all bots that have the integration. */
  integration: Pool
  plugin: HitlPlugin
  /** All requests so far, in the order in which they were answered. */
  wire: Wire[]
  /** A second bot with the integration, in the same functions. */
  installAgain: (configuration: Record<string, unknown>) => Installation
  close: () => Promise<void>
}

/** Botpress refuses tags that the definition does not name; so does the sandbox. */
const declaredTags = {
  user: Object.keys(definition.user?.tags ?? {}),
  conversation: Object.keys(definition.channels?.hitl?.conversation?.tags ?? {}),
  message: Object.keys(definition.channels?.hitl?.message?.tags ?? {}),
}

/** It names the definition: all bots that installed the integration share it. */
const integrationId = 'intver_sandbox'

export const startWorld = async (options: WorldOptions = {}): Promise<World> => {
  const bundle = options.bundle ?? bundlePath
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run "npm run build" first`)
  const wire: Wire[] = []
  const record = (server: Wire['server'], also?: (exchange: Exchange) => void) => (exchange: Exchange) => {
    wire.push({ ...exchange, server })
    also?.(exchange)
  }
  const sunco = await startSunco({ ...options.sunco, onExchange: record('sunco', options.sunco?.onExchange) })
  const botpress = await startBotpress({
    ...options.botpress,
    onExchange: record('botpress', options.botpress?.onExchange),
  })
  const support = await startSupport({ ...options.support, onExchange: record('support', options.support?.onExchange) })
  const servers = [sunco, botpress, support]
  const closeServers = (): Promise<unknown> => Promise.all(servers.map(({ close }) => close()))
  const { closesIdle = true, ...poolOptions } = options.functions ?? {}
  const integration = await startPool({
    ...poolOptions,
    ...{ bundle, botpressUrl: botpress.url, token: botpress.token, suncoUrl: sunco.url, supportUrl: support.url },
    connections: closesIdle ? servers.map(({ connections }) => connections) : [],
  }).catch(async (error: unknown) => {
    await closeServers()
    throw error
  })
  const install = (configuration: Record<string, unknown>): Installation =>
    botpress.install({ configuration, integration: integration.call, tags: declaredTags, integrationId })

  const app = sunco.createApp(options.app)
  const account = support.createAccount(options.account)
  account.link(app)
  const installation = install({ appId: app.appId, keyId: app.keyId, keySecret: app.keySecret })
  const plugin = createHitlPlugin(installation, options.plugin)
  return {
    sunco,
    app,
    support,
    account,
    botpress,
    installation,
    integration,
    plugin,
    wire,
    installAgain: install,
    close: async () => {
      plugin.close()
      await integration.close()
      await closeServers()
    },
  }
}

/** Resolves with the first truthy value of `look`; rejects, naming `what`, when the time is up. */
export const seen = async <T>(what: string, look: () => T | undefined | false, withinMs = 8_000): Promise<T> => {
  const deadline = Date.now() + withinMs
  for (;;) {
    const value = look()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`not seen within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
