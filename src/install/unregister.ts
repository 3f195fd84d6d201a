import type { Props } from '../botpress'
import { reasonOf } from '../problems'
import { findHost, openSunco } from '../sunco/host'
import { credentialsOf } from './credentials'
import { forgetInstallation } from './installation'
import { readInventory } from './inventory'
import { installationName } from './naming'
import { removeIntegrations } from './removal'

/**
 * Removes what `register` made, recognised by its name. It never fails: an uninstall must not hang on a key that was
 * withdrawn. What could not be removed is named in the log.
 */
export const unregister: Props['unregister'] = async (props) => {
  const { ctx, logger } = props
  const name = installationName(ctx.webhookId)
  forgetInstallation(props)
  try {
    const credentials = credentialsOf(ctx)
    const { host } = await findHost(credentials)
    const sunco = openSunco(host, credentials)
    const inventory = await readInventory(sunco, name)
    const ids = inventory.own.map(({ id }) => id)
    const failures = await removeIntegrations(
      sunco,
      inventory,
      ids,
      (slot) => slot.name === name || (slot.integrationId != null && ids.includes(slot.integrationId))
    )
    for (const failure of failures) logger.forBot().warn(leftover(name, failure))
  } catch (error) {
    logger.forBot().warn(leftover(name, error))
  }
}

const leftover = (name: string, error: unknown): string =>
  `Not everything could be removed from Zendesk (${reasonOf(error)}). Look for "${name}" under Conversations integrations and remove it there.`
