import type { HandlerContext, Installation } from '../botpress'
import type { SuncoClient } from '../sunco/client'
import { openSunco } from '../sunco/host'
import { credentialsOf } from './credentials'
import { loadInstallation } from './state'

export type OpenInstallation = { installation: Installation; sunco: SuncoClient }

/**
 * What `register` found out, with a client for it: no call where this process has asked lately, one to Botpress
 * otherwise. An installation whose state is missing is read from Sunco again.
 */
export const openInstallation = async (context: HandlerContext): Promise<OpenInstallation> => {
  const installation = (await loadInstallation(context)) ?? (await recover(context))
  return openFor(context, { installation })
}

/** An installation with a client that keeps to the deadline of this context. */
export const openFor = (
  { ctx, deadline }: HandlerContext,
  { installation }: Pick<OpenInstallation, 'installation'>
): OpenInstallation => ({ installation, sunco: openSunco(installation.host, credentialsOf(ctx), deadline) })

/** Rarely needed, and drags the set-up along: loaded with its first use. */
const recover = async (context: HandlerContext): Promise<Installation> => {
  const { recoverInstallation } = await import('../install/recover')
  return recoverInstallation(context)
}
