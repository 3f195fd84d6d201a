import { createHash } from 'node:crypto'
import { isApiError } from '@botpress/sdk'
import { LRUCache } from 'lru-cache'
import type { Handling, Installation } from '../botpress'
import { problem } from '../problems'
import type { SuncoClient } from '../sunco/client'
import { findHost, openSunco, type Credentials } from '../sunco/host'
import { credentialsOf } from './credentials'
import { readInventory } from './inventory'
import { installationName } from './naming'
import { ensureSwitchboardIntegration } from './set-up'

/** One process serves many installations: keys hold the id of the installation, and of the app it points to. */
const known = new LRUCache<string, Installation>({ max: 500, ttl: 10 * 60_000 })
/** Looking for what is known, and for a minute that nothing is: strangers' requests must not cause a call each. */
const loads = new LRUCache<string, Promise<Installation | undefined>>({ max: 500, ttl: 60_000 })
const clients = new LRUCache<string, SuncoClient>({ max: 500 })

/**
 * What is kept belongs to an installation and to the app that it points to now. Every installation has a webhook of its own,
 * while `ctx.integrationId` names the definition, which all bots that installed it share (client's `getBot`).
 */
export const installationKey = (ctx: Handling['ctx']): string => `${ctx.webhookId}/${credentialsOf(ctx).appId}`

/** The Sunco client of these very credentials, which belong to nobody else; kept, so that its token is signed once and not for each call. */
const clientFor = (host: string, credentials: Credentials): SuncoClient => {
  const { appId, keyId, keySecret } = credentials
  const key = createHash('sha256')
    .update(JSON.stringify([host, appId, keyId, keySecret]))
    .digest('base64')
  const client = clients.get(key) ?? openSunco(host, credentials)
  clients.set(key, client)
  return client
}

export type OpenInstallation = { installation: Installation; sunco: SuncoClient }

/**
 * What `register` found out, with a client for it. Costs no call on a warm process and one to Botpress on a cold one.
 * An installation whose state is missing is read from Sunco again.
 */
export const openInstallation = async (handling: Handling): Promise<OpenInstallation> => {
  const credentials = credentialsOf(handling.ctx)
  const installation = (await loadInstallation(handling)) ?? (await recoverInstallation(handling))
  return { installation, sunco: clientFor(installation.host, credentials) }
}

/** What `register` kept for the App ID that is configured now, or undefined: no call on a warm process, else one. */
export const loadInstallation = async (handling: Handling): Promise<Installation | undefined> => {
  const key = installationKey(handling.ctx)
  const remembered = known.get(key)
  if (remembered) return remembered
  const loading = loads.get(key) ?? loadState(handling)
  loads.set(key, loading)
  try {
    const installation = await loading
    if (installation) known.set(key, installation)
    return installation
  } catch (error) {
    loads.delete(key)
    throw error
  }
}

const loadState = async ({ ctx, client }: Handling): Promise<Installation | undefined> => {
  try {
    const { state } = await client.getState({ type: 'integration', id: ctx.integrationId, name: 'installation' })
    const { payload } = state
    // An installation from before the webhook's secret was kept has to learn it.
    return payload.appId === credentialsOf(ctx).appId && payload.webhookSecret ? payload : undefined
  } catch (error) {
    if (isApiError(error) && error.type === 'ResourceNotFound') return undefined
    throw error
  }
}

/** Keeps what was found, for this process and for every other one. */
export const saveInstallation = async ({ ctx, client }: Handling, installation: Installation): Promise<void> => {
  await client.setState({ type: 'integration', id: ctx.integrationId, name: 'installation', payload: installation })
  known.set(installationKey(ctx), installation)
}

export const forgetInstallation = ({ ctx }: Handling): void => {
  const key = installationKey(ctx)
  known.delete(key)
  loads.delete(key)
}

/**
 * Reads the installation's set-up from Sunco and keeps it: the way back when state is missing or no longer true, as when
 * a webhook's secret was changed in Zendesk. Creates nothing, since only `register` knows the webhook's URL.
 */
export const recoverInstallation = async (handling: Handling): Promise<Installation> => {
  const credentials = credentialsOf(handling.ctx)
  const { host } = await findHost(credentials)
  const inventory = await readInventory(clientFor(host, credentials), installationName(handling.ctx.webhookId))
  const { switchboard, agentWorkspace, own, webhooks, slots } = inventory
  const [integration] = own
  const [webhook] = webhooks
  const slot = slots.find(({ integrationId }) => integrationId === integration?.id)
  if (!switchboard || !agentWorkspace || !integration || !webhook?.secret) throw problem('notRegistered')
  const installation = {
    appId: credentials.appId,
    host,
    integrationId: integration.id,
    webhookId: webhook.id,
    webhookSecret: webhook.secret,
    switchboardId: switchboard.id,
    switchboardIntegrationId: slot?.id ?? '',
    agentWorkspaceId: agentWorkspace.id,
  }
  await saveInstallation(handling, installation)
  return installation
}

/** Puts this installation back into a switchboard that an admin removed it from, and keeps the new ids. */
export const repairSwitchboard = async (handling: Handling): Promise<OpenInstallation> => {
  const recovered = await recoverInstallation(handling)
  const sunco = clientFor(recovered.host, credentialsOf(handling.ctx))
  const slots = await sunco.listSwitchboardIntegrations(recovered.switchboardId)
  const name = installationName(handling.ctx.webhookId)
  const slot = await ensureSwitchboardIntegration(sunco, recovered.switchboardId, slots, name, recovered.integrationId)
  const installation = { ...recovered, switchboardIntegrationId: slot.id }
  if (slot.id !== recovered.switchboardIntegrationId) await saveInstallation(handling, installation)
  return { installation, sunco }
}
