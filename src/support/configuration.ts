import type { Context } from '../botpress'

/** The OAuth client of the customer's own Zendesk, trimmed; undefined where the connection is not configured. */
export const supportClientOf = ({
  configuration,
}: Pick<Context, 'configuration'>): { clientId: string; clientSecret: string } | undefined => {
  const clientId = configuration.supportClientId?.trim()
  const clientSecret = configuration.supportClientSecret?.trim()
  return clientId && clientSecret ? { clientId, clientSecret } : undefined
}
