import type { HandlerContext, Installation } from '../botpress'
import type { OpenInstallation } from '../installation/open'
import { markMove } from '../session/mark'
import { isSuncoError, type SuncoError } from '../sunco/error'
import type { Metadata } from '../sunco/types'

/**
 * Takes control before anything is posted: the default may be Agent Workspace, which would open a ticket without our
 * metadata at the first message. Where the switchboard no longer knows us, it is mended once.
 */
export const takeControl = async (
  context: HandlerContext,
  opened: OpenInstallation,
  suncoConversationId: string
): Promise<OpenInstallation> => {
  const take = ({ sunco, installation }: OpenInstallation): Promise<void> =>
    sunco.passControl(suncoConversationId, installation.switchboardIntegrationId, markMove('take'))
  try {
    await take(opened)
    return opened
  } catch (error) {
    if (!isUnknownTarget(error)) throw error
    const { repairSwitchboard } = await import('../install/recover')
    const repaired = await repairSwitchboard(context)
    await take(repaired)
    return repaired
  }
}

/**
 * Passes control to Agent Workspace. Where Sunco knows no place of the id that is kept, the id is read again, and used
 * if it is another one.
 */
export const passToAgentWorkspace = async (
  context: HandlerContext,
  { sunco, installation }: OpenInstallation,
  suncoConversationId: string,
  metadata: Metadata
): Promise<OpenInstallation> => {
  const pass = async (to: Installation): Promise<OpenInstallation> => {
    await sunco.passControl(suncoConversationId, to.agentWorkspaceId, metadata)
    return { sunco, installation: to }
  }
  try {
    return await pass(installation)
  } catch (error) {
    if (!isUnknownTarget(error) || error.fate === 'unknown') throw error
    const { recoverInstallation } = await import('../install/recover')
    const current = await recoverInstallation(context)
    if (current.agentWorkspaceId === installation.agentWorkspaceId) throw error
    return pass(current)
  }
}

const isUnknownTarget = (error: unknown): error is SuncoError =>
  isSuncoError(error) && (error.status === 400 || error.status === 404)
