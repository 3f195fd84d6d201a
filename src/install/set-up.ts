import type { Installation } from '../botpress'
import { reasonOf, TryLater } from '../platform/failure'
import { sideBySide } from '../platform/side-by-side'
import { problem } from '../problems'
import type { SuncoClient, WebhookSettings } from '../sunco/client'
import { isTransientAnswer, isSuncoError } from '../sunco/error'
import type { SuncoIntegration, Webhook } from '../sunco/types'
import { readInventory, type Inventory } from './inventory'
import { namesOfOthers } from './naming'
import { removeIntegrations, removed } from './removal'
import { ensureSwitchboardIntegration } from './switchboard'

/** Events that end up in a Botpress message or a change of the session; names are case-sensitive. */
export const triggers = [
  'conversation:message',
  'conversation:message:delivery:failure',
  'conversation:remove',
  'switchboard:acceptControl',
  'switchboard:passControl',
  'switchboard:passControl:failure',
  'switchboard:releaseControl',
  'user:remove',
] as const

/** Per app (OpenAPI description, "Webhooks" and "Switchboards"). */
const mostWebhooks = 10
const mostSwitchboardIntegrations = 10

type SetUp = Pick<
  Installation,
  'integrationId' | 'webhookId' | 'webhookSecret' | 'switchboardId' | 'switchboardIntegrationId' | 'agentWorkspaceId'
>

/** Rejects where the account lacks what a handoff needs. */
const checkSwitchboard = ({ switchboard, agentWorkspace }: Inventory): { id: string; agentWorkspaceId: string } => {
  if (!switchboard) throw problem('noSwitchboard')
  if (!switchboard.enabled) throw problem('switchboardOff')
  if (!agentWorkspace) throw problem('noAgentWorkspace')
  return { id: switchboard.id, agentWorkspaceId: agentWorkspace.id }
}

/** The integration that was kept with the installation, if there was one; `unknown` where Botpress cannot say. */
export type KeptId = { id?: string } | 'unknown'

/** What a set-up has found. */
export type Progress = {
  /** What stood there when it began. */
  before?: Inventory
  /** What stood there when it was last looked. */
  now?: Inventory
}

/**
 * Brings the app from whatever stands there to exactly one integration with one webhook, and one switchboard
 * integration of this name; changes nothing where all is well. Where another `register` sets up at the same moment,
 * only one of them can link its integration: the other one looks again, and takes what is linked by then. Rejects with
 * a RuntimeError that says what to do.
 */
export const ensureSetUp = async (
  sunco: SuncoClient,
  name: string,
  webhookUrl: string,
  kept: KeptId,
  progress: Progress
): Promise<SetUp> => {
  const attempt = async (): Promise<SetUp> => {
    const inventory = await readInventory(sunco, name, kept === 'unknown' ? undefined : kept.id)
    progress.before ??= inventory
    progress.now = inventory
    // It may stand there under another name: a second one would be made.
    if (kept === 'unknown' && inventory.own.length === 0) throw new TryLater('what was kept could not be read')
    return bringAbout(sunco, inventory, name, webhookUrl)
  }
  try {
    return await attempt().catch((error: unknown) => {
      if (!wasLinkRefused(error)) throw error
      return attempt()
    })
  } catch (error) {
    throw progress.now ? await explain(sunco, progress.now, name, error) : error
  }
}

/**
 * Takes back what a set-up made that failed, also where it was not told so: an integration without a place in the
 * switchboard is sent the events of the whole account. One that another `register` has linked meanwhile stays; one that
 * it is about to link may go, and is made again by its second look. Best effort.
 */
export const undoSetUp = async (sunco: SuncoClient, name: string, { before }: Progress): Promise<void> => {
  if (!before) return
  try {
    const now = await readInventory(sunco, name)
    const linked = now.switchboardIntegrations.map(({ integrationId }) => integrationId)
    const old = before.integrations.map(({ id }) => id)
    const made = now.own.map(({ id }) => id).filter((id) => !linked.includes(id) && !old.includes(id))
    await removeIntegrations(sunco, now, made, () => false)
  } catch {
    // The next `register` finds it by its name.
  }
}

const linkOperation = 'create switchboard integration'

const wasLinkRefused = (error: unknown): boolean =>
  isSuncoError(error) && error.operation === linkOperation && error.status === 400

