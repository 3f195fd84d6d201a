import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@botpress/client'
import { Integration, type IntegrationProps } from '@botpress/sdk'
import { afterEach } from 'vitest'
import { startBotpress, type Botpress, type BotpressOptions, type Installation } from '../../sandbox/botpress'

const closers: (() => Promise<unknown>)[] = []

/** To be called once in a file of tests: closes what its tests have started. */
export const useClosers = (): void => {
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

export const runBotpress = async (options?: BotpressOptions): Promise<Botpress> => {
  const botpress = await startBotpress(options)
  closers.push(botpress.close)
  process.env.BP_API_URL = botpress.url
  process.env.BP_TOKEN = botpress.token
  return botpress
}

/** Nobody listens there. */
export const NOWHERE = 'http://127.0.0.1:1'

export const clientOf = (botpress: Botpress, installation: Installation, token = botpress.token): Client =>
  new Client({
    apiUrl: botpress.url,
    token,
    botId: installation.botId,
    integrationId: installation.integrationId,
  })

/** Serves an integration built with the real SDK on a free port. */
export const runIntegration = async (parts: Partial<IntegrationProps>): Promise<string> => {
  const nothing = async (): Promise<void> => {}
  const props = { register: nothing, unregister: nothing, handler: nothing, actions: {}, channels: {}, ...parts }
  const server = await new Integration(props).start(0)
  closers.push(() => closeServer(server))
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const isBound = (bound: typeof address): bound is AddressInfo => typeof bound === 'object' && bound !== null
  if (!isBound(address)) throw new Error('The integration is not bound to a port')
  return `http://127.0.0.1:${address.port}`
}
