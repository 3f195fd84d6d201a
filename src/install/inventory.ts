import { sideBySide } from '../platform/side-by-side'
import type { SuncoClient } from '../sunco/client'
import { isGone } from '../sunco/error'
import type { SuncoIntegration, Switchboard, SwitchboardIntegration, Webhook } from '../sunco/types'

/** Type of Agent Workspace in every Zendesk account's switchboard. */
const agentWorkspaceType = 'zd:agentWorkspace'

/** What stands in the Sunco app, as far as it concerns an installation. */
export type Inventory = {
  switchboard?: Switchboard
  agentWorkspace?: SwitchboardIntegration
  /** All of the switchboard's integrations, ours among them. */
  switchboardIntegrations: SwitchboardIntegration[]
  /** All custom integrations, ours among them. */
  integrations: SuncoIntegration[]
  /** Custom integrations with our name: one, unless something went wrong; the one to keep comes first. */
  own: SuncoIntegration[]
  /** Webhooks of the integration to keep. */
  webhooks: Webhook[]
}

/** Reads the inventory, two requests at a time. Rejects with SuncoError: a failed read is never an empty list. */
export const readInventory = async (sunco: SuncoClient, name: string): Promise<Inventory> => {
  const [[switchboard], integrations] = await sideBySide([sunco.listSwitchboards(), sunco.listCustomIntegrations()])
  const named = integrations.filter((integration) => integration.displayName === name)
  const readLinks = switchboard ? sunco.listSwitchboardIntegrations(switchboard.id) : []
  const [first, ...rest] = named
  if (!first || rest.length > 0) {
    const links = await readLinks
    const linked = named.find(({ id }) => links.some((link) => link.name === name && link.integrationId === id))
    const own = linked ? [linked, ...named.filter((integration) => integration !== linked)] : named
    return build(switchboard, links, integrations, own, own[0] ? await webhooksOf(sunco, own[0].id) : [])
  }
  const [links, webhooks] = await sideBySide([readLinks, webhooksOf(sunco, first.id)])
  return build(switchboard, links, integrations, named, webhooks)
}

/** Someone may delete the integration between the two reads. */
const webhooksOf = async (sunco: SuncoClient, integrationId: string): Promise<Webhook[]> => {
  try {
    return await sunco.listWebhooks(integrationId)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

const build = (
  switchboard: Switchboard | undefined,
  switchboardIntegrations: SwitchboardIntegration[],
  integrations: SuncoIntegration[],
  own: SuncoIntegration[],
  webhooks: Webhook[]
): Inventory => ({
  switchboard,
  switchboardIntegrations,
  integrations,
  own,
  webhooks,
  agentWorkspace: switchboardIntegrations.find(({ integrationType }) => integrationType === agentWorkspaceType),
})
