import { sideBySide } from '../platform/side-by-side'
import type { SuncoClient } from '../sunco/client'
import type { SwitchboardIntegration } from '../sunco/types'
import { removed } from './removal'

/**
 * One switchboard integration of this name, linked to the integration: an existing one, named and linked anew where it
 * has to be, or a new one. It is not made anew where it is there: one that another names as its next, or that is the
 * default, cannot be deleted, and with it the offers of running sessions would go.
 */
export const ensureSwitchboardIntegration = async (
  sunco: SuncoClient,
  switchboardId: string,
  present: SwitchboardIntegration[],
  name: string,
  integrationId: string
): Promise<SwitchboardIntegration> => {
  const isNamed = (link: SwitchboardIntegration): boolean => link.name === name
  const isLinked = (link: SwitchboardIntegration): boolean => link.integrationId === integrationId
  // An admin may have given it another name.
  const kept =
    present.find((link) => isNamed(link) && isLinked(link)) ?? present.find(isLinked) ?? present.find(isNamed)
  const misfits = present.filter((link) => link !== kept && (isNamed(link) || isLinked(link)))
  await sideBySide(misfits.map(({ id }) => removed(sunco.deleteSwitchboardIntegration(switchboardId, id))))
  if (!kept) return sunco.createSwitchboardIntegration(switchboardId, { name, integrationId })
  if (isNamed(kept) && isLinked(kept) && !kept.deliverStandbyEvents) return kept
  return sunco.updateSwitchboardIntegration(switchboardId, kept.id, {
    ...(!isNamed(kept) && { name }),
    ...(!isLinked(kept) && { integrationId }),
    ...(kept.deliverStandbyEvents && { deliverStandbyEvents: false }),
  })
}
