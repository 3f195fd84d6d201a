import type { Props } from '../botpress'
import { reasonOf } from '../platform/failure'
import { isSuncoError } from '../sunco/error'
import { findHost, openSunco } from '../sunco/host'
import { credentialsOf } from '../installation/credentials'
import { forgetInstallation, loadInstallation } from '../installation/state'
import type { SwitchboardIntegration } from '../sunco/types'
import { ownAmong } from './inventory'
import { installationName } from './naming'
import { removeIntegrations } from './removal'

/**
 * Removes what `register` made, recognised by its name, or by the id that was kept. Each step is tried, whatever
 * became of the others, and it never fails: an uninstall must not hang on a key that was withdrawn. What could not be
 * removed is named in the log.
 */
export const unregister: Props['unregister'] = async (props) => {
  const { ctx, logger, deadline } = props
  const name = installationName(ctx.webhookId)
  const failures: unknown[] = []
  const attempt = async <T>(step: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await step
    } catch (error) {
      failures.push(error)
      return otherwise
    }
  }

  const credentials = credentialsOf(ctx)
  // Where a list cannot be read, what was kept at registration still names what is ours.
  let unread: unknown
  const kept = await loadInstallation(props).catch((error: unknown) => {
    unread = error
    return undefined
  })
  const host =
    kept?.host ??
    (await attempt(
      findHost(credentials, deadline).then((found) => found.host),
      undefined
    ))
  if (host) {
    const sunco = openSunco(host, credentials, deadline)
    const [integrations, [switchboard]] = await Promise.all([
      attempt(sunco.listCustomIntegrations(), kept ? [{ id: kept.integrationId, displayName: name }] : []),
      attempt(sunco.listSwitchboards(), kept ? [{ id: kept.switchboardId, enabled: true }] : []),
    ])
    const keptPlace = kept?.switchboardIntegrationId ? [{ id: kept.switchboardIntegrationId, name }] : []
    const switchboardIntegrations = switchboard
      ? await attempt(sunco.listSwitchboardIntegrations(switchboard.id), keptPlace)
      : []
    const ids = ownAmong(integrations, switchboardIntegrations, name, kept?.integrationId).map(({ id }) => id)
    // One that an admin renamed is known by the kept id alone.
    if (unread && ids.length === 0) failures.push(unread)
    const isOurs = ({ name: linkName, integrationId }: SwitchboardIntegration): boolean =>
      linkName === name || (integrationId != null && ids.includes(integrationId))
    failures.push(...(await removeIntegrations(sunco, { switchboard, switchboardIntegrations }, ids, isOurs)))
  }
  forgetInstallation(props)
  for (const failure of failures) logger.forBot().warn(leftover(name, failure))
}

const leftover = (name: string, error: unknown): string => {
  const isPlace = isSuncoError(error) && error.operation === 'delete switchboard integration'
  const cure = isPlace
    ? `Remove the switchboard integration "${name}" with the Sunshine Conversations API.`
    : `Look for "${name}" under Conversations integrations and remove it there.`
  return `Not everything could be removed from Zendesk (${reasonOf(error)}). ${cure}`
}
