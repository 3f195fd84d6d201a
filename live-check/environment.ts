import { isSuncoError, isTransientAnswer } from '../src/sunco/error'
import { subdomainOf, type Credentials } from '../src/sunco/host'

type Environment = Record<string, string | undefined>

const required = { SUNCO_APP_ID: 'App ID', SUNCO_KEY_ID: 'Key ID', SUNCO_KEY_SECRET: 'Secret' } as const
const where = 'Zendesk Admin Center > Apps and integrations > APIs > Conversations API'

/** Prefixes of keys that may not manage an app (OpenAPI description, "API Authentication"). */
const otherKeys = ['int_', 'act_', 'svc_']

/** The credentials, or a text for each variable that is missing or wrong. No text repeats a value. */
export const readEnvironment = (env: Environment): { credentials: Credentials; complaints: string[] } => {
  const valueOf = (name: string): string => env[name]?.trim() ?? ''
  const credentials = {
    appId: valueOf('SUNCO_APP_ID'),
    keyId: valueOf('SUNCO_KEY_ID'),
    keySecret: valueOf('SUNCO_KEY_SECRET'),
    subdomain: valueOf('SUNCO_SUBDOMAIN'),
  }
  const complaints = Object.entries(required)
    .filter(([name]) => !valueOf(name))
    .map(([name, title]) => `${name} is missing: set it to the ${title} of a key from ${where}.`)
  const prefix = otherKeys.find((known) => credentials.keyId.startsWith(known))
  if (prefix) complaints.push(`SUNCO_KEY_ID starts with "${prefix}": an app key is needed, "app_…", from ${where}.`)
  if (credentials.subdomain && !subdomainOf(credentials.subdomain))
    complaints.push(
      'SUNCO_SUBDOMAIN is not a subdomain: for https://acme.zendesk.com it is "acme"; it may be left out.'
    )
  return { credentials, complaints }
}

/** What is wrong with credentials that Zendesk did not take. */
export const explainRefusal = (error: unknown, { subdomain }: Credentials): string => {
  if (!isSuncoError(error)) return 'The app could not be looked for.'
  if (error.code === 'ENOTFOUND' && subdomain) return 'SUNCO_SUBDOMAIN is wrong: there is no such Zendesk account.'
  if (isTransientAnswer(error)) return `Zendesk could not be asked (${error.message}). Try again in a minute.`
  if (error.status === 401)
    return 'SUNCO_KEY_ID or SUNCO_KEY_SECRET is wrong: Zendesk does not take them. The secret is shown once, at creation.'
  if (error.status === 403) return 'SUNCO_APP_ID is of another app than the key: copy both from the same key.'
  if (error.status === 404) return 'SUNCO_APP_ID or SUNCO_SUBDOMAIN is wrong: Zendesk knows no such app there.'
  return `Zendesk refused the key (${error.message}).`
}
