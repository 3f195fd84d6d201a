import type { Actions } from '../botpress'
import { openInstallation } from '../installation/open'
import { reasonOf } from '../platform/failure'
import { sideBySide } from '../platform/side-by-side'
import { problem } from '../problems'
import { isSuncoError } from '../sunco/error'
import { ensureSuncoUser, normaliseEmail, realEmail, toName } from './customer'

/**
 * Makes the customer known to Zendesk. The plugin calls it once per customer and gives no id, so that a customer is
 * recognised by the address, be it a made-up one.
 */
export const createUser: Actions['createUser'] = async (props) => {
  const { client, input } = props
  const name = toName(input.name)
  const pictureUrl = input.pictureUrl?.trim() || undefined
  const email = normaliseEmail(input.email)

  const findUser = email
    ? client.getOrCreateUser({ name, pictureUrl, tags: { email }, discriminateByTags: ['email'] })
    : client.createUser({ name, pictureUrl, tags: {} })
  const [{ user }, { sunco }] = await sideBySide([findUser, openInstallation(props)])

  try {
    const known = user.tags.id || undefined
    const [suncoUserId] = await sideBySide([
      ensureSuncoUser(props, sunco, { userId: user.id, suncoUserId: known, name, email: realEmail(email), pictureUrl }),
      // getOrCreateUser leaves name and picture of a known user as they were.
      (name !== undefined && user.name !== name) || (pictureUrl !== undefined && user.pictureUrl !== pictureUrl)
        ? client.updateUser({ id: user.id, name, pictureUrl, tags: {} })
        : undefined,
    ])
    if (suncoUserId !== known) await client.updateUser({ id: user.id, tags: { id: suncoUserId } })
  } catch (error) {
    if (isSuncoError(error)) throw problem('startRefused', reasonOf(error))
    throw error
  }
  return { userId: user.id }
}
