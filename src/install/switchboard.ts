import { sideBySide } from '../platform/side-by-side'
import type { SuncoClient } from '../sunco/client'
import type { SwitchboardIntegration } from '../sunco/types'
import { removed } from './removal'

/**
 * One switchboard integration of this name, linked to the integration: an existing one, linked anew where it has to be,
 * or a new one. It is not made anew where it is there: one that another names as its next, or that is the default,
 * cannot be deleted, and with it the offers of running sessions would go.
 */
export const ensureSwitchboardIntegration = async (
  sunco: SuncoClient,
  switchboardId: string,
  present: SwitchboardIntegration[],
  name: string,
  integrationId: string
): Promise<SwitchboardIntegration> => {
  const named = present.filter((link) => link.name === name)
  const kept = named.find((link) => link.integrationId === integrationId) ?? named[0]
  const misfits = present.filter(
    (link) => link !== kept && (link.name === name || link.integrationId === integrationId)
  )
  await sideBySide(misfits.map(({ id }) => removed(sunco.deleteSwitchboardIntegration(switchboardId, id))))
  if (!kept) return sunco.createSwitchboardIntegration(switchboardId, { name, integrationId })
  const isLinked = kept.integrationId === integrationId
  if (isLinked && !kept.deliverStandbyEvents) return kept
  return sunco.updateSwitchboardIntegration(switchboardId, kept.id, {
    ...(!isLinked && { integrationId }),
    ...(kept.deliverStandbyEvents && { deliverStandbyEvents: false }),
  })
}
