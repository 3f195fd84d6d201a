import type { Props } from '../botpress'
import { problem, reasonOf } from '../problems'
import { isPassing, isSuncoError } from '../sunco/error'
import { findHost, openSunco, type Credentials } from '../sunco/host'
import { checkCredentials, credentialsOf } from './credentials'
import { saveInstallation } from './installation'
import { readInventory, type Inventory } from './inventory'
import { installationName } from './naming'
import { ensureSetUp } from './set-up'

/** Runs at install and at every save of the configuration: checks first, then sets up, then keeps what later steps need. */
export const register: Props['register'] = async (props) => {
  const { ctx, logger, webhookUrl } = props
  const credentials = credentialsOf(ctx)
  checkCredentials(credentials)
  const name = installationName(ctx.webhookId)

  const { host, app } = await asked(() => findHost(credentials), credentials)
  const sunco = openSunco(host, credentials)
  const inventory: Inventory = await asked(() => readInventory(sunco, name), credentials)
  const setUp = await ensureSetUp(sunco, inventory, name, webhookUrl)
  await saveInstallation(props, { appId: credentials.appId, host, ...setUp })

  if (app.settings?.multiConvoEnabled === false) logger.forBot().warn(multiConversationsWarning)
}

const multiConversationsWarning =
  'Multi-conversations are off in Zendesk: a customer can be handed over once, and a second handoff will fail. Turn them on: Admin Center > Channels > Messaging and social > Messaging > Manage settings > Multi-conversations (this cannot be undone).'

/** Turns a failed check into words for the bot builder. */
const asked = async <T>(ask: () => Promise<T>, credentials: Credentials): Promise<T> => {
  try {
    return await ask()
  } catch (error) {
    if (!isSuncoError(error)) throw error
    // A subdomain that does not exist looks like a host that is down.
    if (error.code === 'ENOTFOUND' && credentials.subdomain) throw problem('unknownApp')
    if (isPassing(error)) throw problem('unreachable', reasonOf(error))
    if (error.status === 401) throw problem('wrongKey')
    if (error.status === 403) throw problem('notAllowed')
    if (error.status === 404) throw problem('unknownApp')
    throw problem('setUpRefused', reasonOf(error))
  }
}
