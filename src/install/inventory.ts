import { sideBySide } from '../platform/side-by-side'
import type { SuncoClient } from '../sunco/client'
import { isNotFound } from '../sunco/error'
import {
  agentWorkspaceType,
  type SuncoIntegration,
  type Switchboard,
  type SwitchboardIntegration,
  type Webhook,
} from '../sunco/types'

/** What stands in the Sunco app, as far as it concerns an installation. */
export type Inventory = {
  switchboard?: Switchboard
  agentWorkspace?: SwitchboardIntegration
  /** All of the switchboard's integrations, ours among them. */
  switchboardIntegrations: SwitchboardIntegration[]
  /** All custom integrations, ours among them. */
  integrations: SuncoIntegration[]
  /**
   * Custom integrations of ours: one, unless something went wrong; the one to keep comes first. They bear our name;
   * where none does, it is the one that was kept with the installation: an admin may give an integration another name.
   */
  own: SuncoIntegration[]
  /** Webhooks of the integration to keep. */
  webhooks: Webhook[]
}

/**
 * Reads the inventory, two requests at a time. Rejects with SuncoError: a failed read is never an empty list.
 * @param keptId id of the integration that was kept with the installation
 */
export const readInventory = async (sunco: SuncoClient, name: string, keptId?: string): Promise<Inventory> => {
  const [[switchboard], integrations] = await sideBySide([sunco.listSwitchboards(), sunco.listCustomIntegrations()])
  const named = integrations.filter(({ displayName }) => displayName === name)
  // As a rule the only one; its webhooks are read beside the switchboard's integrations.
  const likely = named.length === 1 ? named[0] : undefined
  const [links, likelyWebhooks] = await sideBySide([
    switchboard ? sunco.listSwitchboardIntegrations(switchboard.id) : [],
    likely ? webhooksOf(sunco, likely.id) : [],
  ])
  const own = ownAmong(integrations, links, name, keptId)
  const [kept] = own
  return {
    switchboard,
    agentWorkspace: links.find(({ integrationType }) => integrationType === agentWorkspaceType),
    switchboardIntegrations: links,
    integrations,
    own,
    webhooks: kept && kept !== likely ? await webhooksOf(sunco, kept.id) : likelyWebhooks,
  }
}

/**
 * The integrations of an installation, see {@link Inventory}; the one that its place in the switchboard is linked to
 * comes first. What somebody linked to that place is not ours for that.
 */
export const ownAmong = (
  integrations: SuncoIntegration[],
  links: SwitchboardIntegration[],
  name: string,
  keptId: string | undefined
): SuncoIntegration[] => {
  const named = integrations.filter(({ displayName }) => displayName === name)
  if (named.length === 0) return integrations.filter(({ id }) => id === keptId)
  const isLinked = ({ id }: SuncoIntegration, link: SwitchboardIntegration): boolean => link.integrationId === id
  const linked =
    named.find((one) => links.some((link) => link.name === name && isLinked(one, link))) ??
    // An admin may have given the place another name.
    named.find((one) => links.some((link) => isLinked(one, link)))
  return linked ? [linked, ...named.filter((integration) => integration !== linked)] : named
}

/** Someone may delete the integration between the two reads. */
const webhooksOf = async (sunco: SuncoClient, integrationId: string): Promise<Webhook[]> => {
  try {
    return await sunco.listWebhooks(integrationId)
  } catch (error) {
    if (isNotFound(error)) return []
    throw error
  }
}
