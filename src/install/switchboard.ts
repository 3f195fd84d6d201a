import { sideBySide } from '../platform/side-by-side'
import type { SuncoClient } from '../sunco/client'
import type { SwitchboardIntegration } from '../sunco/types'
import { removed } from './removal'

/**
 * One switchboard integration of this name, linked to the integration: an existing one where it fits, a new one
 * otherwise. Also mends what an admin removed while sessions run.
 */
export const ensureSwitchboardIntegration = async (
  sunco: SuncoClient,
  switchboardId: string,
  present: SwitchboardIntegration[],
  name: string,
  integrationId: string
): Promise<SwitchboardIntegration> => {
  const fits = (link: SwitchboardIntegration): boolean => link.name === name && link.integrationId === integrationId
  const kept = present.find(fits)
  const misfits = present.filter(
    (link) => link !== kept && (link.name === name || link.integrationId === integrationId)
  )
  await sideBySide(misfits.map(({ id }) => removed(sunco.deleteSwitchboardIntegration(switchboardId, id))))
  if (!kept) return sunco.createSwitchboardIntegration(switchboardId, { name, integrationId })
  if (kept.deliverStandbyEvents) await sunco.silenceStandbyEvents(switchboardId, kept.id)
  return kept
}
