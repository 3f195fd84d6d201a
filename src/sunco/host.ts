import QuickLRU from 'quick-lru'
import type { Deadline } from '../platform/deadline'
import { isTransientAnswer, isSuncoError, type SuncoError } from './error'
import type { Connection } from './connection'
import type { Key } from './token'
import { SuncoClient } from './client'
import type { App } from './types'

/** Where an app without a known subdomain may live: Zendesk's older hosts, the United States before the EU. */
const smoochHosts = ['https://api.smooch.io', 'https://api.eu-1.smooch.io']

export type Credentials = Key & { appId: string; subdomain?: string }

/** One switch for development: the sandbox's address instead of Zendesk's. */
export const developmentHost = (): string | undefined => process.env.SUNCO_API_URL || undefined

/** `acme`, `acme.zendesk.com` and `https://acme.zendesk.com/agent` all name the subdomain `acme`. */
export const subdomainOf = (entered: string | undefined): string | undefined => {
  const name = /^(?:https?:\/\/)?([a-z0-9][a-z0-9-]*)(?:\.zendesk\.com(?:[/?#].*)?)?\/?$/i.exec(entered?.trim() ?? '')
  return name?.[1]?.toLowerCase()
}

/** Base URL of the API for licensed Zendesk customers (OpenAPI description, "Servers"). */
const hostOfSubdomain = (subdomain: string): string => developmentHost() ?? `https://${subdomain}.zendesk.com/sc`

/** The Zendesk host without a call where the subdomain is configured. */
export const configuredHost = (credentials: Credentials): string | undefined => {
  const subdomain = subdomainOf(credentials.subdomain)
  return subdomain ? hostOfSubdomain(subdomain) : developmentHost()
}

/**
 * Connections by their credentials, which belong to nobody else: kept so that a token is signed once and not for each
 * call.
 */
const connections = new QuickLRU<string, Promise<Connection>>({ maxSize: 500 })

/** Loaded at the first call, since not every process makes one. */
const connectionTo = (host: string, { appId, keyId, keySecret }: Credentials): Promise<Connection> => {
  const key = JSON.stringify([host, appId, keyId, keySecret])
  const connection =
    connections.get(key) ?? import('./connection').then(({ connect }) => connect(host, { appId, keyId, keySecret }))
  connections.set(key, connection)
  return connection
}

/** The client of an app at a host, for what has to be done by the deadline. */
export const openSunco = (host: string, credentials: Credentials, deadline: Deadline): SuncoClient =>
  new SuncoClient(
    async (call) => (await connectionTo(host, credentials)).transport(deadline)(call),
    async () => (await connectionTo(host, credentials)).authorization()
  )

/**
 * Finds the host of an app: the configured subdomain's; else the smooch.io hosts are asked for the app, and it is the
 * host of the subdomain that the app names. Rejects with a transient SuncoError if there was one, else with the first
 * host's.
 */
export const findHost = async (
  credentials: Credentials,
  deadline: Deadline,
  open: typeof openSunco = openSunco
): Promise<{ host: string; app: App }> => {
  const known = configuredHost(credentials)
  if (known) return { host: known, app: await open(known, credentials, deadline).getApp() }
  const failures: SuncoError[] = []
  for (const host of smoochHosts) {
    try {
      const app = await open(host, credentials, deadline).getApp()
      const subdomain = subdomainOf(app.subdomain ?? undefined)
      return { host: subdomain ? hostOfSubdomain(subdomain) : host, app }
    } catch (error) {
      if (!isSuncoError(error)) throw error
      failures.push(error)
    }
  }
  // A host that did not answer might have known the app: a refusal by the other region's host proves nothing then.
  throw failures.find(isTransientAnswer) ?? failures[0] ?? new Error('no host to ask')
}