const bringAbout = async (
  sunco: SuncoClient,
  inventory: Inventory,
  name: string,
  webhookUrl: string
): Promise<SetUp> => {
  const { id: switchboardId, agentWorkspaceId } = checkSwitchboard(inventory)
  const [kept, ...duplicates] = inventory.own
  await removeDuplicates(sunco, inventory, duplicates, kept)
  const settings = { target: webhookUrl, triggers }
  const { integration, webhook } = kept
    ? { integration: kept, webhook: await ensureWebhook(sunco, kept, inventory.webhooks, settings) }
    : await createIntegration(sunco, name, settings)
  const { switchboardIntegrations } = inventory
  const linked = await ensureSwitchboardIntegration(sunco, switchboardId, switchboardIntegrations, name, integration.id)
  return {
    integrationId: integration.id,
    webhookId: webhook.id,
    webhookSecret: webhook.secret ?? '',
    switchboardId,
    switchboardIntegrationId: linked.id,
    agentWorkspaceId,
  }
}

const removeDuplicates = async (
  sunco: SuncoClient,
  inventory: Inventory,
  duplicates: SuncoIntegration[],
  kept: SuncoIntegration | undefined
): Promise<void> => {
  const ids = duplicates.map(({ id }) => id)
  const failures = await removeIntegrations(
    sunco,
    inventory,
    ids,
    ({ integrationId }) => integrationId != null && integrationId !== kept?.id && ids.includes(integrationId)
  )
  if (failures.length > 0) throw failures[0]
}

const createIntegration = async (
  sunco: SuncoClient,
  name: string,
  settings: WebhookSettings
): Promise<{ integration: SuncoIntegration; webhook: Webhook }> => {
  const integration = await sunco.createCustomIntegration(name, settings)
  const webhook = integration.webhooks?.[0] ?? (await sunco.listWebhooks(integration.id))[0]
  return { integration, webhook: webhook ?? (await sunco.createWebhook(integration.id, settings)) }
}

const ensureWebhook = async (
  sunco: SuncoClient,
  integration: SuncoIntegration,
  webhooks: Webhook[],
  settings: WebhookSettings
): Promise<Webhook> => {
  const kept = webhooks.find(({ target }) => target === settings.target) ?? webhooks[0]
  const extra = webhooks.filter((webhook) => webhook !== kept)
  await sideBySide(extra.map(({ id }) => removed(sunco.deleteWebhook(integration.id, id))))
  if (!kept) return sunco.createWebhook(integration.id, settings)
  if (kept.target === settings.target && sameItems(kept.triggers, settings.triggers)) return kept
  const updated = await sunco.updateWebhook(integration.id, kept.id, settings)
  return { ...updated, secret: updated.secret ?? kept.secret }
}

const sameItems = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item))

/** Turns a refusal into words; Sunco has no documented code for a reached limit, so what stands there is counted. */
const explain = async (sunco: SuncoClient, inventory: Inventory, name: string, error: unknown): Promise<unknown> => {
  if (!isSuncoError(error)) return error
  if (isTransientAnswer(error)) return error
  const { switchboardIntegrations, integrations } = inventory
  if (error.operation === linkOperation && switchboardIntegrations.length >= mostSwitchboardIntegrations) {
    return problem(
      'tooManySwitchboardIntegrations',
      namesOfOthers(
        switchboardIntegrations.map((link) => link.name),
        name
      )
    )
  }
  if (error.operation === 'create integration' || error.operation === 'create webhook') {
    if ((await countWebhooks(sunco, integrations)) >= mostWebhooks) {
      return problem(
        'tooManyWebhooks',
        namesOfOthers(
          integrations.map(({ displayName }) => displayName),
          name
        )
      )
    }
  }
  return problem('setUpRefused', reasonOf(error))
}

/** Every custom integration has a webhook, so ten integrations are ten webhooks without asking. */
const countWebhooks = async (sunco: SuncoClient, integrations: SuncoIntegration[]): Promise<number> => {
  if (integrations.length >= mostWebhooks) return integrations.length
  const counts = await Promise.allSettled(integrations.map(({ id }) => sunco.listWebhooks(id)))
  return counts.reduce((sum, count) => sum + (count.status === 'fulfilled' ? count.value.length : 0), 0)
}
