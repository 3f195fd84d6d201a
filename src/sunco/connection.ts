import { createTokenSource, type Key } from './token'
import { createTransport } from './transport'

export type Connection = {
  transport: ReturnType<typeof createTransport>
  /** `Authorization` header for what is not the API: files that Zendesk keeps private. */
  authorization: () => string
}

/**
 * What talks to a Sunco app. In a file of its own, so that it is loaded with the first call and not with the process.
 */
export const connect = (host: string, { appId, ...key }: Key & { appId: string }): Connection => {
  const accessToken = createTokenSource(key)
  return { transport: createTransport(host, appId, accessToken), authorization: () => `Bearer ${accessToken()}` }
}
