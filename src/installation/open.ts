import QuickLRU from 'quick-lru'
import type { HandlerContext, Installation } from '../botpress'
import type { SuncoClient } from '../sunco/client'
import { openSunco, type Credentials } from '../sunco/host'
import { credentialsOf } from './credentials'
import { loadInstallation } from './state'

/** Clients by their credentials, which belong to nobody else: kept so that a token is signed once and not for each call. */
const clients = new QuickLRU<string, SuncoClient>({ maxSize: 500 })

/** The Sunco client of these very credentials. */
export const clientFor = (host: string, credentials: Credentials): SuncoClient => {
  const { appId, keyId, keySecret } = credentials
  const key = JSON.stringify([host, appId, keyId, keySecret])
  const client = clients.get(key) ?? openSunco(host, credentials)
  clients.set(key, client)
  return client
}

export type OpenInstallation = { installation: Installation; sunco: SuncoClient }

/**
 * What `register` found out, with a client for it: no call where this process has asked lately, one to Botpress otherwise. An
 * installation whose state is missing is read from Sunco again.
 */
export const openInstallation = async (context: HandlerContext): Promise<OpenInstallation> => {
  const installation = (await loadInstallation(context)) ?? (await recover(context))
  return { installation, sunco: clientFor(installation.host, credentialsOf(context.ctx)) }
}

/** Rarely needed, and drags the set-up along: loaded with its first use. */
const recover = async (context: HandlerContext): Promise<Installation> => {
  const { recoverInstallation } = await import('./recover')
  return recoverInstallation(context)
}
