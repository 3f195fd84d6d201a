import type { HandlerContext, Installation } from '../botpress'
import { readInventory } from './inventory'
import { installationName } from './naming'
import { ensureSwitchboardIntegration } from './switchboard'
import { sideBySide } from '../platform/side-by-side'
import { problem } from '../problems'
import { isSuncoError } from '../sunco/error'
import { findHost, openSunco } from '../sunco/host'
import type { SwitchboardIntegration } from '../sunco/types'
import { credentialsOf } from '../installation/credentials'
import { openFor, type OpenInstallation } from '../installation/open'
import { loadInstallation, saveInstallation } from '../installation/state'

/**
 * Reads the installation's set-up from Sunco and keeps it: the way back when state is missing or no longer true, as
 * when a webhook's secret was changed in Zendesk. Creates nothing, since only `register` knows the webhook's URL.
 * @param secretReadAt kept with it, in milliseconds since 1970
 */
export const recoverInstallation = async (context: HandlerContext, secretReadAt?: number): Promise<Installation> => {
  const credentials = credentialsOf(context.ctx)
  const { ctx, deadline } = context
  const [{ host, app }, kept] = await sideBySide([findHost(credentials, deadline), loadInstallation(context)])
  const sunco = openSunco(host, credentials, deadline)
  const inventory = await readInventory(sunco, installationName(ctx.webhookId), kept?.integrationId)
  const { switchboard, agentWorkspace, own, webhooks, switchboardIntegrations } = inventory
  const [integration] = own
  const [webhook] = webhooks
  const linked = switchboardIntegrations.find(({ integrationId }) => integrationId === integration?.id)
  if (!switchboard || !agentWorkspace || !integration || !webhook?.secret) throw problem('notRegistered')
  const installation = {
    // What others keep there, such as where the next check of live sessions goes on.
    ...kept,
    appId: credentials.appId,
    host,
    integrationId: integration.id,
    webhookId: webhook.id,
    webhookSecret: webhook.secret,
    switchboardId: switchboard.id,
    // A place that is gone is put back by whoever is refused for it.
    switchboardIntegrationId: linked?.id ?? kept?.switchboardIntegrationId ?? '',
    agentWorkspaceId: agentWorkspace.id,
    ...(app.subdomain && { subdomain: app.subdomain }),
    ...(secretReadAt !== undefined && { secretReadAt }),
  }
  await saveInstallation(context, installation)
  return installation
}

/** Puts this installation back into a switchboard that an admin removed it from, and keeps the new ids. */
export const repairSwitchboard = async (context: HandlerContext): Promise<OpenInstallation> => {
  const recovered = await recoverInstallation(context)
  const { sunco } = openFor(context, { installation: recovered })
  const { switchboardId, integrationId } = recovered
  const name = installationName(context.ctx.webhookId)
  const ensurePlace = async (): Promise<SwitchboardIntegration> => {
    const present = await sunco.listSwitchboardIntegrations(switchboardId)
    return ensureSwitchboardIntegration(sunco, switchboardId, present, name, integrationId)
  }
  // Another process may have put it back at the same moment: a second place of that name is refused.
  const { id } = await ensurePlace().catch((error: unknown) => {
    if (!isSuncoError(error) || error.status !== 400) throw error
    return ensurePlace()
  })
  const installation = { ...recovered, switchboardIntegrationId: id }
  if (id !== recovered.switchboardIntegrationId) await saveInstallation(context, installation)
  return { installation, sunco }
}
