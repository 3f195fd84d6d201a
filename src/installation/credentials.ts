import type { Context } from '../botpress'
import { problem } from '../problems'
import { subdomainOf, type Credentials } from '../sunco/host'

const requiredFields = { appId: 'App ID', keyId: 'Key ID', keySecret: 'Key Secret' } as const

/** Prefixes of keys whose scope is not the app (OpenAPI description, "API Authentication"). */
const otherKeys = ['int_', 'act_', 'svc_']

/** The configuration, trimmed: Botpress hands it over as it was typed. */
export const credentialsOf = (ctx: Pick<Context, 'configuration'>): Credentials => {
  const { appId, keyId, keySecret, subdomain } = ctx.configuration
  const trimmed = (value: string | undefined): string => (value ?? '').trim()
  return { appId: trimmed(appId), keyId: trimmed(keyId), keySecret: trimmed(keySecret), subdomain: trimmed(subdomain) }
}

/** Rejects what can be told to be wrong without asking Zendesk. */
export const checkCredentials = (credentials: Credentials): void => {
  for (const [field, title] of Object.entries(requiredFields) as [keyof typeof requiredFields, string][]) {
    if (!credentials[field]) throw problem('missingValue', title)
  }
  if (credentials.subdomain && !subdomainOf(credentials.subdomain)) throw problem('badSubdomain')
  const prefix = otherKeys.find((known) => credentials.keyId.startsWith(known))
  if (prefix) throw problem('notAnAppKey', prefix)
}
