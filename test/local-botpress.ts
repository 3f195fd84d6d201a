import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, vi } from 'vitest'
import type { Context } from '../src/botpress'

/** Lets a file of unit tests call Botpress' client: a listener answers in place of Botpress. Returns who calls. */
export const useLocalBotpress = (listener: RequestListener): Context => {
  const server = createServer(listener)
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    vi.stubEnv('BP_API_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    vi.stubEnv('BP_TOKEN', 'token')
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })
  return { botId: 'b', integrationId: 'i', integrationAlias: 'alias' } as Context
}
